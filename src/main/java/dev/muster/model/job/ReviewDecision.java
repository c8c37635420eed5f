package dev.muster.model.job;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the review of a job decided. It is recorded only, and changes no hold.
public enum ReviewDecision {
    /// The person committed fraud.
    FRAUD("fraud"),

    /// The person did not commit fraud. Their fraud hold has to be released separately.
    NOT_FRAUD("not_fraud");

    private final String word;

    ReviewDecision(String word) {
        this.word = word;
    }

    /// The decision's name in the API and the journal.
    public String wireName() {
        return word;
    }

    /// Returns the decision with that name; null if there is none.
    public static @Nullable ReviewDecision of(@Nullable String word) {
        return Stream.of(values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElse(null);
    }
}
