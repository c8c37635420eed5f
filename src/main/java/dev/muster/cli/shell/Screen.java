package dev.muster.cli.shell;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The screen that shows the standard output.
///
/// @param isTerminal whether the output is a terminal rather than a file, a pipe or anything else
/// @param columns the number of characters per line; 0 if unknown or unlimited
public record Screen(boolean isTerminal, int columns) {
    /// The screen of an output that is not a terminal.
    public static final Screen NONE = new Screen(false, 0);

    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");
    private static final Pattern SIZE = Pattern.compile("\\d{1,5} (\\d{1,5})\\s*");
    private static final int TIMEOUT_SECONDS = 5;

    /// Inspects this process's standard output. An exported `COLUMNS` takes precedence over the terminal's
    /// width.
    static Screen ofProcess(Map<String, String> environment) {
        if (!mayBeTerminal()) {
            return NONE;
        }
        String size = terminalSize();
        if (size == null) {
            return NONE;
        }
        String columns = environment.getOrDefault("COLUMNS", "");
        Matcher matcher = SIZE.matcher(columns.matches("[1-9]\\d{0,4}") ? "0 " + columns : size);
        return new Screen(true, matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0);
    }

    /// A cheap check that avoids starting `stty` in most scripts. Without `/proc` the result is true, and `stty`
    /// decides.
    private static boolean mayBeTerminal() {
        if (!Files.isSymbolicLink(DESCRIPTOR)) {
            return true;
        }
        try {
            String target = Files.readSymbolicLink(DESCRIPTOR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return true;
        }
    }

    /// The rows and columns as `stty` prints them; null if the output is not a terminal.
    private static @Nullable String terminalSize() {
        try {
            Process process = new ProcessBuilder("sh", "-c", "[ -t 1 ] && stty size <&1 >&2")
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String size = new String(process.getErrorStream().readNBytes(100), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            return process.exitValue() == 0 ? size : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
