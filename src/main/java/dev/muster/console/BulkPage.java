package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.console.BulkOutcomes.Outcome;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.keys.FanOut;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

/// Places or releases a hold for many users at once. The form shows the effect on each user before the change is made,
/// and the change can be undone afterwards.
public record BulkPage(
        Directory directory,
        CommandSender sender,
        HoldUndo undo,
        ChosenUsers chosenUsers,
        Pages pages,
        Labels labels,
        InstantSource clock) {
    private static final String UNCHANGED = "unchanged";
    private static final int MAX_CONCURRENT = 64;

    private static final ErrorMessage EDITED = new ErrorMessage(
            409,
            "The form was changed after its preview, so nothing was done.",
            "This is the preview of the form as it is now. Check it, then continue.");

    /// The form with its preview.
    ///
    /// @param form the fields as typed
    /// @param users the ids of the users; empty if they could not be determined
    /// @param list the link to the list of users
    /// @param listQuery the query of that link
    /// @param outcomes the effect on each user; empty after an error
    /// @param submit the label of the button that makes the change, such as `Suspend 180 users`; empty if there is
    ///     nothing to do
    public record Preview(
            BulkForm form, List<UUID> users, String list, String listQuery, BulkOutcomes outcomes, String submit) {
        public String title() {
            return users.isEmpty() ? "Hold or release users" : "Hold or release " + BulkOutcomes.users(users.size());
        }
    }

    /// What was done.
    ///
    /// @param title `Done` or `Undone`
    /// @param what a description of the change
    /// @param undo the changed users, as encoded by [HoldUndo.ChangedUser#text]; empty if undo is not offered
    /// @param list the link to the list of users
    /// @param listQuery the query of that link
    public record Model(
            String title, String what, List<String> undo, BulkOutcomes outcomes, String list, String listQuery) {}

    /// Shows the form with its preview. When it is opened from the list of users, none of its fields is sent.
    Reply preview(PageVisit visit) {
        BulkForm form = BulkForm.of(visit.form());
        List<UUID> users = List.of();
        BulkOutcomes outcomes = BulkOutcomes.NONE;
        String submit = "";
        PageVisit shown = visit;
        try {
            users = chosenUsers.ids(visit);
            FormFields in = form.fields();
            Command command = BulkForm.command(in, clock.instant());
            in.check();
            outcomes = outcomes(visit, users, command, true);
            submit = submit(command, outcomes);
        } catch (RefusedException e) {
            shown = visit.with(labels.error(e.refusal()));
        }
        String query = BulkForm.listQuery(visit);
        Preview page = new Preview(form, users, BulkForm.list(visit, query), query, outcomes, submit);
        return pages.page(shown, "bulk-form", page.title(), page);
    }

    /// Makes the change. If the form was edited after its preview, shows the preview of what it says now instead, so
    /// that no operator changes users in a way that they have not seen.
    Reply perform(PageVisit visit) {
        if (BulkForm.isEditedSincePreview(visit.form())) {
            return preview(visit.with(EDITED));
        }
        FormFields in = visit.fields();
        Command command = BulkForm.command(in, clock.instant());
        List<UUID> users;
        try {
            in.check();
            users = chosenUsers.ids(visit);
        } catch (RefusedException e) {
            return preview(visit.with(labels.error(e.refusal())));
        }
        BulkOutcomes outcomes = outcomes(visit, users, command, false);
        return show(visit, "Done", description(command), outcomes.undo(), outcomes);
    }

    private Reply show(PageVisit visit, String title, String what, List<String> undo, BulkOutcomes outcomes) {
        String query = BulkForm.listQuery(visit);
        return pages.page(
                visit, "bulk", title, new Model(title, what, undo, outcomes, BulkForm.list(visit, query), query));
    }

    /// Undoes a change of holds, except for users who have changed again since.
    Reply undo(PageVisit visit) {
        List<String> changed = visit.form().all("changed");
        if (changed.isEmpty() || changed.size() > ChosenUsers.MAX_USERS) {
            throw new RefusedException(ChosenUsers.tooMany());
        }
        List<HoldUndo.ChangedUser> users =
                changed.stream().map(HoldUndo.ChangedUser::of).toList();
        if (visit.form().first("one") != null) {
            unlessRefused(undo.undo(visit, users.getFirst(), 1));
            return visit.done("/users/" + users.getFirst().user(), Flash.UNDONE);
        }
        Map<UUID, HoldUndo.ChangedUser> byUser = new HashMap<>();
        users.forEach(each -> byUser.put(each.user(), each));
        BulkOutcomes outcomes = outcomes(visit, List.copyOf(byUser.keySet()), (user, at) -> {
            HoldUndo.ChangedUser each = Objects.requireNonNull(byUser.get(user.id()));
            return outcome(visit, user, at, undo.undo(visit, each, byUser.size()));
        });
        return show(visit, "Undone", "Undo", List.of(), outcomes);
    }

    /// Returns the label of the button that makes the change; empty if it would change nobody.
    private static String submit(Command command, BulkOutcomes outcomes) {
        String verb = verb(command);
        int waiting = outcomes.waiting();
        if (waiting > 0) {
            return "Request to "
                    + String.format(
                            verb.substring(0, 1).toLowerCase(Locale.ROOT) + verb.substring(1),
                            BulkOutcomes.users(waiting));
        }
        int changing = outcomes.changed().size();
        return changing == 0 ? "" : String.format(verb, BulkOutcomes.users(changing));
    }

    /// Returns the label of the preview's button, with `%s` in place of the users.
    private static String verb(Command command) {
        return switch (command) {
            case Command.PlaceHold place ->
                switch (place.kind()) {
                    case SUSPENDED -> "Suspend %s";
                    case BLOCKED -> "Block %s";
                    case DEACTIVATED -> "Deactivate %s";
                    case FRAUD -> "Flag %s as fraud";
                    case REMOVED, BARRED -> throw new IllegalStateException("no form places " + place.kind());
                };
            case Command.ReleaseHold release -> "Release the " + Sentence.noun(release.kind()) + " of %s";
            default -> throw new IllegalStateException("no form asks for " + command);
        };
    }

    /// Returns what was done as a title, such as `Suspension with no end, reason chargeback`.
    private static String description(Command command) {
        return switch (command) {
            case Command.PlaceHold(var kind, var label, var reason, var _, var until) ->
                capitalized(named(kind, label))
                        + (until == null ? " with no end" : " until " + Labels.time(until))
                        + (reason == null ? "" : ", reason " + reason);
            case Command.ReleaseHold(var kind, var label, var _, var _) -> "Release of the " + named(kind, label);
            default -> throw new IllegalStateException("no form asks for " + command);
        };
    }

    private static String named(HoldKind kind, String label) {
        return Sentence.noun(kind) + (label.equals(Hold.MAIN) ? "" : " (" + label + ")");
    }

    private static String capitalized(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private BulkOutcomes outcomes(PageVisit visit, List<UUID> users, Command command, boolean preview) {
        return outcomes(
                visit,
                users,
                (user, at) -> outcome(visit, user, at, send(visit, user, command, preview, users.size())));
    }

    /// Executes one write per user. The writes run concurrently, so that they share a few commits, and a refusal
    /// does not stop the others. The result also lists users who do not exist.
    private BulkOutcomes outcomes(PageVisit visit, List<UUID> chosen, BiFunction<User, Instant, Outcome> outcome) {
        List<Outcome> outcomes = new ArrayList<>();
        Set<UUID> missing = new LinkedHashSet<>(chosen);
        List<AsOf<User>> users = new ArrayList<>();
        chosenUsers.each(visit, chosen, (user, at) -> {
            missing.remove(user.id());
            users.add(new AsOf<>(user, at));
        });
        outcomes.addAll(FanOut.map(users, MAX_CONCURRENT, user -> outcome.apply(user.value(), user.at())));
        missing.forEach(id -> outcomes.add(new Outcome(
                id.toString(),
                "",
                "",
                UNCHANGED,
                labels.error(new Refusal.NotFound("user", id.toString())).happened(),
                false,
                "")));
        return new BulkOutcomes(outcomes);
    }

    private Outcome outcome(PageVisit visit, User user, Instant at, Result<Change> result) {
        return switch (result) {
            case Result.Refused<Change>(var refusal) ->
                new Outcome(
                        Labels.name(user),
                        href(visit, user),
                        before(visit, user, at, result),
                        UNCHANGED,
                        labels.error(refusal).happened(),
                        refusal instanceof Refusal.NeedsApproval,
                        "");
            case Result.Ok<Change>(var change) -> {
                boolean changes = Flash.HELD.adjustedFor(change) != Flash.NOTHING;
                yield new Outcome(
                        Labels.name(user),
                        href(visit, user),
                        before(visit, user, at, result),
                        changes ? sentence(visit.realmId(), change.user(), change.at()) : UNCHANGED,
                        changes ? "" : Flash.NOTHING.sentence(),
                        false,
                        changes ? HoldUndo.ChangedUser.of(change.user()).text() : "");
            }
        };
    }

    private static String href(PageVisit visit, User user) {
        return visit.base() + "/users/" + user.id();
    }

    /// Executes or previews the command for one user. Refuses to replace an existing hold, because its end or
    /// reason may differ.
    private Result<Change> send(PageVisit visit, User user, Command command, boolean preview, int together) {
        UserRef ref = UserRef.id(user.id());
        Refusal objection =
                command instanceof Command.PlaceHold place && user.holds().get(place.kind(), place.label()) != null
                        ? HoldForm.ALREADY_EXISTS
                        : null;
        if (!preview) {
            return sender.send(visit, ref, command, user.version(), objection, together);
        }
        return objection == null ? sender.preview(visit, ref, command, together) : Result.refused(objection);
    }

    /// Returns the standing before the change. If the form was sent twice, this is the standing before the first
    /// submission.
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
