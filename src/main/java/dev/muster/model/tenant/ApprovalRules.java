package dev.muster.model.tenant;

import dev.muster.model.value.Changes;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A realm's rules about which actions need approval by a second operator.
///
/// @param actions the actions that always need approval
/// @param bulkThreshold the number of users above which a bulk change, such as placing holds, also needs approval; null
///     for no limit
public record ApprovalRules(Set<Action> actions, @Nullable Integer bulkThreshold) {
    /// No action needs approval.
    public static final ApprovalRules NONE = new ApprovalRules(Set.of(), null);

    /// Every action and every bulk change needs approval. This applies if the realm's rules were altered in the
    /// database.
    public static final ApprovalRules ALL = new ApprovalRules(Set.of(Action.values()), 1);

    /// The highest threshold allowed.
    public static final int MAX_THRESHOLD = 1_000_000;

    public ApprovalRules {
        actions = Set.copyOf(actions);
    }

    /// An action that may need approval.
    public enum Action implements Coded, WireNamed {
        BAR(0, "bar"),
        /// Erasing a user or a job.
        ERASE(1, "erase"),
        ANNUL_BAR(2, "annul-bar");

        public static final Codes<Action> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        Action(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        /// The name on the wire.
        @Override
        public String wireName() {
            return word;
        }
    }

    /// Whether no action needs approval.
    public boolean isEmpty() {
        return actions.isEmpty() && bulkThreshold == null;
    }

    /// The wire names of the actions, in a fixed order.
    public List<String> words() {
        return Arrays.stream(Action.values())
                .filter(actions::contains)
                .map(Action::wireName)
                .toList();
    }

    /// The fields that the journal records when the rules change.
    public static Changes diff(ApprovalRules before, ApprovalRules after) {
        return Changes.between(before.byName(), after.byName());
    }

    private Map<String, Object> byName() {
        Map<String, Object> named = new HashMap<>();
        named.put("actions", words());
        if (bulkThreshold != null) {
            named.put("bulkThreshold", bulkThreshold.longValue());
        }
        return named;
    }
}
