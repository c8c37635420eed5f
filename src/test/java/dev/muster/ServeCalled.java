package dev.muster;

import dev.muster.cli.Commands;
import dev.muster.cli.LocalTasks;
import dev.muster.cli.shell.Screen;
import dev.muster.cli.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// The result of a command such as `muster serve`, run in the test's own JVM in the same way as [Main] runs it. Use it
/// only for commands that exit: a server that starts would run until the test is interrupted.
public record ServeCalled(int exitCode, List<String> out, List<String> err) {
    public static ServeCalled with(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        Shell shell = new Shell(
                printed,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                InstantSource.system(),
                null,
                InputStream.nullInputStream(),
                () -> Screen.NONE);
        ShutdownSignal never = new ShutdownSignal();
        LocalTasks tasks = new LocalTasks(
                config -> new Serve(config, printed, never).run(),
                Main::migrate,
                Doctor::examine,
                ExportFile::verify,
                Main::addMasterKey,
                new TenantFiles(),
                new TenantMoves(),
                new CellTasks());
        int exitCode = new Commands(shell, tasks, "muster test").run(arguments);
        return new ServeCalled(exitCode, lines(out), lines(err));
    }

    private static List<String> lines(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
