package dev.muster.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command finds around it.
///
/// @param out for what was asked for; UTF-8 whatever the locale, since names are not ASCII
/// @param err for everything else
/// @param terminal whom to ask; null when nobody sits there
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        @Nullable Terminal terminal) {

    /// A person who can be asked.
    public interface Terminal {
        /// Null at the end of input.
        @Nullable
        String line(String prompt);

        /// What is typed is not shown. Null at the end of input.
        char @Nullable [] password(String prompt);
    }

    @SuppressWarnings("SystemConsoleNull") // It is null under some of the settings that a JDK can have.
    public static Shell ofProcess() {
        Console console = System.console();
        return new Shell(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                NativeText.environment(),
                InstantSource.system(),
                console == null || !console.isTerminal() ? null : new ConsoleTerminal(console));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new Output(new FileOutputStream(descriptor));
    }

    /// The arguments of the process as they were typed.
    ///
    /// @param given as `main` got them
    public static String[] arguments(String... given) {
        return NativeText.arguments(given);
    }

    void flush() {
        out.flush();
        err.flush();
    }

    private record ConsoleTerminal(Console console) implements Terminal {
        @Override
        public @Nullable String line(String prompt) {
            return console.readLine("%s", prompt);
        }

        @Override
        public char @Nullable [] password(String prompt) {
            return console.readPassword("%s", prompt);
        }
    }
}
