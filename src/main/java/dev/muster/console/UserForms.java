package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;
import static dev.muster.console.Flash.BARRED;
import static dev.muster.console.Flash.ERASED;
import static dev.muster.console.Flash.HELD;
import static dev.muster.console.Flash.REINSTATED;
import static dev.muster.console.Flash.RELEASED;
import static dev.muster.console.Flash.REMOVED;
import static dev.muster.console.Flash.RESTORED;
import static dev.muster.console.Flash.SAVED;
import static dev.muster.model.credential.Scope.BAR_WRITE;
import static dev.muster.model.credential.Scope.HOLDS_WRITE;
import static dev.muster.model.credential.Scope.RANKS_WRITE;
import static dev.muster.model.credential.Scope.USERS_WRITE;

import dev.muster.console.html.TextComparison;
import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Card;
import dev.muster.model.user.Hold;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The forms on a user's page. Each sends a command for the version of the user that the page showed.
record UserForms(Directory directory, CommandSender sender, InstantSource clock) {
    private static final int NAME = 200;
    private static final List<Rank> RANKS = List.of(Rank.values());

    /// A form: its path, required scope, success message, and command.
    ///
    /// @param command creates the command from the fields and the current user
    record Kind(String path, Scope needs, Flash done, BiFunction<FormFields, User, Command> command) {
        /// Creates a form whose command does not depend on the user.
        Kind(String path, Scope needs, Flash done, Function<FormFields, Command> command) {
            this(path, needs, done, (in, _) -> command.apply(in));
        }
    }

    /// All forms.
    List<Kind> kinds() {
        // spotless:off
        return List.of(
                new Kind("hold",          HOLDS_WRITE, HELD,       (in, user) -> HoldForm.hold(in, user, clock.instant())),
                new Kind("release",       HOLDS_WRITE, RELEASED,   HoldForm::release),
                new Kind("reinstate",     HOLDS_WRITE, REINSTATED, in -> new Command.Reinstate(in.reason(), in.note())),
                new Kind("remove",        HOLDS_WRITE, REMOVED,    in -> new Command.Remove(in.reason(), in.note())),
                new Kind("restore",       HOLDS_WRITE, RESTORED,   in -> new Command.Restore(in.reason(), in.note())),
                new Kind("reenrolment",   HOLDS_WRITE, SAVED,      in -> new Command.AllowReenrolment("true".equals(in.text("allowed")))),
                new Kind("fields",        USERS_WRITE, SAVED,      UserForms::update),
                new Kind("cards",         USERS_WRITE, SAVED,      UserForms::cards),
                new Kind("workstations",  USERS_WRITE, SAVED,      UserForms::workstations),
                new Kind("promote",       USERS_WRITE, SAVED,      in -> new Command.Promote(in.reason(), in.note())),
                new Kind("confirm-email", USERS_WRITE, SAVED,      in -> new Command.ConfirmEmail(in.reason(), in.note())),
                new Kind("rank",          RANKS_WRITE, SAVED,      in -> new Command.ChangeRank(in.chosen("rank", RANKS, Rank::name))),
                new Kind("bar",           BAR_WRITE,   BARRED,     in -> new Command.Bar(in.reason(), in.note())),
                new Kind("erase",         BAR_WRITE,   ERASED,     in -> new Command.Erase(in.reason(), in.note())));
        // spotless:on
    }

    Reply send(PageVisit visit, Kind kind) {
        FormFields in = visit.fields();
        UserRef ref = UserRef.id(visit.id("user"));
        Long version = in.number("version");
        if (version == null) {
            in.fault("version", "missing", "Must be the version that the page showed.");
        }
        User user = unlessRefused(directory.find(visit.actor(), visit.realmId(), ref))
                .value();
        Command command = kind.command.apply(in, user);
        in.check();
        Change change = unlessRefused(sender.send(visit, ref, command, version, objection(kind, in, user)));
        String path = "/users/" + change.user().id();
        Flash done = kind.done.adjustedFor(change);
        Hold moved = done == Flash.HOLD_CHANGED ? HoldForm.withNewEnd(in, user, change.user()) : null;
        return moved == null ? visit.done(path, done) : visit.done(path, done, HoldForm.ended(moved));
    }

    /// Returns the reason to refuse the form; null if it may be executed. Barring and erasing require the user's
    /// name to be typed, and *Place a hold* must not change an existing hold.
    private static @Nullable Refusal objection(Kind kind, FormFields in, User user) {
        if (HoldForm.isNew(in) && HoldForm.isThere(in, user)) {
            return HoldForm.ALREADY_EXISTS;
        }
        boolean grave = kind.done == BARRED || kind.done == ERASED;
        String name = Labels.name(user);
        return !grave || TextComparison.of(in.text("name"), name)
                ? null
                : new Refusal.Invalid("name", "not_the_name", "Type the user's name, " + name + ", to confirm.");
    }

    // Commands

    private static Command update(FormFields in) {
        return Command.Update.of(edits -> {
            edits.email = edit(in, "email", in.checks().identifier(Identifier.Kind.EMAIL, in.text("email")));
            edits.externalId =
                    edit(in, "externalId", in.checks().identifier(Identifier.Kind.EXTERNAL_ID, in.text("externalId")));
            edits.username =
                    edit(in, "username", in.checks().identifier(Identifier.Kind.USERNAME, in.text("username")));
            edits.name = edit(in, "name", in.checks().line("name", in.text("name"), NAME));
            edits.givenName = edit(in, "givenName", in.checks().line("givenName", in.text("givenName"), NAME));
            edits.familyName = edit(in, "familyName", in.checks().line("familyName", in.text("familyName"), NAME));
        });
    }

    /// Returns an edit of the field; null if the form does not have the field.
    private static <T extends @Nullable Object> @Nullable Edit<T> edit(FormFields in, String field, T value) {
        return in.has(field) ? new Edit<>(value) : null;
    }

    /// Returns the lines of a required field, which replace the current values.
    private static List<String> sent(FormFields in, String field) {
        if (!in.has(field)) {
            in.fault(field, "missing", "Is required.");
        }
        return in.lines(field);
    }

    /// Reads one card per line: the number, optionally followed by a space and the label.
    private static Command cards(FormFields in) {
        List<Card> cards = new ArrayList<>();
        for (String line : sent(in, "cards")) {
            int space = line.indexOf(' ');
            cards.add(new Card(
                    space < 0 ? line : line.substring(0, space),
                    space < 0 ? null : line.substring(space + 1).strip()));
        }
        return new Command.ReplaceCards(in.checks().cards(cards, false), false);
    }

    private static Command workstations(FormFields in) {
        return new Command.ReplaceWorkstations(in.checks().workstations(sent(in, "workstations")));
    }
}
