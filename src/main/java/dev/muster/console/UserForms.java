package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Card;
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

/// What the forms on a user's page do: each is a command to the directory, on the version of the user that the page
/// showed.
record UserForms(Directory directory, CommandSender sender, InstantSource clock) {
    private static final int NAME = 200;

    /// A form: where it is sent, what it takes, and what is said when it was done.
    ///
    /// @param command what it asks for, of what was typed and the user as they are
    record Kind(String path, Scope needs, Flash done, BiFunction<FormFields, User, Command> command) {
        /// One for which it does not matter how the user is.
        Kind(String path, Scope needs, Flash done, Function<FormFields, Command> command) {
            this(path, needs, done, (in, _) -> command.apply(in));
        }
    }

    /// All of them.
    List<Kind> kinds() {
        return List.of(
                new Kind("hold", Scope.HOLDS_WRITE, Flash.HELD, (in, user) -> HoldForm.hold(in, user, clock.instant())),
                new Kind("release", Scope.HOLDS_WRITE, Flash.RELEASED, HoldForm::release),
                new Kind(
                        "reinstate",
                        Scope.HOLDS_WRITE,
                        Flash.REINSTATED,
                        in -> new Command.Reinstate(in.reason(), in.note())),
                new Kind("remove", Scope.HOLDS_WRITE, Flash.REMOVED, in -> new Command.Remove(in.reason(), in.note())),
                new Kind(
                        "restore",
                        Scope.HOLDS_WRITE,
                        Flash.RESTORED,
                        in -> new Command.Restore(in.reason(), in.note())),
                new Kind(
                        "reenrolment",
                        Scope.HOLDS_WRITE,
                        Flash.SAVED,
                        in -> new Command.AllowReenrolment("true".equals(in.text("allowed")))),
                new Kind("fields", Scope.USERS_WRITE, Flash.SAVED, UserForms::update),
                new Kind("cards", Scope.USERS_WRITE, Flash.SAVED, UserForms::cards),
                new Kind(
                        "workstations",
                        Scope.USERS_WRITE,
                        Flash.SAVED,
                        in -> new Command.ReplaceWorkstations(in.checks().workstations(sent(in, "workstations")))),
                new Kind("promote", Scope.USERS_WRITE, Flash.SAVED, in -> new Command.Promote(in.reason(), in.note())),
                new Kind(
                        "confirm-email",
                        Scope.USERS_WRITE,
                        Flash.SAVED,
                        in -> new Command.ConfirmEmail(in.reason(), in.note())),
                new Kind("rank", Scope.RANKS_WRITE, Flash.SAVED, UserForms::rank),
                new Kind("bar", Scope.BAR_WRITE, Flash.BARRED, in -> new Command.Bar(in.reason(), in.note())),
                new Kind("erase", Scope.BAR_WRITE, Flash.ERASED, in -> new Command.Erase(in.reason(), in.note())));
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
        return visit.done("/users/" + change.user().id(), kind.done.unlessNothing(change));
    }

    /// Why the form is not to be carried out: what cannot be undone needs the user's name typed in, and the form for
    /// another hold changes none that is there. Null for no reason.
    private static @Nullable Refusal objection(Kind kind, FormFields in, User user) {
        if (HoldForm.isNew(in) && HoldForm.isThere(in, user)) {
            return HoldForm.THERE;
        }
        boolean grave = kind.done == Flash.BARRED || kind.done == Flash.ERASED;
        String name = Labels.name(user);
        return !grave || TextComparison.of(in.text("name"), name)
                ? null
                : new Refusal.Invalid(
                        "name", "not_the_name", "Type the user's name, " + name + ", to say that you mean them.");
    }

    // The commands.

    private static Command update(FormFields in) {
        return new Command.Update(
                edit(in, "email", in.checks().identifier(Identifier.Kind.EMAIL, in.text("email"))),
                edit(in, "externalId", in.checks().identifier(Identifier.Kind.EXTERNAL_ID, in.text("externalId"))),
                edit(in, "username", in.checks().identifier(Identifier.Kind.USERNAME, in.text("username"))),
                edit(in, "name", in.checks().line("name", in.text("name"), NAME)),
                edit(in, "givenName", in.checks().line("givenName", in.text("givenName"), NAME)),
                edit(in, "familyName", in.checks().line("familyName", in.text("familyName"), NAME)),
                null,
                null);
    }

    /// A field that did not come stays as it is.
    private static <T extends @Nullable Object> @Nullable Edit<T> edit(FormFields in, String field, T value) {
        return in.has(field) ? new Edit<>(value) : null;
    }

    /// The lines of a field that replaces what there is, and so must have come.
    private static List<String> sent(FormFields in, String field) {
        if (!in.has(field)) {
            in.fault(field, "missing", "Must be given.");
        }
        return in.lines(field);
    }

    /// A card a line: its number, and after a space its label.
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

    private static Command rank(FormFields in) {
        return new Command.ChangeRank(in.chosen("rank", List.of(Rank.values()), Rank::name));
    }
}
