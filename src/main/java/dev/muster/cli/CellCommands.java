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
            "The cell's database, as for --database; else in " + VARIABLE
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
                CommandBuilder.local("full")
                        .help(
                                "Give a cell no more tenants.",
                                "",
                                "None are created in it, and muster tenant move moves none to it without --force. It keeps"
                                        + " those that it has. It works for the first cell too. If no cell is open, no"
                                        + " tenant can be created.")
                        .examples(EXAMPLE + "full b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.full(first(in), in.word(NAME));
                            in.say("Cell " + in.word(NAME) + " is full. It gets no more tenants.");
                            return 0;
                        }),
                CommandBuilder.local("drain")
                        .help(
                                "Give a cell no more tenants, because it is to be emptied.",
                                "",
                                "Like muster cell full; the list says that you mean to move its tenants away. They stay"
                                        + " until muster tenant move moves them.")
                        .examples(EXAMPLE + "drain b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.drain(first(in), in.word(NAME));
                            in.say("Cell " + in.word(NAME) + " gets no more tenants. Move those that it has.");
                            return 0;
                        }),
                CommandBuilder.local("reopen")
                        .help("Give a cell tenants again after muster cell full or drain.")
                        .examples(EXAMPLE + "reopen b")
                        .with(NAME)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.reopen(first(in), in.word(NAME));
                            in.say("Cell " + in.word(NAME) + " gets new tenants again.");
                            return 0;
                        }),
                CommandBuilder.local("set-url")
                        .help(
                                "Change the URL of a cell's database: another host, user or password.",
                                "",
                                "The database must be the cell: it has the cell's name, keys and tenants, and is not a"
                                        + " standby. Servers connect to it within seconds, and stop using the old URL."
                                        + " Stop the old database before, if it is another one: what is written to it"
                                        + " afterwards is lost.")
                        .examples(
                                "MUSTER_CELL_URL='jdbc:postgresql://db3/muster?user=muster&password=…' \\",
                                "  " + EXAMPLE + "set-url b")
                        .with(NAME, URL)
                        .with(LocalCommands.inputs(FIRST))
                        .runs(in -> {
                            cells.setUrl(first(in), in.word(NAME), url(in)).forEach(in::note);
                            in.say("Changed the URL of cell " + in.word(NAME)
                                    + ". Running servers use it within seconds.");
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
