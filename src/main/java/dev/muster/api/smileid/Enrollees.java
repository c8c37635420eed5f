package dev.muster.api.smileid;

import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Proof;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Face;
import dev.muster.http.Fault;
import dev.muster.http.FieldFault;
import dev.muster.http.Guards;
import dev.muster.http.Refused;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Enrolment;
import dev.muster.model.Environment;
import dev.muster.model.HoldKind;
import dev.muster.model.Holds;
import dev.muster.model.Result;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.Gate.Signed;
import dev.muster.security.RemoteClient;
import dev.muster.security.SignedTime;
import java.util.ArrayList;
import java.util.List;

/// The enrollee endpoint: one signed call with up to four flags, all of them carried out or none. It has two paths:
/// the one of the vendor's page, and `block-user`, the vendor's newer name, where headers may carry the signature.
public final class Enrollees {
    /// What the journal calls this dialect.
    static final String DIALECT = "smileid";

    private static final String PATH = "/api/v2/partner/enrollee";
    private static final String BLOCK_USER = "/v2/block-user";
    private static final String ACTIVE = "active";
    private static final String FRAUDULENT = "is_fraudulent";
    private static final String REENROL = "allow_new_enroll";
    private static final String DELETE = "delete";
    private static final String USER_ID = "user_id";
    private static final String PARTNER = "partner_id";

    private final Directory directory;
    private final Gate gate;
    private final Remembering remembering;

    public Enrollees(Directory directory, Gate gate) {
        this.directory = directory;
        this.gate = gate;
        this.remembering = new Remembering(directory, gate);
    }

    public Face face() {
        return new Face(
                DIALECT,
                PATH,
                List.of(Route.post(PATH, request -> update(request, false))),
                (fault, _) -> EnrolleeWording.of(fault).reply(),
                remembering::watch);
    }

    /// The same call under the vendor's newer name. A face of its own, so that signatures in requests to a path below
    /// are remembered too.
    public Face blockUserFace() {
        return new Face(
                "smileid-block-user",
                BLOCK_USER,
                List.of(Route.post(BLOCK_USER, request -> update(request, true))),
                (fault, _) -> EnrolleeWording.of(fault).reply(),
                remembering::watch);
    }

    /// A call as it was read.
    private record Asked(
            Signed signed,
            Environment environment,
            String email,
            String userId,
            List<Command> commands,
            Guards guards) {
        /// A signature covers no body, so the one command that is for good needs one that carried nothing else.
        boolean deletes() {
            return commands.stream().anyMatch(Command.Bar.class::isInstance);
        }
    }

