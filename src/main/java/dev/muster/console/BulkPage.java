package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.keys.FanOut;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Places or releases one hold for many users: first as a preview that shows the effect on each, then for real.
public record BulkPage(Directory directory, CommandSender sender, Pages pages, Labels labels, InstantSource clock) {
    /// As many as a page of the list shows.
    static final int MOST = 50;

    /// What the page shows.
    ///
    /// @param rehearsal whether it is a preview
    /// @param what describes the change
    /// @param form the fields, to be sent again
    /// @param changing how many users it changes
    public record Model(boolean rehearsal, String what, List<Value> form, List<Outcome> outcomes, long changing) {}

    public record Value(String name, String value) {}

    /// The effect on one user.
    public record Outcome(String name, String href, String before, String after, boolean changes) {}

    Reply rehearse(PageVisit visit) {
        return answer(visit, true);
    }

    Reply perform(PageVisit visit) {
        return answer(visit, false);
    }

    private Reply answer(PageVisit visit, boolean rehearsal) {
        Form form = visit.form();
        FormFields in = visit.fields();
        List<String> chosen = form.all("user").stream().distinct().toList();
        boolean release = "release".equals(form.first("do"));
        Command command = release ? HoldForm.release(in) : HoldForm.hold(in, null, clock.instant());
        String title = rehearsal ? "Rehearsal" : "Done";
        try {
            if (chosen.isEmpty() || chosen.size() > MOST) {
                throw new RefusedException(
                        new Refusal.Invalid("user", "too_many", "Choose one to " + MOST + " users."));
            }
            in.check();
            List<Outcome> outcomes = outcomes(visit, chosen, command, rehearsal);
            Model model = new Model(
                    rehearsal,
                    what(command),
                    rehearsal ? values(form) : List.of(),
                    outcomes,
                    outcomes.stream().filter(Outcome::changes).count());
            return pages.page(visit, "bulk", title, model);
        } catch (RefusedException e) {
            Model empty = new Model(true, "", List.of(), List.of(), 0);
            return pages.page(visit.with(labels.error(e.refusal())), "bulk", title, empty);
        }
    }

    private static String what(Command command) {
        return switch (command) {
            case Command.PlaceHold(var kind, var label, var reason, var _, var until) ->
                "Place " + kind.word() + " (" + label + ")"
                        + (reason == null ? "" : ", reason " + reason)
                        + ", until " + Labels.time(until, "further notice");
            case Command.ReleaseHold(var kind, var label, var _, var _) ->
                "Release " + kind.word() + " (" + label + ")";
            default -> throw new IllegalStateException("no form asks for " + command);
        };
    }

    private static List<Value> values(Form form) {
        List<Value> values = new ArrayList<>();
        for (String name : form.names()) {
            if (!name.equals("csrf")) {
                form.all(name).forEach(value -> values.add(new Value(name, value)));
            }
        }
        return values;
    }

    /// Sends one write per user, all at once: they share a commit or two, and one refusal does not stop the
    /// others.
    private List<Outcome> outcomes(PageVisit visit, List<String> chosen, Command command, boolean rehearsal) {
        List<UUID> ids =
                chosen.stream().map(FormFields::uuid).filter(Objects::nonNull).toList();
        AsOf<Map<UUID, User>> seen = unlessRefused(directory.find(visit.actor(), visit.realmId(), ids));
        return FanOut.map(chosen, MOST, text -> outcome(visit, text, seen, command, rehearsal, ids.size()));
    }

    private Outcome outcome(
            PageVisit visit,
            String text,
            AsOf<Map<UUID, User>> seen,
            Command command,
            boolean rehearsal,
            int together) {
        UUID id = FormFields.uuid(text);
        User user = id == null ? null : seen.value().get(id);
        if (user == null) {
            String missing = labels.error(new Refusal.NotFound("user", text)).happened();
            return new Outcome(text, "", "", missing, false);
        }
        long realm = visit.realmId();
        Result<Change> result = send(visit, user, command, rehearsal, together);
        boolean changes =
                result instanceof Result.Ok<Change>(var change) && Flash.HELD.unlessNothing(change) != Flash.NOTHING;
        return new Outcome(
                Labels.name(user),
                visit.base() + "/users/" + user.id(),
                before(visit, user, seen.at(), result),
                switch (result) {
                    case Result.Refused<Change>(var refusal) ->
                        labels.error(refusal).happened();
                    case Result.Ok<Change>(var change) ->
                        changes ? sentence(realm, change.user(), change.at()) : Flash.NOTHING.sentence();
                },
                changes);
    }

    /// A hold that exists is not replaced by a bulk one: it may have no end, or a reason of its own.
    private Result<Change> send(PageVisit visit, User user, Command command, boolean rehearsal, int together) {
        UserRef ref = UserRef.id(user.id());
        Refusal objection =
                command instanceof Command.PlaceHold place && user.holds().get(place.kind(), place.label()) != null
                        ? HoldForm.THERE
                        : null;
        if (!rehearsal) {
            return sender.send(visit, ref, command, user.version(), objection, together);
        }
        return objection == null ? sender.rehearse(visit, ref, command, together) : Result.refused(objection);
    }

    /// The standing before the change; when the form was sent again, before the first time.
    private String before(PageVisit visit, User user, Instant at, Result<Change> result) {
        long realm = visit.realmId();
        if (result instanceof Result.Ok<Change>(var change) && change.replayed()) {
            Instant then = change.at().minusMillis(1);
            if (directory.find(visit.actor(), realm, UserRef.id(user.id()), then)
                    instanceof Result.Ok<AsOf<User>>(var earlier)) {
                return sentence(realm, earlier.value(), then);
            }
        }
        return sentence(realm, user, at);
    }

    private String sentence(long realm, User user, Instant at) {
        return labels.standing(realm, user.standing(at));
    }
}
