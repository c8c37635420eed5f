package dev.muster.console;

import dev.muster.directory.Directory;
import dev.muster.directory.Seen;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.User;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One hold on many users, or off them: first as a rehearsal, which says for each what would come of it, then done.
public final class BulkPage {
    /// As many as a page of the list shows.
    static final int MOST = 50;

    private final Directory directory;
    private final Sender sender;
    private final Pages pages;
    private final Words words;
    private final InstantSource clock;

    BulkPage(Directory directory, Sender sender, Pages pages, Words words, InstantSource clock) {
        this.directory = directory;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
        this.clock = clock;
    }

    /// What the page shows.
    ///
    /// @param rehearsal whether it is still to be done
    /// @param what is to be done, or was, in words
    /// @param form what was asked for, to be sent again
    /// @param changing for how many something changes
    public record Model(
            boolean rehearsal,
            String what,
            List<Value> form,
            List<Outcome> outcomes,
            long changing,
            @Nullable Sorry sorry) {}

    public record Value(String name, String value) {}

    /// What comes of it for one user.
    public record Outcome(String name, String href, String before, String after, boolean changes) {}

    Reply rehearse(Visit visit) {
        return answer(visit, true);
    }

    Reply perform(Visit visit) {
        return answer(visit, false);
    }

    private Reply answer(Visit visit, boolean rehearsal) {
        Form form = visit.form();
        Input in = new Input(form::first);
        List<String> chosen = form.all("user").stream().distinct().toList();
        boolean release = "release".equals(form.first("do"));
        Command command = release ? HoldForm.release(in) : HoldForm.hold(in, clock.instant());
        Result<Command> asked = chosen.isEmpty() || chosen.size() > MOST
                ? Result.refused(new Refusal.Invalid("user", "too_many", "Choose one to " + MOST + " users."))
                : in.result(() -> command);
        Model model = switch (asked) {
            case Result.Refused<Command>(var refusal) ->
                new Model(true, "", List.of(), List.of(), 0, words.sorry(refusal));
            case Result.Ok<Command>(var sound) -> {
                List<Outcome> outcomes = chosen.stream()
                        .map(user -> outcome(visit, user, sound, rehearsal))
                        .toList();
                yield new Model(
                        rehearsal,
                        what(sound),
                        rehearsal ? values(form) : List.of(),
                        outcomes,
                        outcomes.stream().filter(Outcome::changes).count(),
                        null);
            }
        };
        return pages.page(
                model.sorry == null ? 200 : model.sorry.status(),
                "bulk",
                pages.frame(visit, Section.USERS, rehearsal ? "Rehearsal" : "Done"),
                model);
    }

    private static String what(Command command) {
        return switch (command) {
            case Command.PlaceHold(var kind, var label, var reason, var _, var until) ->
                "Place " + kind.word() + " (" + label + ")"
                        + (reason == null ? "" : ", reason " + reason)
                        + ", until " + Words.time(until, "further notice");
            case Command.ReleaseHold(var kind, var label, var _) -> "Release " + kind.word() + " (" + label + ")";
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

    private Outcome outcome(Visit visit, String text, Command command, boolean rehearsal) {
        UUIDs id = UUIDs.of(text);
        if (id == null) {
            return new Outcome(
                    text,
                    "",
                    "",
                    words.sorry(new Refusal.NotFound("user", text)).happened(),
                    false);
        }
        long realm = visit.realm().id();
        String href = visit.base() + "/users/" + id.id();
        return switch (directory.find(visit.actor(), realm, id.ref())) {
            case Result.Refused<Seen<User>>(var refusal) ->
                new Outcome(text, href, "", words.sorry(refusal).happened(), false);
            case Result.Ok<Seen<User>>(var seen) -> {
                String before = sentence(realm, seen.value(), seen.at());
                yield switch (sender.send(visit, id.ref(), command, null, rehearsal)) {
                    case Result.Refused<Change>(var refusal) ->
                        new Outcome(
                                Words.name(seen.value()),
                                href,
                                before,
                                words.sorry(refusal).happened(),
                                false);
                    case Result.Ok<Change>(var change) ->
                        new Outcome(
                                Words.name(seen.value()),
                                href,
                                before,
                                change.events().isEmpty()
                                        ? Done.NOTHING.sentence()
                                        : sentence(realm, change.user(), change.at()),
                                !change.events().isEmpty());
                };
            }
        };
    }

    private String sentence(long realm, User user, Instant at) {
        return words.standing(realm, user.standing(at));
    }
}
