package dev.muster.model.validation;

/// A valid new password for an operator. Only [Validator#newPassword] creates it. Its text is never printed.
public final class NewPassword {
    private final String text;

    NewPassword(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /// Omits the text.
    @Override
    public String toString() {
        return "NewPassword";
    }

    /// What most of a weak password consists of.
    public enum Pattern {
        /// A common password or word, or a variation of one.
        COMMON,
        /// Repeated characters.
        REPEAT,
        /// Characters adjacent in the alphabet or on a keyboard.
        SEQUENCE,
        /// None of the above.
        OTHER
    }

    /// How hard a password is to guess.
    ///
    /// @param guessesLog10 the decimal logarithm of the number of guesses that a well-informed attacker needs
    /// @param pattern what most of the password consists of
    public record Estimate(double guessesLog10, Pattern pattern) {}

    /// Estimates how hard a password is to guess, taking common passwords into account.
    public interface Estimator {
        Estimate estimate(String password);
    }
}
