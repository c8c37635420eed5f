package dev.muster.model.validation;

/// A password that an operator may be given: [Validator#newPassword] has found nothing against it, and nothing else
/// makes
/// one. Its text is never printed.
public final class NewPassword {
    private final String text;

    NewPassword(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /// Without the text.
    @Override
    public String toString() {
        return "NewPassword";
    }

    /// What a password is made of, where it is weak.
    public enum Pattern {
        /// A password or a word that many people use, or a variation of one.
        COMMON,
        /// The same characters again and again.
        REPEAT,
        /// Characters that follow each other in the alphabet or on a keyboard.
        SEQUENCE,
        /// None of these.
        OTHER
    }

    /// How hard a password is to guess.
    ///
    /// @param guessesLog10 the decimal logarithm of the guesses that a well-informed attacker needs
    /// @param pattern what most of it is made of
    public record Estimate(double guessesLog10, Pattern pattern) {}

    /// Estimates how hard passwords are to guess; knows which are common.
    public interface Estimator {
        Estimate estimate(String password);
    }
}
