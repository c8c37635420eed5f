package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What every decision of one request depends on besides the command.
///
/// @param realm the working set that the request reads and changes
/// @param actor who asks, as the working set knows them now
/// @param now the transaction's time
record Context(WorkingSet realm, Environment environment, Fingerprint.Maker prints, Actor actor, Instant now) {
    Event event(Event.Action action, User user, Changes changes) {
        return event(action, user, null, null, changes);
    }

    Event event(Event.Action action, User user, @Nullable String reason, @Nullable String note, Changes changes) {
        return event(action, Event.Subject.Type.USER, user.id(), reason, note, changes);
    }

    Event event(Event.Action action, ApiKey key, Changes changes) {
        return event(action, Event.Subject.Type.KEY, key.id(), null, null, changes);
    }

    Event event(Event.Action action, Operator operator, Changes changes) {
        return event(action, Event.Subject.Type.OPERATOR, operator.id(), null, null, changes);
    }

    Event event(Event.Action action, Group group, Changes changes) {
        return event(action, Event.Subject.Type.GROUP, group.id(), null, null, changes);
    }

    Event event(Event.Action action, Policy policy, Changes changes) {
        return event(action, Event.Subject.Type.POLICY, policy.id(), null, null, changes);
    }

    Event event(Event.Action action, Job job, @Nullable String note, Changes changes) {
        return event(action, Event.Subject.Type.JOB, job.id(), null, note, changes);
    }

    private Event event(
            Event.Action action,
            Event.Subject.Type type,
            UUID id,
            @Nullable String reason,
            @Nullable String note,
            Changes changes) {
        return new Event(now, actor.ref(), action, new Event.Subject(type, id), reason, note, changes);
    }

    Change unchanged(Change.About about) {
        return new Change(now, about, List.of(), false);
    }

    public Change changed(Change.About about, Event event) {
        return new Change(now, about, List.of(event), false);
    }

    public Change changed(Change.About about, List<Event> events) {
        return new Change(now, about, List.copyOf(events), false);
    }
}
