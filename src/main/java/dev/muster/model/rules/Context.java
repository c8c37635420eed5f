package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The inputs shared by all decisions of one request.
///
/// @param realm the working set that the request reads and changes
/// @param actor the caller, with the rights that they currently have according to the working set
/// @param now the transaction's time
/// @param approver the second operator, who approved the actor's request; null if none was needed
record Context(
        WorkingSet realm,
        Environment environment,
        Fingerprint.Maker fingerprints,
        Actor actor,
        Instant now,
        @Nullable ActorRef approver) {
    /// Creates an event that the actor causes now.
    Event event(Event.Action action, Event.Subject subject, Changes changes) {
        return event(action, subject, null, null, changes);
    }

    /// Creates an event that the actor causes now, with their reason and note.
    Event event(
            Event.Action action,
            Event.Subject subject,
            @Nullable String reason,
            @Nullable String note,
            Changes changes) {
        return new Event(now, actor.ref(), action, subject, reason, note, changes, approver);
    }

    Change unchanged(Change.About about) {
        return changed(about, List.of());
    }

    /// Creates a change with one event about the subject of the change.
    Change changed(Change.About about, Event.Action action, Changes changes) {
        return changed(about, List.of(event(action, about.subject(), changes)));
    }

    Change changed(Change.About about, List<Event> events) {
        return new Change(now, about, List.copyOf(events), false);
    }

    /// Whether the user is the realm's last SUPER who is neither removed nor barred.
    boolean isLastSuper(User user) {
        return user.isSuperInService() && realm.counters().supersInService() <= 1;
    }
}