    /// @param headersToo whether headers may carry what the body does not of the signature
    private Reply update(Request request, boolean headersToo) {
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            remembering.watch(request);
            throw new Refused(new Fault.UnsupportedCoding("The body must be application/json."));
        }
        Result<Input> read = Input.of(request);
        Result<Reply> result = switch (headersToo ? read.map(Input::withSignatureHeaders) : read) {
            case Result.Ok<Input>(var input) ->
                switch (asked(input).then(asked -> proven(request, asked))) {
                    case Result.Ok<Proven>(var proven) -> carryOut(request, proven.asked, proven.caller);
                    case Result.Refused<Proven>(var refusal) ->
                        remembering.after(request, input, PARTNER, Result.refused(refusal));
                };
            case Result.Refused<Input>(var refusal) -> remembering.after(request, Result.refused(refusal));
        };
        return switch (result) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) ->
                EnrolleeWording.of(refusal).reply();
        };
    }

    /// A call, and whose.
    private record Proven(Asked asked, Caller caller) {}

    private Result<Proven> proven(Request request, Asked asked) {
        return gate.signed(
                        asked.signed,
                        SignedTime.MaxAge.QUARTER_HOUR,
                        asked.environment,
                        new RemoteClient(request.client(), request.serverId()))
                .map(caller -> new Proven(asked, caller));
    }

    // What is asked.

    private static Result<Asked> asked(Input input) {
        Signed signed = input.signed(PARTNER);
        Environment environment = environment(input);
        String email = input.email();
        String userId = userId(input);
        List<Command> commands = commands(input);
        Guards guards = input.guards();
        return input.result(() -> new Asked(signed, environment, email, userId, commands, guards));
    }

    private static Environment environment(Input input) {
        String word = input.text("environment");
        for (Environment environment : Environment.values()) {
            if (environment.word().equals(word)) {
                return environment;
            }
        }
        if (!word.isEmpty()) {
            input.fault("environment", "not_an_environment", "must be one of [test, production]");
        }
        return Environment.TEST;
    }

    /// In the body, in its `partner_params`, or the same in both.
    private static String userId(Input input) {
        Input params = input.partnerParams();
        if (!params.has(USER_ID)) {
            return input.id(USER_ID);
        }
        String inner = params.id(USER_ID);
        if (input.has(USER_ID) && !input.id(USER_ID).equals(inner)) {
            params.fault(USER_ID, "ambiguous", "must be the same as \"" + USER_ID + "\"");
        }
        return inner;
    }

    private static List<Command> commands(Input input) {
        List<Command> commands = new ArrayList<>(4);
        Boolean active = input.flag(ACTIVE);
        if (active != null) {
            commands.add(hold(HoldKind.DEACTIVATED, !active));
        }
        Boolean fraudulent = input.flag(FRAUDULENT);
        if (fraudulent != null) {
            commands.add(hold(HoldKind.FRAUD, fraudulent));
        }
        Boolean reenrol = input.flag(REENROL);
        if (reenrol != null) {
            commands.add(new Command.AllowReenrolment(reenrol));
        }
        Boolean delete = input.flag(DELETE);
        if (Boolean.TRUE.equals(delete)) {
            commands.add(new Command.Bar(null, null));
        } else if (delete != null) {
            input.fault(DELETE, "for_good", "must be true: a deleted user id cannot be brought back");
        }
        boolean none = !input.has(ACTIVE) && !input.has(FRAUDULENT) && !input.has(REENROL) && !input.has(DELETE);
        if (none) {
            input.fault(
                    "value",
                    FieldFault.REQUIRED,
                    "must contain at least one of [active, allow_new_enroll, delete, is_fraudulent]");
        }
        return commands;
    }

    private static Command hold(HoldKind kind, boolean placed) {
        return placed ? new Command.AssertHold(kind) : new Command.LiftHold(kind);
    }

    // What is done.

    private Result<Reply> carryOut(Request request, Asked asked, Caller caller) {
        Write write =
                new Write(caller.actor(), UserRef.externalIdOrId(asked.userId), asked.commands, asked.guards.ifMatch());
        String key = asked.guards.idempotencyKey();
        Result<Change> result = directory.execute(new WriteRequest(
                caller.realm().id(),
                write,
                new Origin(DIALECT, request.serverId(), request.clientId(), asked.email),
                key == null ? null : Retry.of(key, DIALECT, write),
                Proof.of(asked.signed.signature(), DIALECT, write, asked.deletes()),
                asked.guards.dryRun(),
                request.body().length));
        return gate.noted(caller, new RemoteClient(request.client(), request.serverId()), result)
                .map(change -> updated(asked.userId, change));
    }

    private static Reply updated(String userId, Change change) {
        User user = change.user();
        Holds holds = user.holds().at(change.at());
        return Reply.json(
                        200,
                        json -> json.object()
                                .field("message", "Enrollee user updated")
                                .field("status", "OK")
                                .object("enrollee")
                                .field(USER_ID, userId)
                                .field(ACTIVE, !holds.has(HoldKind.DEACTIVATED))
                                .field(REENROL, user.enrolment() instanceof Enrolment.ReenrolmentAllowed)
                                .field(FRAUDULENT, holds.has(HoldKind.FRAUD))
                                .field("deleted", holds.has(HoldKind.BARRED))
                                .end()
                                .end())
                .with("ETag", "\"" + user.version() + "\"");
    }
}
