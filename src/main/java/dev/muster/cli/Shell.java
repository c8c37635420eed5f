package dev.muster.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a command finds around it.
///
/// @param out for what was asked for; UTF-8 whatever the locale, since names are not ASCII
/// @param err for everything else
/// @param terminal whom to ask; null when nobody sits there
/// @param in the standard input
/// @param screen tells what `out` is shown on; asked for only by commands that print tables
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        @Nullable Terminal terminal,
        InputStream in,
        Supplier<Screen> screen) {

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
        Map<String, String> environment = NativeText.environment();
        return new Shell(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                environment,
                InstantSource.system(),
                console == null || !console.isTerminal() ? null : new ConsoleTerminal(console),
                System.in,
                () -> Screen.ofProcess(environment));
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

    /// Has a name typed once more before a change that cannot be taken back.
    ///
    /// @param words what is done, such as `This bars`
    /// @param not what was not done when it is not confirmed, such as `nobody was barred`
    void confirm(String words, String name, String not) {
        if (terminal == null) {
            throw CommandException.usage("no terminal to confirm it at: give --yes");
        }
        String shown = Text.line(name);
        String typed = terminal.line(words + " " + shown + " for good. Type " + shown + " to confirm: ");
        if (typed == null || !typed.strip().equals(name)) {
            throw CommandException.usage("not confirmed, and " + not);
        }
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
