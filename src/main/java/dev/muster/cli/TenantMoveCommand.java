package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import dev.muster.config.Config.Storage;
import dev.muster.config.DataFolder;
import dev.muster.config.Setting;
import dev.muster.config.Settings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster tenant move`, which works on two databases directly.
final class TenantMoveCommand {
    static final String VARIABLE = "MUSTER_TO_DATABASE";

    private static final Input TO = Input.option(
            "--to",
            "DATABASE",
            "The other database: a PostgreSQL URL as for --database, or the data folder of an embedded database; else "
                    + VARIABLE + ", which keeps a password from being visible to others.");

    private static final Input TO_MASTER_KEY = Input.file(
            "--to-master-key-file",
            "Master key file of the other database; default: that of this one, or master.key in the other data folder.");

    private static final Input FORGET =
            Input.flag("--forget", "Delete the old copy from the database that the tenant has left.");

    private static final Input TO_CELL = Input.option(
            "--to-cell",
            "CELL",
            "Instead of --to: the name of a cell. --database is the first cell's; the tenant's cell is found there.");

    private static final Input FROM_CELL =
            Input.option("--from-cell", "CELL", "With --forget: the name of the cell that the tenant has left.");

    private static final Input ABORT = Input.flag(
            "--abort",
            "End a move that was interrupted: the tenant can be written to again where it was. Needs --to or --to-cell"
                    + " only to delete a copy in a database that is no cell.");

    private static final Input FORCE =
            Input.flag("--force", "With --to-cell: move it even if the cell is full or draining.");

    private static final Set<Setting> DATABASE = EnumSet.of(Setting.DATA, Setting.DATABASE, Setting.MASTER_KEY_FILE);

    private TenantMoveCommand() {}

    static CommandSpec moving(Input partner, LocalTasks.TenantMoves moves) {
        return CommandBuilder.local("move")
                .help(
                        "Move a tenant to another database while its server goes on.",
                        "",
                        "It works on both databases directly. Ids, numbers, keys and tokens stay valid, and the journal's"
                                + " chain continues. Only while the last changes are copied are the tenant's writes"
                                + " refused, with 503 and Retry-After; no write that was answered is lost. The server of"
                                + " an embedded database that receives the tenant must be stopped. If the command is"
                                + " interrupted, writes may stay refused: run it again, which finishes the move or begins"
                                + " anew, or run it with --abort. The old copy stays,"
                                + " without effect, until it is deleted with --forget. Lead the tenant's clients to"
                                + " the other server when the command has ended; between cells, the servers do so within a"
                                + " second.")
                .examples(
                        "MUSTER_TO_DATABASE='jdbc:postgresql://db2/muster?user=muster&password=…' \\",
                        "  muster tenant move acme --data /var/lib/muster --to-master-key-file db2.key",
                        "muster tenant move acme --forget --data /var/lib/muster",
                        "muster tenant move acme --to-cell b",
                        "muster tenant move acme --abort",
                        "muster tenant move acme --forget --from-cell first")
                .with(partner, TO, TO_MASTER_KEY, TO_CELL, FORCE, ABORT, FORGET, FROM_CELL)
                .with(LocalCommands.inputs(DATABASE))
                .runs(in -> run(in, in.word(partner), moves));
    }

    private static int run(Invocation in, String partnerId, LocalTasks.TenantMoves moves) {
        Settings from = LocalCommands.settings(in, DATABASE);
        exclude(in, FORGET, TO);
        exclude(in, FORGET, TO_CELL);
        exclude(in, TO, TO_CELL);
        exclude(in, TO_MASTER_KEY, TO_CELL);
        exclude(in, ABORT, FORGET);
        if (in.has(FORCE) && (!in.has(TO_CELL) || in.has(ABORT))) {
            throw CommandException.usage(FORCE.name() + " is for " + TO_CELL.name());
        }
        if (in.has(FROM_CELL) && !in.has(FORGET)) {
            throw CommandException.usage(FROM_CELL.name() + " needs " + FORGET.name());
        }
        String to = in.has(TO) ? in.word(TO) : in.shell().environment().getOrDefault(VARIABLE, "");
        if (in.has(FORGET)) {
            if (in.has(FROM_CELL)) {
                moves.forgetInCell(CellCommands.first(from), partnerId, in.word(FROM_CELL));
            } else {
                moves.forget(partnerId, from.storage(), from.masterKeyFile());
            }
            in.say("Deleted the old copy of " + partnerId + ".");
            return 0;
        }
        if (in.has(ABORT)) {
            Storage target = to.isEmpty() || in.has(TO_CELL)
                    ? null
                    : target(in, to, from).storage();
            String cell = in.has(TO_CELL) ? in.word(TO_CELL) : null;
            say(
                    in,
                    partnerId,
                    moves.abort(new LocalTasks.Abort(partnerId, from.storage(), from.masterKeyFile(), target, cell)));
            return 0;
        }
        if (in.has(TO_CELL)) {
            in.say(result(
                    partnerId,
                    moves.moveToCell(CellCommands.first(from), partnerId, in.word(TO_CELL), in.has(FORCE), in::note)));
            return 0;
        }
        if (to.isEmpty()) {
            throw CommandException.usage(TO.name() + " is missing, and so is " + VARIABLE);
        }
        Settings target = target(in, to, from);
        if (target.storage() instanceof Storage.Sqlite(var folder)) {
            DataFolder.open(folder);
        }
        LocalTasks.Move move = new LocalTasks.Move(
                partnerId, from.storage(), from.masterKeyFile(), target.storage(), target.masterKeyFile());
        LocalTasks.MoveResult done = moves.move(move, in::note);
        in.say(result(partnerId, done));
        return 0;
    }

    private static void exclude(Invocation in, Input one, Input other) {
        if (in.has(one) && in.has(other)) {
            throw CommandException.usage(one.name() + " and " + other.name() + " exclude each other");
        }
    }

    private static Settings target(Invocation in, String to, Settings from) {
        boolean isUrl = to.startsWith("jdbc:") || to.contains("://");
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        given.put(isUrl ? Setting.DATABASE : Setting.DATA, to);
        if (in.has(TO_MASTER_KEY)) {
            given.put(
                    Setting.MASTER_KEY_FILE,
                    InputFile.path(TO_MASTER_KEY.name(), in.word(TO_MASTER_KEY)).toString());
        } else if (isUrl) {
            given.put(Setting.MASTER_KEY_FILE, from.masterKeyFile().toString());
        }
        return new Settings(given, Map.of());
    }

    private static void say(Invocation in, String partnerId, LocalTasks.Aborted aborted) {
        aborted.notes().forEach(in::note);
        if (aborted.wasFrozen()) {
            in.say("Aborted the move of " + partnerId + ", which can be written to again.");
        } else if (aborted.copies() > 0) {
            in.say("Deleted a copy of " + partnerId
                    + " that an interrupted move had left. Its writes were not refused.");
        } else {
            in.say("Nothing to abort: writes of " + partnerId + " are not refused, and no copy was found.");
        }
    }

    private static String result(String partnerId, LocalTasks.MoveResult done) {
        @Nullable Duration refused = done.refused();
        if (refused == null) {
            return "Finished the move of " + partnerId + " that was begun earlier.";
        }
        return String.format(
                Locale.ROOT,
                "Moved %s, %,d rows. Writes were refused for %.3f seconds.",
                partnerId,
                done.rows(),
                refused.toMillis() / 1000.0);
    }
}
