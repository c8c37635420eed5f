package dev.muster.api.rest;

import static dev.muster.api.rest.RefusedException.unlessRefused;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Registers, finds, lists and changes users.
final class UserRoutes {
    private static final int NAME = 200;
    private static final int SEARCH = 255;

    private final Directory directory;
    private final Writes writes;
    private final ActorNamesJson names;

    UserRoutes(Directory directory, Writes writes, ActorNamesJson names) {
        this.directory = directory;
        this.writes = writes;
        this.names = names;
    }

    Reply register(RestCall call) {
        RestFields in = call.input().withBody();
        Tag tag = in.choice("tag", List.of(Tag.values()), Tag::name);
        Command.Register register = new Command.Register(
                in.identifier(Identifier.Kind.EMAIL),
                in.identifier(Identifier.Kind.EXTERNAL_ID),
                in.identifier(Identifier.Kind.USERNAME),
                in.line("name", NAME),
                in.line("givenName", NAME),
                in.line("familyName", NAME),
                tag == null ? Tag.USER : tag,
                in.metadata());
        in.check();
        return writes.toRealm(call, call.realm(), register, change -> made(call, change));
    }

    private Reply made(RestCall call, Change change) {
        return UserJson.reply(201, change.user(), change.at(), names.inUser(call, change.user()))
                .with("Location", call.at("/v1/users/" + change.user().id()));
    }

    /// Makes the user of an external id, or replaces what can be given of them.
    Reply put(RestCall call) {
        Command.PutUser.When when = when(call);
        RestFields in = call.input().withBody();
        Identifier externalId = in.externalRef();
        Identifier again = in.identifier(Identifier.Kind.EXTERNAL_ID);
        if (externalId != null && again != null && !again.key().equals(externalId.key())) {
            in.fault("externalId", "conflict", "Must be the one in the path, or absent.");
        }
        Tag tag = in.choice("tag", List.of(Tag.values()), Tag::name);
        Command.Register fields = new Command.Register(
                in.identifier(Identifier.Kind.EMAIL),
                externalId,
                in.identifier(Identifier.Kind.USERNAME),
                in.line("name", NAME),
                in.line("givenName", NAME),
                in.line("familyName", NAME),
                tag == null ? Tag.USER : tag,
                in.metadata());
        in.check();
        return writes.put(
                call,
                new Command.PutUser(fields, tag, when),
                change -> isNew(change) ? made(call, change) : user(call, change));
    }

    /// What the request's conditions say besides a version (RFC 9110, section 13.1).
    private static Command.PutUser.When when(RestCall call) {
        boolean match = call.request().header(WriteHeaders.IF_MATCH) != null;
        String noneMatch = call.request().header(WriteHeaders.IF_NONE_MATCH);
        if (noneMatch == null) {
            return match ? Command.PutUser.When.PRESENT : Command.PutUser.When.ALWAYS;
        }
        if (match || !noneMatch.strip().equals("*")) {
            throw RefusedException.malformed("If-None-Match must be * here, and without If-Match.");
        }
        return Command.PutUser.When.ABSENT;
    }

    /// Whether the user was made; when an answer is given again, whether they were as new.
    private static boolean isNew(Change change) {
        return change.replayed()
                ? change.user().version() == 1
                : change.events().stream().anyMatch(event -> event.action() == Event.Action.USER_REGISTERED);
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        Instant at = in.instantParameter("at");
        in.check();
        AsOf<User> seen = unlessRefused(
                at == null
                        ? directory.find(call.actor(), call.realm(), ref)
                        : directory.find(call.actor(), call.realm(), ref, at));
        return UserJson.reply(200, seen.value(), seen.at(), names.inUser(call, seen.value()));
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        Status status = in.choiceParameter("status", List.of(Status.values()), Status::word);
        HoldKind hold = in.choiceParameter("hold", List.of(HoldKind.values()), HoldKind::word);
        Tag tag = in.choiceParameter("tag", List.of(Tag.values()), Tag::name);
        Rank rank = in.choiceParameter("rank", List.of(Rank.values()), Rank::name);
        UUID group = in.idParameter("group");
        String text = in.checks().line("q", in.parameter("q"), SEARCH);
        Instant registeredAfter = in.instantParameter("registeredAfter");
        Instant registeredBefore = in.instantParameter("registeredBefore");
        PageRequest listing = PageRequest.read(in);
        Long after = listing.afterNumber(in);
        in.check();
        AsOf<Page<User>> seen = unlessRefused(directory.list(
                call.actor(),
                call.realm(),
                new UserQuery(
                        status,
                        hold,
                        tag,
                        rank,
                        group,
                        null,
                        text,
                        registeredAfter,
                        registeredBefore,
                        listing.limit(),
                        after,
                        listing.offset())));
        Named named = names.inUsers(call, seen.value().items());
        return listing.reply(seen.value(), (json, user) -> UserJson.write(json, user, seen.at(), named));
    }

