package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.Screen;
import dev.muster.cli.shell.Shell;
import dev.muster.config.Config;
import dev.muster.config.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Runs the command line in this process, and captures stdout, stderr and the exit code.
final class Cli {
    static final Instant NOW = Instant.parse("2026-11-21T17:01:02.123Z");

    final Map<String, String> environment = new HashMap<>();
    LocalTasks.Serve serve = _ -> 0;
    LocalTasks.Migrate migrate = _ -> new LocalTasks.Migrated(1, 1);
    LocalTasks.Examine examine = (_, _) -> List.of();
    LocalTasks.VerifyFile verifyFile = _ -> {
        throw new AssertionError("nothing to verify");
    };

    LocalTasks.AddMasterKey addMasterKey = _ -> "0123456789abcdef";

    /// The last export or import.
    LocalTasks.TenantFile tenantFile;

    private final LocalTasks.TenantFiles tenantFiles = new LocalTasks.TenantFiles() {
        @Override
        public long exportTenant(LocalTasks.TenantFile file, String partnerId) {
            tenantFile = file;
            return 12;
        }

        @Override
        public LocalTasks.Imported importTenant(LocalTasks.TenantFile file) {
            tenantFile = file;
            return new LocalTasks.Imported("acme", 12);
        }
    };

    /// The last request to abort a move, or null.
    LocalTasks.Abort abort;

    /// The result of aborting a move.
    LocalTasks.Aborted aborted = new LocalTasks.Aborted(true, 1, List.of());

    /// The last move, or null.
    LocalTasks.Move move;

    private final LocalTasks.TenantMoves tenantMoves = new LocalTasks.TenantMoves() {
        @Override
        public LocalTasks.MoveResult move(LocalTasks.Move asked, Consumer<String> progress) {
            move = asked;
            progress.accept("Copied 12 rows.");
            return new LocalTasks.MoveResult(12, Duration.ofMillis(345));
        }

        @Override
        public LocalTasks.MoveResult moveToCell(
                LocalTasks.FirstCell first, String partnerId, String cell, boolean force, Consumer<String> progress) {
            firstCell = first;
            progress.accept((force ? "by force to " : "to ") + cell);
            return new LocalTasks.MoveResult(13, Duration.ofMillis(45));
        }

        @Override
        public void forgetInCell(LocalTasks.FirstCell first, String partnerId, String cell) {
            throw CommandException.usage("forgets " + partnerId + " in " + cell);
        }

        @Override
        public LocalTasks.Aborted abort(LocalTasks.Abort asked) {
            abort = asked;
            return aborted;
        }

        @Override
        public void forget(String partnerId, Config.Storage storage, Path masterKeyFile) {
            throw CommandException.usage("forgets " + partnerId);
        }
    };

    /// The first cell that the last command about cells was given.
    LocalTasks.FirstCell firstCell;

    private final LocalTasks.Cells cells = new LocalTasks.Cells() {
        @Override
        public void create(LocalTasks.FirstCell first, String name, Secret url) {
            firstCell = first;
            assertThat(url.text()).startsWith("jdbc:postgresql://");
        }

        @Override
        public List<LocalTasks.CellLine> list(LocalTasks.FirstCell first) {
            firstCell = first;
            return List.of(
                    new LocalTasks.CellLine("first", "draining", 12, "this one"),
                    new LocalTasks.CellLine("b", "open", 3, "jdbc:postgresql://db2/muster"));
        }

        @Override
        public void full(LocalTasks.FirstCell first, String name) {
            firstCell = first;
        }

        @Override
        public List<String> setUrl(LocalTasks.FirstCell first, String name, Secret url) {
            firstCell = first;
            return List.of(url.text());
        }

        @Override
        public void drain(LocalTasks.FirstCell first, String name) {
            firstCell = first;
        }

        @Override
        public void reopen(LocalTasks.FirstCell first, String name) {
            firstCell = first;
        }

        @Override
        public LocalTasks.Migrated migrate(LocalTasks.FirstCell first, String name) {
            firstCell = first;
            return new LocalTasks.Migrated(8, 9);
        }
    };

    private final Deque<String> typed = new ArrayDeque<>();
    private final StringBuilder prompts = new StringBuilder();
    private boolean terminal;
    private String input = "";

    /// The screen for which the output is formatted.
    Screen screen = Screen.NONE;

    /// Simulates a terminal in which these lines are typed.
    Cli typing(String... lines) {
        terminal = true;
        typed.addAll(List.of(lines));
        return this;
    }

    Cli with(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /// Sets the standard input of the following commands.
    Cli reading(String text) {
        input = text;
        return this;
    }

    Ran run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                environment,
                () -> NOW,
                terminal ? new Typist() : null,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                () -> screen);
        int exit = commands(shell).run(arguments);
        return new Ran(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), prompts.toString());
    }

    Commands commands(Shell shell) {
        return new Commands(
                shell,
                new LocalTasks(serve, migrate, examine, verifyFile, addMasterKey, tenantFiles, tenantMoves, cells),
                "muster 1.2.3");
    }

    record Ran(int exit, String out, String err, String prompts) {
        Ran printed(String expected) {
            assertThat(this).extracting(Ran::exit, Ran::out).containsExactly(0, expected);
            return this;
        }

        Ran complained(int code, String line) {
            assertThat(this).extracting(Ran::exit, Ran::out, Ran::err).containsExactly(code, "", line + "\n");
            return this;
        }
    }

    private final class Typist implements Shell.Terminal {
        @Override
        public String line(String prompt) {
            prompts.append(prompt);
            return typed.poll();
        }

        @Override
        public char[] password(String prompt) {
            String line = line(prompt);
            return line == null ? null : line.toCharArray();
        }
    }
}
