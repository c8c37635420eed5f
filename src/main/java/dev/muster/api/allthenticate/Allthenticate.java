package dev.muster.api.allthenticate;

import dev.muster.directory.Access;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Seen;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Face;
import dev.muster.http.Guards;
import dev.muster.http.JsonWriter;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Card;
import dev.muster.model.Command;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Policy;
import dev.muster.model.Rank;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Status;
import dev.muster.model.Tag;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.RemoteClient;
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

/// The routes of the dialect. Each proves who asks, reads what is asked for, asks the directory, and words the answer.
public final class Allthenticate {
    static final String NAME = "allthenticate";
    private static final String BEARER = "bearer ";

    /// Those of users who are not out of the organization.
    private static final Set<Status> PRESENT = EnumSet.complementOf(EnumSet.of(Status.REMOVED, Status.BARRED));

    private final Directory directory;
    private final Groups groups;
    private final Gate gate;
    private final Invites invites;

    public Allthenticate(Directory directory, Groups groups, Gate gate) {
        this.directory = directory;
        this.groups = groups;
        this.gate = gate;
        this.invites = new Invites(directory, groups);
    }

    /// The vendor has its paths at the root, so this face has no base: what is unknown there is for others to refuse,
    /// but for what is below a path of ours.
    public Face face() {
        return new Face(
                NAME,
                "",
                Stream.of(
                                // Lists may be long.
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
                (fault, _) -> Wording.of(fault).reply());
    }

    /// Whether a user is unknown here.
    static boolean isGone(User user) {
        return user.isRemoved() || user.isBarred() || user.isErased();
    }

    // Reads.

    private Reply list(Request request) {
        return answer(request, (caller, input) -> {
            boolean withEmail = input.flag("email");
            Tag tag = input.tag();
            return input.result(() -> new UserList(directory, groups, () -> caller(request), tag, withEmail))
                    .then(UserList::reply);
        });
    }

    private Reply get(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            return input.result(() -> ref)
                    .then(user -> groups.access(caller.actor(), caller.realm().id(), user))
                    .map(Seen::value)
                    .then(access -> present(access, access.user()))
                    .map(Allthenticate::detail);
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

    /// Each policy once, also where the user has it both themselves and through groups.
    private static Iterable<String> policies(Access access) {
        Map<UUID, String> names = new LinkedHashMap<>();
        Stream.concat(access.policies().stream(), access.throughGroups().stream())
                .forEach((Policy policy) -> names.put(policy.id(), policy.name()));
        return names.values();
    }

    private Reply cards(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            return input.result(() -> ref)
                    .then(user -> directory.find(caller.actor(), caller.realm().id(), user))
                    .map(Seen::value)
                    .then(user -> present(user, user))
                    .map(user -> about(user, json -> {
                        json.field("email_id", user.number());
                        smartcards(json, user.cards());
                    }));
        });
    }

    /// `value`, as long as `user` is not out of the organization.
    private static <T> Result<T> present(T value, User user) {
        return isGone(user) ? Result.refused(new Refusal.Removed()) : Result.ok(value);
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
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            List<String> workstations = input.workstations();
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.ReplaceWorkstations(workstations)),
                    user -> "Computer usernames of user " + address(user) + " were changed.");
        });
    }

    private Reply changeRank(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("admin_user_id");
            Rank rank = input.rank();
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.ChangeRank(rank)),
                    user -> "User " + address(user) + " has rank " + user.rank() + " now.");
        });
    }

    private Reply replaceCards(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            boolean duplicates = input.flag("allow_duplicates");
            List<Card> cards = input.cards(duplicates);
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.ReplaceCards(cards, duplicates)),
                    user -> "Smartcards of user " + address(user) + " were changed.");
        });
    }

    private Reply promote(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.Promote()),
                    user -> "User " + address(user) + " was promoted from GUEST to USER.");
        });
    }

    private Reply toggleSuspension(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.user("email_id");
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.ToggleSuspension()),
                    user -> "User " + address(user)
                            + (user.holds().get(HoldKind.SUSPENDED, Hold.MAIN) == null
                                    ? " was unsuspended."
                                    : " was suspended."));
        });
    }

    /// Expelling is done to the removed, too: that they are unknown here is asked for in the same write.
    private Reply expel(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.userOrEmail();
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.ExpectStatus(PRESENT), new Command.Expel(null, null)),
                    user -> "User " + address(user)
                            + (user.username() == null
                                    ? ""
                                    : "/" + user.username().text())
                            + " was successfully deleted from your organization.");
        });
    }

    // Invitations.

    private Reply pendingInvites(Request request) {
        return answer(
                request, (_, input) -> input.result(() -> request).then(_ -> invites.pending(() -> caller(request))));
    }

    private Reply invite(Request request) {
        return answer(request, (caller, input) -> invites.invite(request, caller, input));
    }

    private Reply inviteAgain(Request request) {
        return answer(request, (caller, input) -> {
            UserRef ref = input.email();
            return write(
                    request,
                    caller,
                    input,
                    ref,
                    List.of(new Command.RequestInvitation()),
                    _ -> "Successfully resent invitation email!");
        });
    }

    // How a write about one user is carried out.

    /// Carries out `commands`, if nothing is wrong with what was read.
    ///
    /// @param success what to say of the user as they are then
    private Result<Reply> write(
            Request request,
            Caller caller,
            Input input,
            UserRef ref,
            List<Command> commands,
            Function<User, String> success) {
        Guards guards = input.guards();
        String key = guards.idempotencyKey();
        return input.result(() -> new Write(caller.actor(), ref, commands, guards.ifMatch()))
                .map(write -> new WriteRequest(
                        caller.realm().id(),
                        write,
                        new Origin(NAME, request.serverId(), request.clientId(), null),
                        key == null ? null : Retry.of(key, NAME, write),
                        guards.dryRun(),
                        request.body().length))
                .then(directory::execute)
                .map(change -> about(change.user(), json -> json.field("success", success.apply(change.user()))));
    }

    /// How a text names a user.
    private static String address(User user) {
        if (user.email() != null) {
            return user.email().text();
        }
        return user.externalId() == null
                ? Long.toString(user.number())
                : user.externalId().text();
    }

    // What calls have in common.

    private interface Call {
        Result<Reply> answer(Caller caller, Input input);
    }

    private Reply answer(Request request, Call call) {
        return switch (caller(request).then(caller -> {
            request.proven();
            return gate.noted(
                    caller,
                    new RemoteClient(request.client(), request.serverId()),
                    Input.of(request).then(input -> call.answer(caller, input)));
        })) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) -> Wording.of(refusal).reply();
        };
    }

    /// An API key in either header; in both only when it is the same one.
    private Result<Caller> caller(Request request) {
        String bearer = bearer(request.header("Authorization"));
        String header = request.header("X-API-Key");
        boolean differ = bearer != null && header != null && !bearer.equals(header.strip());
        String key = bearer == null ? header : bearer;
        return gate.apiKey(
                key == null || differ ? null : key.strip(), new RemoteClient(request.client(), request.serverId()));
    }

    /// Any other scheme counts as none.
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
                .with("ETag", "\"" + user.version() + "\"");
    }
}
