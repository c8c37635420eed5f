package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/// Places or releases a hold for many users at once. A preview shows the effect on each user before the change is made,
/// and the change can be undone afterwards.
public record BulkPage(
        Directory directory,
        CommandSender sender,
        HoldUndo undo,
        Pages pages,
        Labels labels,
        TypedUser typedUser,
        InstantSource clock) {
    /// The maximum number of users in one form.
    static final int MAX_USERS = 1_000;

    private static final String UNCHANGED = "unchanged";
    private static final int MAX_CONCURRENT = 64;

    /// The number of users per request to the directory.
    private static final int PART = 200;

    private enum Stage {
        PREVIEW,
        DONE,
        UNDONE
    }

    /// The content of the page.
    ///
    /// @param title `Preview`, `Done` or `Undone`
    /// @param isPreview whether nothing has been changed yet
    /// @param what a description of the change
    /// @param form the fields that the preview submits again to make the change
    /// @param undo the changed users, as encoded by [HoldUndo.ChangedUser#text]; empty if undo is not offered
    /// @param changing the number of users that are changed
    /// @param submit the label of the preview's button, such as `Suspend 180 users`
    public record Model(
            String title,
            boolean isPreview,
            String what,
            List<Value> form,
            List<String> undo,
            List<Outcome> outcomes,
            long changing,
            String submit) {
        /// Whether some users are not changed. The page then says why.
        public boolean hasUnchanged() {
            return changing < outcomes.size();
        }
    }

    /// A field of the form.
    public record Value(String name, String value) {}

    /// The effect on one user.
    ///
    /// @param why the reason why the user was not changed; empty if they were changed
    /// @param undo the change, as encoded by [HoldUndo.ChangedUser#text]; empty if nothing changed
    public record Outcome(String name, String href, String before, String after, String why, String undo) {
        public boolean changes() {
            return !undo.isEmpty();
        }
    }

    /// The users found in a pasted list.
    ///
    /// @param missing an error message for each line that does not identify a user
    public record Pasted(List<UsersPage.Row> rows, List<String> missing) {
        public List<UsersPage.Head> heads() {
            return UserSort.heads(null, null);
        }
    }

    Reply preview(PageVisit visit) {
        return answer(visit, Stage.PREVIEW);
    }

    Reply perform(PageVisit visit) {
        return answer(visit, Stage.DONE);
    }

    private Reply answer(PageVisit visit, Stage stage) {
        FormFields in = visit.fields();
        Command command = "release".equals(visit.form().first("do"))
                ? HoldForm.release(in)
                : HoldForm.hold(in, null, clock.instant());
        try {
            in.check();
            List<UUID> chosen = chosen(visit);
            List<Outcome> outcomes = outcomes(
                    visit,
                    chosen,
                    (user, at) -> outcome(
                            visit, user, at, send(visit, user, command, stage == Stage.PREVIEW, chosen.size())));
            boolean preview = stage == Stage.PREVIEW;
            return show(
                    visit,
                    stage,
                    description(command),
                    verb(command),
                    preview ? values(visit.form(), chosen) : List.of(),
                    outcomes);
        } catch (RefusedException e) {
            return refused(visit, e.refusal());
        }
    }

    private Reply refused(PageVisit visit, Refusal refusal) {
        Model model = new Model("Preview", true, "", List.of(), List.of(), List.of(), 0, "");
        return pages.page(visit.with(labels.error(refusal)), "bulk", model.title, model);
    }

    private Reply show(
            PageVisit visit, Stage stage, String what, String verb, List<Value> form, List<Outcome> outcomes) {
        String title = switch (stage) {
            case PREVIEW -> "Preview";
            case DONE -> "Done";
            case UNDONE -> "Undone";
        };
        List<String> changed =
                outcomes.stream().filter(Outcome::changes).map(Outcome::undo).toList();
        Model model = new Model(
                title,
                stage == Stage.PREVIEW,
                what,
                form,
                stage == Stage.DONE ? changed : List.of(),
                // Users who are not changed come first, because the operator has to look at them.
                outcomes.stream().sorted(Comparator.comparing(Outcome::changes)).toList(),
                changed.size(),
                String.format(verb, changed.size() == 1 ? "1 user" : Labels.number(changed.size()) + " users"));
        return pages.page(visit, "bulk", title, model);
    }

    /// Undoes a change of holds, except for users who have changed again since.
    Reply undo(PageVisit visit) {
        List<String> changed = visit.form().all("changed");
        if (changed.isEmpty() || changed.size() > MAX_USERS) {
            return refused(visit, tooMany());
        }
        List<HoldUndo.ChangedUser> users =
                changed.stream().map(HoldUndo.ChangedUser::of).toList();
        if (visit.form().first("one") != null) {
            unlessRefused(undo.undo(visit, users.getFirst(), 1));
            return visit.done("/users/" + users.getFirst().user(), Flash.UNDONE);
        }
        Map<UUID, HoldUndo.ChangedUser> byUser = new HashMap<>();
        users.forEach(each -> byUser.put(each.user(), each));
        List<Outcome> outcomes = outcomes(visit, List.copyOf(byUser.keySet()), (user, at) -> {
            HoldUndo.ChangedUser each = Objects.requireNonNull(byUser.get(user.id()));
            return outcome(visit, user, at, undo.undo(visit, each, byUser.size()));
        });
        return show(visit, Stage.UNDONE, "Undo", "", List.of(), outcomes);
    }

    /// Finds the users in a list of e-mail addresses, usernames, external ids, numbers or ids, one per line.
    Reply paste(PageVisit visit) {
        List<String> lines = visit.fields().lines("list").stream().distinct().toList();
        if (lines.isEmpty() || lines.size() > MAX_USERS) {
            throw new RefusedException(tooMany());
        }
        Set<UUID> found = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (Result<UUID> named : typedUser.find(visit, "list", lines)) {
            switch (named) {
                case Result.Ok<UUID>(var id) -> found.add(id);
                case Result.Refused<UUID>(var refusal) ->
                    missing.add(labels.error(refusal).happened());
            }
        }
        List<UsersPage.Row> rows = new ArrayList<>();
        eachPart(visit, List.copyOf(found), (user, at) -> rows.add(UsersPage.Row.of(visit, user, at)));
        return pages.page(visit, "pasted", "Pasted users", new Pasted(rows, missing));
    }

    /// Returns the users that the form is about: those selected or, if `all` is set, all who match the form's
    /// filters.
    private List<UUID> chosen(PageVisit visit) {
        Form form = visit.form();
        List<UUID> chosen = new ArrayList<>();
        if (form.first("all") != null) {
            UserQuery query = unlessRefused(UsersPage.query(visit.fields(), null, PART));
            Long after = null;
            do {
                Page<User> page = unlessRefused(directory.list(
                                visit.actor(), visit.realmId(), after == null ? query : query.after(after)))
                        .value();
                page.items().forEach(user -> chosen.add(user.id()));
                after = page.next();
            } while (after != null && chosen.size() <= MAX_USERS);
        } else {
            form.all("user").stream().distinct().forEach(text -> {
                UUID id = FormFields.uuid(text);
                if (id == null) {
                    throw new RefusedException(new Refusal.NotFound("user", text));
                }
                chosen.add(id);
            });
        }
        if (chosen.isEmpty() || chosen.size() > MAX_USERS) {
            throw new RefusedException(tooMany());
        }
        return chosen;
    }

    private static Refusal tooMany() {
        return new Refusal.Invalid("user", "too_many", "Choose one to " + Labels.number(MAX_USERS) + " users.");
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

    private static String description(Command command) {
        return switch (command) {
            case Command.PlaceHold(var kind, var label, var reason, var _, var until) ->
                "Place " + kind.wireName() + " (" + label + ")"
                        + (reason == null ? "" : ", reason " + reason)
                        + ", until " + Labels.time(until, "further notice");
            case Command.ReleaseHold(var kind, var label, var _, var _) ->
                "Release " + kind.wireName() + " (" + label + ")";
            default -> throw new IllegalStateException("no form asks for " + command);
        };
    }

    /// Returns the fields of the form, with the users' ids instead of the filters that selected them.
    private static List<Value> values(Form form, List<UUID> chosen) {
        List<Value> values = new ArrayList<>();
        for (String name : form.names()) {
            if (!Set.of("csrf", "all", "user").contains(name) && !UsersPage.FILTERS.contains(name)) {
                form.all(name).forEach(value -> values.add(new Value(name, value)));
            }
        }
        chosen.forEach(id -> values.add(new Value("user", id.toString())));
        return values;
    }

    /// Executes one write per user. The writes run concurrently, so that they share a few commits, and a refusal
    /// does not stop the others. The result also lists users who do not exist.
    private List<Outcome> outcomes(PageVisit visit, List<UUID> chosen, BiFunction<User, Instant, Outcome> outcome) {
        List<Outcome> outcomes = new ArrayList<>();
        Set<UUID> missing = new LinkedHashSet<>(chosen);
        List<AsOf<User>> users = new ArrayList<>();
        eachPart(visit, chosen, (user, at) -> {
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
                "")));
        return outcomes;
    }

    /// Calls `each` for the users with these ids who exist, in the order of the ids.
    private void eachPart(PageVisit visit, List<UUID> ids, BiConsumer<User, Instant> each) {
        for (int i = 0; i < ids.size(); i += PART) {
            List<UUID> part = ids.subList(i, Math.min(ids.size(), i + PART));
            AsOf<Map<UUID, User>> seen = unlessRefused(directory.find(visit.actor(), visit.realmId(), part));
            for (UUID id : part) {
                User user = seen.value().get(id);
                if (user != null) {
                    each.accept(user, seen.at());
                }
            }
        }
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
                        "");
            case Result.Ok<Change>(var change) -> {
                boolean changes = Flash.HELD.adjustedFor(change) != Flash.NOTHING;
                yield new Outcome(
                        Labels.name(user),
                        href(visit, user),
                        before(visit, user, at, result),
                        changes ? sentence(visit.realmId(), change.user(), change.at()) : UNCHANGED,
                        changes ? "" : Flash.NOTHING.sentence(),
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
