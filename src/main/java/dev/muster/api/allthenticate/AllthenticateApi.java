package dev.muster.api.allthenticate;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.CallHandler;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.Access;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.http.HttpApi;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.group.Policy;
import dev.muster.model.user.Card;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes of the dialect. Each handler authenticates the caller, reads the request, calls the directory, and
/// renders the reply.
public final class AllthenticateApi {
    static final String NAME = "allthenticate";
    private static final String BEARER = "bearer ";

    /// The statuses of users who belong to the organization.
    private static final Set<Status> PRESENT = EnumSet.complementOf(EnumSet.of(Status.REMOVED, Status.BARRED));

    private final Directory directory;
    private final Groups groups;
    private final WriteGateway gateway;
    private final Authenticator authenticator;
    private final CallHandler handler;
    private final Invites invites;

    public AllthenticateApi(Directory directory, Groups groups, Authenticator authenticator) {
        this.directory = directory;
        this.groups = groups;
        this.authenticator = authenticator;
        this.handler = new CallHandler(authenticator, AllthenticateErrors::reply);
        this.gateway = new WriteGateway(directory, NAME);
        this.invites = new Invites(directory, groups, gateway);
    }

    /// The dialect's routes. The vendor's paths are at the root, so this API has no base path and renders refusals
    /// of unknown paths only below its own routes.
    public HttpApi httpApi() {
        return new HttpApi(
                NAME,
                "",
                Stream.of(
                                // The lists in a body may be long.
                                Route.post("/modifyallusernames", this::replaceWorkstations)
                                        .withBodyLimit(Route.LARGE_BODY_LIMIT),
                                Route.post("/modifyrank", this::changeRank),
                                Route.get("/modifysmartcard", this::cards),
                                Route.post("/modifysmartcard", this::replaceCards)
                                        .withBodyLimit(Route.LARGE_BODY_LIMIT),
                                Route.get("/multipleusers", this::list),
                                Route.post("/promoteguest", this::promote),
                                Route.post("/togglesuspension", this::toggleSuspension),
                                Route.get("/user", this::get),
                                Route.delete("/user", this::expel),
                                Route.get("/invites", this::pendingInvites),
                                Route.put("/invites", this::invite).withBodyLimit(Route.LARGE_BODY_LIMIT),
                                Route.post("/invites", this::inviteAgain))
                        .flatMap(route -> Stream.of(route, route.at(route.template() + "/")))
                        .toList(),
                (fault, _) -> AllthenticateErrors.reply(ErrorText.of(fault)));
    }

    /// Whether this dialect treats the user as unknown.
    static boolean isGone(User user) {
        return user.isRemoved() || user.isBarred() || user.isErased();
    }

    // Reads.

    private Reply list(Request request) {
        return answer(request, (_, in) -> {
            boolean withEmail = in.isSet("email");
            Tag tag = in.tag();
            in.check();
            return new UserList(directory, groups, () -> caller(request), tag, withEmail).reply();
        });
    }

    private Reply get(Request request) {
        return answer(request, (caller, in) -> {
            UserRef ref = in.user("email_id");
            in.check();
            Access access = unlessRefused(
                            groups.access(caller.actor(), caller.realm().id(), ref))
                    .value();
            requirePresent(access.user());
            return detail(access);
        });
    }

    private static Reply detail(Access access) {
        User user = access.user();
        return about(user, json -> {
            json.array("policies");
            for (String policy : policies(access)) {
                json.array().text(policy).end();
            }
            json.end().array("computer_usernames");
            user.workstations().forEach(json::text);
            json.end();
            smartcards(json, user.cards());
        });
    }

    /// The names of the user's policies. A policy that the user has both directly and through a group occurs once.
    private static Iterable<String> policies(Access access) {
        Map<UUID, String> names = new LinkedHashMap<>();
        Stream.concat(access.policies().stream(), access.throughGroups().stream())
                .forEach((Policy policy) -> names.put(policy.id(), policy.name()));
        return names.values();
    }

    private Reply cards(Request request) {
        return answer(request, (caller, in) -> {
            UserRef ref = in.user("email_id");
            in.check();
            User user = unlessRefused(
                            directory.find(caller.actor(), caller.realm().id(), ref))
                    .value();
            requirePresent(user);
            return about(user, json -> {
                json.field("email_id", user.number());
                smartcards(json, user.cards());
            });
        });
    }

    private static void requirePresent(User user) {
        if (isGone(user)) {
            throw new RefusedException(new Refusal.Removed());
        }
    }

