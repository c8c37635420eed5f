package dev.muster.cli.shell;

import dev.muster.text.PrintableText;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The process environment of a command.
///
/// @param out the output for results, in UTF-8 regardless of the locale, since names can contain any characters
/// @param err the output for everything else
/// @param terminal the terminal for asking questions; null if the process has none
/// @param in the standard input
/// @param screen the screen of `out`, which only commands that print tables inspect
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        @Nullable Terminal terminal,
        InputStream in,
        Supplier<Screen> screen) {

    /// An interactive terminal.
    public interface Terminal {
        /// Reads a line; null at the end of input.
        @Nullable
        String line(String prompt);

        /// Reads a password without echo; null at the end of input.
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

    /// Asks the user to type a name again before an irreversible change.
    ///
    /// @param words the action, such as `This bars`
    /// @param not the end of the message if the user does not confirm, such as `no user was barred`
    /// @throws CommandException if the user does not confirm
    public void confirm(String words, String name, String not) {
        if (terminal == null) {
            throw CommandException.usage("no terminal for the confirmation: give --yes");
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
