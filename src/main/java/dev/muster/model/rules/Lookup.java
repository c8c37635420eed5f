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

/// Finds the user that a request names, as seen at one moment.
final class Lookup {
    private final PeopleState people;
    private final Fingerprint.Maker prints;

    Lookup(Context context) {
        this.people = context.realm().people();
        this.prints = context.prints();
    }

    /// Plans to load the user that `ref` names, and the bar on that name.
    static void plan(UserRef ref, LoadPlan plan, Fingerprint.Maker prints) {
        plan.people.user(ref);
        Identifier.Key barrable = ref.barrable();
        if (barrable != null) {
            plan.people.bars.add(prints.of(barrable));
        }
    }

    /// A user with all the holds that are stored. `Barred` goes before `NotFound`: what was barred is told apart
    /// from what never was.
    Result<User> user(UserRef ref) {
        User user = people.find(ref);
        return user == null ? Result.refused(missing(ref)) : Result.ok(user);
    }

    /// As [#user], of those for whom something is still done: `Erased`, `Barred` or `Removed` otherwise.
    Result<User> userInService(UserRef ref) {
        return user(ref).then(user -> {
            Refusal closed = closed(user);
            return closed == null ? Result.ok(user) : Result.refused(closed);
        });
    }

    Refusal missing(UserRef ref) {
        return isBarred(ref) ? new Refusal.Barred() : new Refusal.NotFound("user", ref.text());
    }

    /// Whether a bar stands on the identifier in `ref`.
    boolean isBarred(UserRef ref) {
        Identifier.Key key = ref.barrable();
        return key != null && people.isBarred(prints.of(key));
    }

    static @Nullable Refusal closed(User user) {
        if (user.isErased()) {
            return new Refusal.Erased();
        }
        if (user.isBarred()) {
            return new Refusal.Barred();
        }
        return user.isRemoved() ? new Refusal.Removed() : null;
    }
}
