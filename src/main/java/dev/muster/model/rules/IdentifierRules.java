package dev.muster.model.rules;

import dev.muster.model.Refusal;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.PeopleState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules for identifiers: each belongs to at most one user of the realm, and a barred identifier cannot be given to
/// any other user.
final class IdentifierRules {
    private final PeopleState people;
    private final Fingerprint.Maker fingerprints;

    IdentifierRules(Context context) {
        this.people = context.realm().people();
        this.fingerprints = context.fingerprints();
    }

    /// Plans to load the facts needed to check `identifier`. Does nothing if it is null.
    static void plan(@Nullable Identifier identifier, LoadPlan plan, Fingerprint.Maker fingerprints) {
        if (identifier == null) {
            return;
        }
        plan.people.user(new UserRef.ByIdentifier(identifier.key()));
        if (identifier.kind().barrable()) {
            plan.people.bars.add(fingerprints.of(identifier.key()));
        }
        plan.jobs.names.add(fingerprints.of(JobClaims.name(identifier.key())));
        UUID likeAnId = idLike(identifier);
        if (likeAnId != null) {
            plan.people.user(UserRef.id(likeAnId));
        }
    }

    /// Why `owner` (null for a new user) cannot have all of the `wanted` identifiers; null if they can. A barred
    /// identifier takes precedence over a taken one. Refuses: Barred, Taken.
    @Nullable
    Refusal conflictOn(Function<Identifier.Kind, @Nullable Identifier> wanted, @Nullable User owner) {
        List<Identifier> fresh = new ArrayList<>(3);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = wanted.apply(kind);
            Identifier own = owner == null ? null : owner.identifier(kind);
            if (identifier != null && (own == null || !own.key().equals(identifier.key()))) {
                fresh.add(identifier);
            }
        }
        for (Identifier identifier : fresh) {
            if (identifier.kind().barrable() && people.isBarred(fingerprints.of(identifier.key()))) {
                return new Refusal.Barred();
            }
        }
        for (Identifier identifier : fresh) {
            User holder = holder(identifier);
            if (holder != null && (owner == null || !holder.id().equals(owner.id()))) {
                return new Refusal.Taken(
                        identifier.kind().field(),
                        holder.id(),
                        holder.isRemoved() && !holder.isBarred() && !holder.isErased());
            }
        }
        return null;
    }

    /// The user who has the identifier, or whose id equals it; null if there is none.
    private @Nullable User holder(Identifier identifier) {
        User holder = people.find(new UserRef.ByIdentifier(identifier.key()));
        UUID likeAnId = idLike(identifier);
        return holder == null && likeAnId != null ? people.find(UserRef.id(likeAnId)) : holder;
    }

    private static @Nullable UUID idLike(Identifier identifier) {
        return identifier.kind() == Identifier.Kind.EXTERNAL_ID ? Identifier.idLike(identifier.text()) : null;
    }
}
