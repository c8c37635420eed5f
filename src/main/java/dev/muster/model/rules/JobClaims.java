package dev.muster.model.rules;

import dev.muster.model.job.Job;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// Assigns jobs that were submitted for an unknown user to the user who later gets the name that they use.
final class JobClaims {
    private JobClaims() {}

    /// Returns the name that a job uses for a user with this identifier.
    static Identifier.Key name(Identifier.Key identifier) {
        return identifier.kind() == Identifier.Kind.EXTERNAL_ID ? Job.name(identifier.folded()) : identifier;
    }

    /// Assigns to `after` the jobs that were submitted with identifiers that `before` did not have.
    ///
    /// @param before the user before the change; null for a new user
    static void claim(Context context, @Nullable User before, User after) {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier old = before == null ? null : before.identifier(kind);
            Identifier now = after.identifier(kind);
            if (now != null && (old == null || !old.key().equals(now.key()))) {
                Identifier.Key name = name(now.key());
                context.realm().jobs().claim(name, context.fingerprints().of(name), after.id());
            }
        }
    }
}
