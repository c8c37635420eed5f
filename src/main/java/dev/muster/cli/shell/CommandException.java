package dev.muster.cli.shell;

import org.jspecify.annotations.Nullable;

/// Aborts a command. The message is one line for the user.
public final class CommandException extends RuntimeException {
    /// The exit codes, for scripts.
    public enum Exit {
        /// The server refused a request, or a verification failed.
        REFUSED(1),
        /// The usage or a setting is invalid, or the output cannot be written.
        USAGE(2),
        /// The server cannot be reached.
        UNREACHABLE(3),
        /// A bug in Muster.
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
    private final boolean usageError;

    public CommandException(Exit exit, String message) {
        this(exit, message, false, null);
    }

    public CommandException(Exit exit, String message, Throwable cause) {
        this(exit, message, false, cause);
    }

    private CommandException(Exit exit, String message, boolean usageError, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
        this.usageError = usageError;
    }

    public Exit exit() {
        return exit;
    }

    /// Whether the message should refer to the command's help.
    public boolean isUsageError() {
        return usageError;
    }

    public static CommandException usage(String message) {
        return usage(message, null);
    }

    public static CommandException usage(String message, @Nullable Throwable cause) {
        return new CommandException(Exit.USAGE, message, true, cause);
    }
}
