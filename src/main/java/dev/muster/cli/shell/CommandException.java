package dev.muster.cli.shell;

import org.jspecify.annotations.Nullable;

/// Ends a command. The message is one line for the person who typed it.
public final class CommandException extends RuntimeException {
    /// How a command ended, for scripts.
    public enum Exit {
        /// The server refused, or what was checked is not valid.
        REFUSED(1),
        /// The command was not understood, or its settings cannot be used.
        USAGE(2),
        /// No server answered.
        UNREACHABLE(3),
        /// A fault of Muster's own.
        BUG(70);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Exit exit;
    private final boolean misunderstood;

    public CommandException(Exit exit, String message) {
        this(exit, message, false, null);
    }

    public CommandException(Exit exit, String message, Throwable cause) {
        this(exit, message, false, cause);
    }

    private CommandException(Exit exit, String message, boolean misunderstood, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
        this.misunderstood = misunderstood;
    }

    public Exit exit() {
        return exit;
    }

    /// Whether the command's help tells what is right.
    public boolean isMisunderstood() {
        return misunderstood;
    }

    public static CommandException usage(String message) {
        return usage(message, null);
    }

    public static CommandException usage(String message, @Nullable Throwable cause) {
        return new CommandException(Exit.USAGE, message, true, cause);
    }
}