    private static void smartcards(JsonWriter json, List<Card> cards) {
        json.array("smartcards");
        for (Card card : cards) {
            json.object()
                    .fieldIfPresent("label", card.label())
                    .field("number", card.number())
                    .end();
        }
        json.end();
    }

    // Writes.

    private Reply replaceWorkstations(Request request) {
        return change(
                request,
                input -> input.user("email_id"),
                input -> List.of(new Command.ReplaceWorkstations(input.workstations())),
                user -> "Computer usernames of user " + displayName(user) + " were changed.");
    }

    private Reply changeRank(Request request) {
        return change(
                request,
                input -> input.user("admin_user_id"),
                input -> List.of(new Command.ChangeRank(input.rank())),
                user -> "User " + displayName(user) + " has rank " + user.rank() + " now.");
    }

    private Reply replaceCards(Request request) {
        return change(
                request,
                input -> input.user("email_id"),
                input -> {
                    boolean duplicates = input.isSet("allow_duplicates");
                    return List.of(new Command.ReplaceCards(input.cards(duplicates), duplicates));
                },
                user -> "Smartcards of user " + displayName(user) + " were changed.");
    }

    private Reply promote(Request request) {
        return change(
                request,
                input -> input.user("email_id"),
                _ -> List.of(new Command.Promote()),
                user -> "User " + displayName(user) + " was promoted from GUEST to USER.");
    }

    private Reply toggleSuspension(Request request) {
        return change(
                request,
                input -> input.user("email_id"),
                _ -> List.of(new Command.ToggleSuspension()),
                user -> "User " + displayName(user)
                        + (user.holds().get(HoldKind.SUSPENDED, Hold.MAIN) == null
                                ? " was unsuspended."
                                : " was suspended."));
    }

    /// Removes a user from the organization. The command also accepts removed users, who are unknown in this
    /// dialect, so the same write checks the status first.
    private Reply expel(Request request) {
        return change(
                request,
                AllthenticateFields::userOrEmail,
                _ -> List.of(new Command.ExpectStatus(PRESENT), new Command.Expel(null, null)),
                user -> "User " + displayName(user)
                        + (user.username() == null ? "" : "/" + user.username().text())
                        + " was successfully deleted from your organization.");
    }

    // Invitations.

    private Reply pendingInvites(Request request) {
        return answer(request, (_, in) -> {
            in.check();
            return invites.pending(() -> caller(request));
        });
    }

    private Reply invite(Request request) {
        return answer(request, (caller, in) -> invites.invite(request, caller, in));
    }

    private Reply inviteAgain(Request request) {
        return change(
                request,
                AllthenticateFields::email,
                _ -> List.of(new Command.RequestInvitation()),
                _ -> "Successfully resent invitation email!");
    }

    /// Changes one user, unless the request has errors.
    ///
    /// @param success the message for the changed user
    private Reply change(
            Request request,
            Function<AllthenticateFields, UserRef> who,
            Function<AllthenticateFields, List<Command>> what,
            Function<User, String> success) {
        return answer(request, (caller, in) -> {
            UserRef ref = who.apply(in);
            List<Command> commands = what.apply(in);
            WriteHeaders headers = in.headers(request);
            in.check();
            User user = unlessRefused(gateway.write(request, caller, ref, commands, headers))
                    .user();
            return about(user, json -> json.field("success", success.apply(user)));
        });
    }

    /// The name of a user in messages.
    private static String displayName(User user) {
        if (user.email() != null) {
            return user.email().text();
        }
        return user.externalId() == null
                ? Long.toString(user.number())
                : user.externalId().text();
    }

    // Common to all calls.

    private interface Call {
        Reply answer(Caller caller, AllthenticateFields in);
    }

    private Reply answer(Request request, Call call) {
        return handler.answer(request, caller(request), caller -> call.answer(caller, AllthenticateFields.of(request)));
    }

    /// Authenticates the caller by an API key, which may be in either header, or in both if it is the same.
    private Result<Caller> caller(Request request) {
        String bearer = bearer(request.header("Authorization"));
        String header = request.header("X-API-Key");
        boolean differ = bearer != null && header != null && !bearer.equals(header.strip());
        String key = bearer == null ? header : bearer;
        return authenticator.apiKey(key == null || differ ? null : key.strip(), RemoteClients.of(request));
    }

    /// The bearer token in a header; null if the header is absent or has another scheme.
    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    /// A reply about one user.
    private static Reply about(User user, Consumer<JsonWriter> fields) {
        return Reply.json(200, json -> {
                    json.object();
                    fields.accept(json);
                    json.end();
                })
                .with("ETag", WriteHeaders.tag(user.version()));
    }
}
