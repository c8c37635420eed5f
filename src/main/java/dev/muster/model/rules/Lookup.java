package dev.muster.model.rules;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.PeopleState;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import org.jspecify.annotations.Nullable;

/// Looks up the users that a request refers to.
final class Lookup {
    private final PeopleState people;
    private final Fingerprint.Maker fingerprints;

    Lookup(Context context) {
        this.people = context.realm().people();
        this.fingerprints = context.fingerprints();
    }

    /// Plans to load the user that `ref` refers to and any bar on that identifier.
    static void plan(UserRef ref, LoadPlan plan, Fingerprint.Maker fingerprints) {
        plan.people.user(ref);
        Identifier.Key barrable = ref.barrable();
        if (barrable != null) {
            plan.people.bars.add(fingerprints.of(barrable));
        }
    }

    /// Returns a user with all stored holds. Refuses: Barred if there is no such user and the identifier is barred,
    /// otherwise NotFound.
    Result<User> user(UserRef ref) {
        User user = people.find(ref);
        return user == null ? Result.refused(missing(ref)) : Result.ok(user);
    }

    /// Returns a user who is neither erased, barred nor removed. Refuses: Barred, NotFound, Erased, Removed.
    Result<User> userInService(UserRef ref) {
        return user(ref).then(user -> {
            Refusal refusal = outOfService(user);
            return refusal == null ? Result.ok(user) : Result.refused(refusal);
        });
    }

    /// The refusal for a user who does not exist: Barred or NotFound.
    Refusal missing(UserRef ref) {
        return isBarred(ref) ? new Refusal.Barred() : new Refusal.NotFound("user", ref.text());
    }

    /// Whether the identifier in `ref` is barred.
    boolean isBarred(UserRef ref) {
        Identifier.Key key = ref.barrable();
        return key != null && people.isBarred(fingerprints.of(key));
    }

    /// Why a user is out of service: Erased, Barred or Removed; null if they are in service.
    static @Nullable Refusal outOfService(User user) {
        if (user.isErased()) {
            return new Refusal.Erased();
        }
        if (user.isBarred()) {
            return new Refusal.Barred();
        }
        return user.isRemoved() ? new Refusal.Removed() : null;
    }
}
