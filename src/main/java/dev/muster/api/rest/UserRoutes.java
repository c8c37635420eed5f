package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

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
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Registers, finds, lists and changes users.
record UserRoutes(Directory directory, Writes writes, ActorNamesJson names) {
    private static final int NAME = 200;
    private static final int SEARCH = 255;

    Reply register(RestCall call) {
        RestFields in = call.input().withBody();
        Tag tag = tag(in);
        Command.Register register = fields(in, in.identifier(Identifier.Kind.EXTERNAL_ID), tag);
        in.check();
        return writes.onRealm(call, register, change -> made(call, change));
    }

    private static @Nullable Tag tag(RestFields in) {
        return in.choice("tag", List.of(Tag.values()), Tag::name);
    }

    private static Command.Register fields(RestFields in, @Nullable Identifier externalId, @Nullable Tag tag) {
        return new Command.Register(
                in.identifier(Identifier.Kind.EMAIL),
                externalId,
                in.identifier(Identifier.Kind.USERNAME),
                in.line("name", NAME),
                in.line("givenName", NAME),
                in.line("familyName", NAME),
                tag == null ? Tag.USER : tag,
                in.metadata());
    }

    private Reply made(RestCall call, Change change) {
        return user(call, 201, change)
                .with("Location", call.at("/v1/users/" + change.user().id()));
    }

    /// Creates the user with an external id, or replaces their fields.
    Reply put(RestCall call) {
        Command.PutUser.Precondition precondition = precondition(call);
        RestFields in = call.input().withBody();
        Identifier externalId = in.externalRef();
        Identifier again = in.identifier(Identifier.Kind.EXTERNAL_ID);
        if (externalId != null && again != null && !again.key().equals(externalId.key())) {
            in.fault("externalId", "conflict", "Must be the one in the path, or absent.");
        }
        Tag tag = tag(in);
        Command.Register fields = fields(in, externalId, tag);
        in.check();
        // The command is created after the check, because it needs a valid external id.
        Command.PutUser put = new Command.PutUser(fields, tag, precondition);
        return writes.onUser(
                call, call.realm(), null, put, change -> isNew(change) ? made(call, change) : user(call, 200, change));
    }

    /// The precondition of the request (RFC 9110, section 13.1), apart from the version.
    private static Command.PutUser.Precondition precondition(RestCall call) {
        boolean match = call.request().header(WriteHeaders.IF_MATCH) != null;
        String noneMatch = call.request().header(WriteHeaders.IF_NONE_MATCH);
        if (noneMatch == null) {
            return match ? Command.PutUser.Precondition.PRESENT : Command.PutUser.Precondition.ALWAYS;
        }
        if (match || !noneMatch.strip().equals("*")) {
            throw FaultException.malformed("If-None-Match must be * here, and without If-Match.");
        }
        return Command.PutUser.Precondition.ABSENT;
    }

    /// Whether the user was created. A replayed change has no events, but it has the time of the original change.
    private static boolean isNew(Change change) {
        return change.replayed()
                ? change.user().version() == 1 && change.user().registeredAt().equals(change.at())
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
        Status status = in.choiceParameter("status", List.of(Status.values()), Status::wireName);
        HoldKind hold = in.choiceParameter("hold", List.of(HoldKind.values()), HoldKind::wireName);
        Tag tag = in.choiceParameter("tag", List.of(Tag.values()), Tag::name);
        Rank rank = in.choiceParameter("rank", List.of(Rank.values()), Rank::name);
        UUID group = in.idParameter("group");
        String text = in.checks().line("q", in.parameter("q"), SEARCH);
        Instant registeredAfter = in.instantParameter("registeredAfter");
        Instant registeredBefore = in.instantParameter("registeredBefore");
        PageRequest listing = PageRequest.byNumber(in);
        return list(
                call,
                listing,
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
                        listing.afterNumber(),
                        listing.offset()));
    }

    /// Replies with a page of users.
    Reply list(RestCall call, PageRequest listing, UserQuery query) {
        AsOf<Page<User>> seen = unlessRefused(directory.list(call.actor(), call.realm(), query));
        Named named = names.inUsers(call, seen.value().items());
        return listing.reply(seen.value(), (json, user) -> UserJson.write(json, user, seen.at(), named));
    }

    /// Creates an action that changes one user and replies with the user.
    ///
    /// @param body the function that reads the kind of body that the call expects
    RestApi.Action change(UnaryOperator<RestFields> body, Function<RestFields, Command.OnUser> command) {
        return call -> writes.onUser(call, body.apply(call.input()), command, change -> user(call, 200, change));
    }

    static Command.Update update(RestFields in) {
        return new Command.Update(
                in.edit("email", _ -> in.identifier(Identifier.Kind.EMAIL)),
                in.edit("externalId", _ -> in.identifier(Identifier.Kind.EXTERNAL_ID)),
                in.edit("username", _ -> in.identifier(Identifier.Kind.USERNAME)),
                in.edit("name", name -> in.line(name, NAME)),
                in.edit("givenName", name -> in.line(name, NAME)),
                in.edit("familyName", name -> in.line(name, NAME)),
                in.edit("metadata", _ -> in.metadata()),
                in.edit("deviceAddedAt", in::instant));
    }

    static Command.OnUser remove(RestFields in) {
        boolean expel = in.flagParameter("expel");
        String reason = in.reason();
        String note = in.note();
        return expel ? new Command.Expel(reason, note) : new Command.Remove(reason, note);
    }

    static Command.ReplaceCards replaceCards(RestFields in) {
        boolean duplicates = in.flag("allowDuplicates", false);
        return new Command.ReplaceCards(in.cards(duplicates), duplicates);
    }

    private Reply user(RestCall call, int status, Change change) {
        return UserJson.reply(status, change.user(), change.at(), names.inUser(call, change.user()));
    }
}
