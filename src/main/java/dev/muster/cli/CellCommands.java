package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.config.Config.Storage;
import dev.muster.config.Secret;
import dev.muster.config.Setting;
import dev.muster.config.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster cell`, which distributes tenants over several databases. Its commands work on the first cell's
/// database directly.
final class CellCommands {
    static final String VARIABLE = "MUSTER_CELL_URL";

    private static final String EXAMPLE = "muster cell ";
    private static final Input NAME =
            Input.parameter("NAME", "The cell's name: lower-case letters, digits and hyphens.");
    private static final Input URL = Input.option(
            "--url",
            "URL",
            "The new cell's database, as for --database; else in " + VARIABLE
                    + ". Other users of the machine can see options.");

    /// The settings that determine where the first cell and its master key are.
    private static final Set<Setting> FIRST = EnumSet.of(Setting.DATA, Setting.DATABASE, Setting.MASTER_KEY_FILE);

    private CellCommands() {}

    static CommandSpec all(LocalTasks.Cells cells) {
        return CommandBuilder.group(
                "cell",
                List.of("Several databases behind one server. The commands open the first one, and ask no server."),
                CommandBuilder.local("create")
                        .help(
                                "Add a PostgreSQL database without tenants as a cell.",
                                "",
                                "An empty database gets its schema. Servers of the first cell's database open it within"
                                        + " seconds, and create new tenants in the cell that has the fewest. Update all"
                                        + " servers to this version first. The URL is stored sealed under the master"
                                        + " key; every server connects with it.")
                        .examples(
                                "MUSTER_CELL_URL='jdbc:postgresql://db2/muster?user=muster&password=…' \\",
                                "  " + EXAMPLE + "create b")
                        .with(NAME, URL)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.create(first(in), in.word(NAME), url(in));
                            in.say("Created cell " + in.word(NAME) + ". Running servers open it within seconds.");
                            return 0;
                        }),
                CommandBuilder.local("list")
                        .help("List the cells with the number of their tenants.")
                        .examples(EXAMPLE + "list")
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> list(in, cells.list(first(in)))),
                CommandBuilder.local("drain")
                        .help(
                                "Create no more tenants in a cell.",
                                "",
                                "Those that are in it stay there until muster tenant move moves them. It works for the first cell too.")
                        .examples(EXAMPLE + "drain b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.drain(first(in), in.word(NAME));
                            in.say("Cell " + in.word(NAME) + " gets no new tenants.");
                            return 0;
                        }),
                CommandBuilder.local("reopen")
                        .help("Create tenants in a cell again after muster cell drain.")
                        .examples(EXAMPLE + "reopen b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.reopen(first(in), in.word(NAME));
                            in.say("Cell " + in.word(NAME) + " gets new tenants again.");
                            return 0;
                        }),
                CommandBuilder.local("migrate")
                        .help(
                                "Bring a cell to this version's schema, as muster migrate does for the first one.",
                                "",
                                "Servers of the previous version may keep running meanwhile.")
                        .examples(EXAMPLE + "migrate b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            in.say(LocalCommands.text(cells.migrate(first(in), in.word(NAME))));
                            return 0;
                        }));
    }

    private static LocalTasks.FirstCell first(Invocation in) {
        return first(LocalCommands.settings(in, FIRST));
    }

    /// The first cell.
    ///
    /// @throws CommandException if the settings are those of an embedded database
    static LocalTasks.FirstCell first(Settings settings) {
        return switch (settings.storage()) {
            case Storage.Sqlite _ ->
                throw CommandException.usage("--database is missing: an embedded database is its server's only cell");
            case Storage.Postgres(var url, var _) -> new LocalTasks.FirstCell(url, settings.masterKeyFile());
        };
    }

    private static Secret url(Invocation in) {
        String text = in.shell().environment().getOrDefault(VARIABLE, "");
        if (!in.has(URL) && text.isEmpty()) {
            throw CommandException.usage(URL.name() + " is missing, and so is " + VARIABLE);
        }
        return in.has(URL) ? Settings.postgres(URL.name(), in.word(URL)) : Settings.postgres(VARIABLE, text);
    }

    private static int list(Invocation in, List<LocalTasks.CellLine> cells) {
        Table table = new Table(
                Column.exact("CELL", "cell"),
                Column.exact("STATE", "state"),
                Column.exact("TENANTS", "tenants"),
                Column.text("DATABASE", "database"));
        for (LocalTasks.CellLine cell : cells) {
            table.row(cell.name(), cell.state(), Long.toString(cell.tenants()), cell.database());
        }
        if (cells.isEmpty()) {
            in.say("There is only the first cell.");
        } else {
            table.print(in.printer());
        }
        return 0;
    }
}
