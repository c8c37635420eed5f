package dev.muster.cli;

/// Why a command ends here. The message is one line for the person who gave it.
public final class CommandException extends RuntimeException {
    /// What a command's end tells a script.
    public enum Exit {
        /// Muster said no, or what was checked is not valid.
        REFUSED(1),
        /// The command was not understood, or its settings are of no use.
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

    public CommandException(Exit exit, String message) {
        super(message);
        this.exit = exit;
    }

    public CommandException(Exit exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    public Exit exit() {
        return exit;
    }

    static CommandException usage(String message) {
        return new CommandException(Exit.USAGE, message);
    }
}
