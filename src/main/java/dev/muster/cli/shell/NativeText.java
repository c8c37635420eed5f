package dev.muster.cli.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Decodes the arguments and the environment as UTF-8, regardless of the locale.
///
/// In the locale C or POSIX, as in cron jobs and containers, Java replaces every non-ASCII byte. On Linux, `/proc/self`
/// has the original bytes, which are practically always UTF-8. The launcher sets a UTF-8 locale; this class serves
/// other ways to start the jar.
public final class NativeText {
    /// The replacement for bytes that could not be decoded.
    public static final char UNREADABLE = '\uFFFD';

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

    private NativeText() {}

    /// The arguments of the process.
    ///
    /// @param given the arguments as decoded by Java
    public static String[] arguments(String... given) {
        if (!isAscii() || !Files.isReadable(COMMAND_LINE)) {
            return given;
        }
        // The arguments of java itself come first.
        List<String> all = entries(COMMAND_LINE);
        if (all.size() <= given.length) {
            return given;
        }
        return all.subList(all.size() - given.length, all.size()).toArray(String[]::new);
    }

    /// The environment of the process.
    static Map<String, String> environment() {
        if (!isAscii() || !Files.isReadable(ENVIRONMENT)) {
            return System.getenv();
        }
        Map<String, String> environment = new HashMap<>();
        for (String entry : entries(ENVIRONMENT)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return environment;
    }

    /// Whether Java decodes arguments as ASCII. With any other encoding it decodes them correctly.
    private static boolean isAscii() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        return encoding.equals("ANSI_X3.4-1968") || encoding.equals("US-ASCII") || encoding.equals("646");
    }

    /// The zero-terminated strings in a file; empty if the file cannot be read.
    private static List<String> entries(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            List<String> entries = new ArrayList<>(Arrays.asList(text.split("\0", -1)));
            if (!entries.isEmpty() && entries.getLast().isEmpty()) {
                entries.removeLast();
            }
            return entries;
        } catch (IOException e) {
            return List.of();
        }
    }
}
