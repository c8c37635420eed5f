package dev.muster.model.validation;

/// A valid new password for an operator. Only created by [Validator#newPassword]. Its text is never printed.
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

    /// What a weak password consists of.
    public enum Pattern {
        /// A common password or word, or a variation of one.
        COMMON,
        /// Repeated characters.
        REPEAT,
        /// Characters adjacent in the alphabet or on a keyboard.
        SEQUENCE,
        /// None of these.
        OTHER
    }

    /// How hard a password is to guess.
    ///
    /// @param guessesLog10 the decimal logarithm of the guesses that a well-informed attacker needs
    /// @param pattern what most of it consists of
    public record Estimate(double guessesLog10, Pattern pattern) {}

    /// Estimates how hard passwords are to guess, knowing common ones.
    public interface Estimator {
        Estimate estimate(String password);
    }
}