    Reply update(RestCall call) {
        RestFields in = call.input().withPatch();
        UserRef ref = in.ref();
        Command.Update update = new Command.Update(
                in.edit("email", _ -> in.identifier(Identifier.Kind.EMAIL)),
                in.edit("externalId", _ -> in.identifier(Identifier.Kind.EXTERNAL_ID)),
                in.edit("username", _ -> in.identifier(Identifier.Kind.USERNAME)),
                in.edit("name", name -> in.line(name, NAME)),
                in.edit("givenName", name -> in.line(name, NAME)),
                in.edit("familyName", name -> in.line(name, NAME)),
                in.edit("metadata", _ -> in.metadata()),
                in.edit("deviceAddedAt", in::instant));
        in.check();
        return writes.toUser(call, ref, update, change -> user(call, change));
    }

    Reply remove(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UserRef ref = in.ref();
        boolean expel = in.flagParameter("expel");
        String reason = in.reason();
        String note = in.note();
        in.check();
        return writes.toUser(
                call,
                ref,
                expel ? new Command.Expel(reason, note) : new Command.Remove(reason, note),
                change -> user(call, change));
    }

    Reply bar(RestCall call) {
        RestFields in = call.input().withBody();
        UserRef ref = in.ref();
        Command.Bar bar = new Command.Bar(in.requiredReason(), in.note());
        in.check();
        return writes.toUser(call, ref, bar, change -> user(call, change));
    }

    Reply erase(RestCall call) {
        return act(call, Command.Erase::new);
    }

    Reply restore(RestCall call) {
        return act(call, Command.Restore::new);
    }

    Reply reinstate(RestCall call) {
        return act(call, Command.Reinstate::new);
    }

    Reply promote(RestCall call) {
        return act(call, Command.Promote::new);
    }

    Reply confirmEmail(RestCall call) {
        return act(call, Command.ConfirmEmail::new);
    }

    /// A command that needs no more than words on why.
    private interface Act {
        Command.OnUser because(@Nullable String reason, @Nullable String note);
    }

    private Reply act(RestCall call, Act act) {
        RestFields in = call.input().withOptionalBody();
        UserRef ref = in.ref();
        Command.OnUser command = act.because(in.reason(), in.note());
        in.check();
        return writes.toUser(call, ref, command, change -> user(call, change));
    }

    Reply changeRank(RestCall call) {
        RestFields in = call.input().withBody();
        UserRef ref = in.ref();
        Rank rank = in.requiredChoice("rank", List.of(Rank.values()), Rank::name);
        in.check();
        return writes.toUser(call, ref, new Command.ChangeRank(rank), change -> user(call, change));
    }

    Reply replaceCards(RestCall call) {
        RestFields in = call.input().withBody();
        UserRef ref = in.ref();
        boolean duplicates = in.flag("allowDuplicates", false);
        Command.ReplaceCards replace = new Command.ReplaceCards(in.cards(duplicates), duplicates);
        in.check();
        return writes.toUser(call, ref, replace, change -> user(call, change));
    }

    Reply replaceWorkstations(RestCall call) {
        RestFields in = call.input().withBody();
        UserRef ref = in.ref();
        List<String> workstations = in.checks().workstations(in.requiredTexts("workstations"));
        in.check();
        return writes.toUser(call, ref, new Command.ReplaceWorkstations(workstations), change -> user(call, change));
    }

    Reply allowReenrolment(RestCall call) {
        RestFields in = call.input().withBody();
        UserRef ref = in.ref();
        boolean allowed = in.flag("allowed");
        in.check();
        return writes.toUser(call, ref, new Command.AllowReenrolment(allowed), change -> user(call, change));
    }

    private Reply user(RestCall call, Change change) {
        return UserJson.reply(200, change.user(), change.at(), names.inUser(call, change.user()));
    }
}
