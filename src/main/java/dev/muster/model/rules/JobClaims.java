package dev.muster.model.rules;

import dev.muster.model.job.Job;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// Jobs that were submitted under a name which nobody had: whoever gets the name becomes their user.
final class JobClaims {
    private JobClaims() {}

    /// What a job calls a user whose identifier this is.
    static Identifier.Key name(Identifier.Key identifier) {
        return identifier.kind() == Identifier.Kind.EXTERNAL_ID ? Job.name(identifier.folded()) : identifier;
    }

    /// Gives `after` the jobs that name any identifier that `before` did not have.
    ///
    /// @param before null for a new user
    static void claim(Context context, @Nullable User before, User after) {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier old = before == null ? null : before.identifier(kind);
            Identifier now = after.identifier(kind);
            if (now != null && (old == null || !old.key().equals(now.key()))) {
                Identifier.Key name = name(now.key());
                context.realm().jobs().claim(name, context.prints().of(name), after.id());
            }
        }
    }
}
