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

/// What needs a second operator in a realm.
///
/// @param actions what needs one whomever it is done to
/// @param bulkThreshold holds that are placed or released for more users than this at once need one too; null for
///     no limit
public record ApprovalRules(Set<Action> actions, @Nullable Integer bulkThreshold) {
    /// Nothing needs a second operator.
    public static final ApprovalRules NONE = new ApprovalRules(Set.of(), null);

    /// Everything does: what counts for a realm whose rules in the database cannot be trusted.
    public static final ApprovalRules ALL = new ApprovalRules(Set.of(Action.values()), 1);

    /// The greatest threshold.
    public static final int MOST = 1_000_000;

    public ApprovalRules {
        actions = Set.copyOf(actions);
    }

    /// Something that may need a second operator.
    public enum Action implements Coded, WireNamed {
        BAR(0, "bar"),
        /// A user's data or a job's.
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
        public String word() {
            return word;
        }
    }

    /// Whether nothing needs a second operator.
    public boolean isEmpty() {
        return actions.isEmpty() && bulkThreshold == null;
    }

    /// The actions by their names on the wire, in a fixed order.
    public List<String> words() {
        return Arrays.stream(Action.values())
                .filter(actions::contains)
                .map(Action::word)
                .toList();
    }

    /// What the journal shows when `before` became `after`.
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
