package dev.muster.cli.shell;

import dev.muster.cli.output.PrintableText;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The process around a command.
///
/// @param out for answers; UTF-8 whatever the locale, since names are not ASCII
/// @param err for everything else
/// @param terminal for questions; null if the process has none
/// @param in the standard input
/// @param screen what `out` is shown on; read only by commands that print tables
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        @Nullable Terminal terminal,
        InputStream in,
        Supplier<Screen> screen) {

    /// A person at a terminal.
    public interface Terminal {
        /// Null at the end of input.
        @Nullable
        String line(String prompt);

        /// Does not echo what is typed. Null at the end of input.
        char @Nullable [] password(String prompt);
    }

    @SuppressWarnings("SystemConsoleNull") // It is null with some settings of the JDK.
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
        return new StandardStream(new FileOutputStream(descriptor));
    }

    /// Asks for a name to be typed again before a change that cannot be undone.
    ///
    /// @param words what is done, such as `This bars`
    /// @param not what to say if it is not confirmed, such as `nobody was barred`
    /// @throws CommandException if it is not
    public void confirm(String words, String name, String not) {
        if (terminal == null) {
            throw CommandException.usage("no terminal to confirm it at: give --yes");
        }
        String shown = PrintableText.line(name);
        String typed = terminal.line(words + " " + shown + " for good. Type " + shown + " to confirm: ");
        if (typed == null || !typed.strip().equals(name)) {
            throw CommandException.usage("not confirmed, and " + not);
        }
    }

    public void flush() {
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
