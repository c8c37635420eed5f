package dev.muster.api.smileid;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.ErrorText;
import dev.muster.api.FieldReader;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.Directory;
import dev.muster.http.Fault;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.RequestSignatures.RequestSignature;
import dev.muster.security.SignedTime;
import java.util.ArrayList;
import java.util.List;

/// The enrollee endpoint: one signed call with up to four flags, which is executed atomically. It has two paths: the
/// one on the vendor's page, and `block-user`, the vendor's newer name, which also accepts the signature in headers.
public final class EnrolleeEndpoint {
    /// The dialect's name in the journal.
    static final String DIALECT = "smileid";

    private static final String PATH = "/api/v2/partner/enrollee";
    private static final String BLOCK_USER = "/v2/block-user";
    private static final String ACTIVE = "active";
    private static final String FRAUDULENT = "is_fraudulent";
    private static final String REENROL = "allow_new_enroll";
    private static final String DELETE = "delete";
    private static final String USER_ID = "user_id";
    private static final String PARTNER = "partner_id";

    private final WriteGateway gateway;
    private final Authenticator authenticator;
    private final SignatureMemory signatureMemory;

    public EnrolleeEndpoint(Directory directory, Authenticator authenticator) {
        this.gateway = new WriteGateway(directory, DIALECT);
        this.authenticator = authenticator;
        this.signatureMemory = new SignatureMemory(directory, authenticator, EnrolleeErrors::reply);
    }

    public HttpApi httpApi() {
        return httpApi(DIALECT, PATH, false);
    }

    /// The enrollee call under the vendor's newer name. It is a separate API, so that signatures in requests to
    /// unknown paths below it are also remembered.
    public HttpApi blockUserFace() {
        return httpApi("smileid-block-user", BLOCK_USER, true);
    }

    /// @param headersToo whether headers may contain parts of the signature
    private HttpApi httpApi(String name, String path, boolean headersToo) {
        return new HttpApi(
                name,
                path,
                List.of(Route.post(path, request -> update(request, headersToo))),
                (fault, _) -> EnrolleeErrors.reply(ErrorText.of(fault)),
                signatureMemory::watch);
    }

    /// A parsed call.
    private record EnrolleeRequest(
            RequestSignature signed,
            Environment environment,
            String email,
            String userId,
            List<Command> commands,
            WriteHeaders headers) {
        /// Whether the call deletes the user. Signatures do not cover the body, so this irreversible command
        /// requires a signature that was not used for anything else.
        boolean deletes() {
            return commands.stream().anyMatch(Command.Bar.class::isInstance);
        }
    }

    private Reply update(Request request, boolean headersToo) {
        String type = request.contentType();
        if (!type.isEmpty() && !type.equals(Reply.JSON)) {
            signatureMemory.watch(request);
            throw new HttpException(new Fault.UnsupportedCoding("The body must be application/json."));
        }
        Result<SmileFields> read = SmileFields.of(request);
        return signatureMemory.carryOut(
                request,
                headersToo ? read.map(SmileFields::withSignatureHeaders) : read,
                PARTNER,
                EnrolleeEndpoint::parse,
                parsed -> authenticator
                        .signatures()
                        .check(
                                parsed.signed,
                                SignedTime.MaxAge.QUARTER_HOUR,
                                parsed.environment,
                                RemoteClients.of(request)),
                (parsed, caller) -> carryOut(request, parsed, caller));
    }

    // Reading.

    private static Result<EnrolleeRequest> parse(SmileFields input) {
        RequestSignature signed = input.signed(PARTNER);
        Environment environment = environment(input);
        String email = input.email();
        String userId = userId(input);
        List<Command> commands = commands(input);
        WriteHeaders headers = input.headers(input.request());
        return input.result(() -> new EnrolleeRequest(signed, environment, email, userId, commands, headers));
    }

    private static Environment environment(SmileFields input) {
        String word = input.filled("environment");
        Environment environment = Environment.of(word);
        if (environment != null) {
            return environment;
        }
        if (!word.isEmpty()) {
            input.fault("environment", "not_an_environment", "must be one of [test, production]");
        }
        return Environment.TEST;
    }

    /// The user id, from the body or its `partner_params`. If both contain it, they must be equal.
    private static String userId(SmileFields input) {
        SmileFields params = input.partnerParams();
        if (!params.has(USER_ID)) {
            return input.id(USER_ID);
        }
        String inner = params.id(USER_ID);
        if (input.has(USER_ID) && !input.id(USER_ID).equals(inner)) {
            params.fault(USER_ID, "ambiguous", "must be the same as \"" + USER_ID + "\"");
        }
        return inner;
    }

    private static List<Command> commands(SmileFields input) {
        List<Command> commands = new ArrayList<>(4);
        Boolean active = input.optionalFlag(ACTIVE);
        if (active != null) {
            commands.add(hold(HoldKind.DEACTIVATED, !active));
        }
        Boolean fraudulent = input.optionalFlag(FRAUDULENT);
        if (fraudulent != null) {
            commands.add(hold(HoldKind.FRAUD, fraudulent));
        }
        Boolean reenrol = input.optionalFlag(REENROL);
        if (reenrol != null) {
            commands.add(new Command.AllowReenrolment(reenrol));
        }
        Boolean delete = input.optionalFlag(DELETE);
        if (Boolean.TRUE.equals(delete)) {
            commands.add(new Command.Bar(null, null));
        } else if (delete != null) {
            input.fault(DELETE, "for_good", "must be true: a deleted user id cannot be brought back");
        }
        boolean none = !input.has(ACTIVE) && !input.has(FRAUDULENT) && !input.has(REENROL) && !input.has(DELETE);
        if (none) {
            input.fault(
                    "value",
                    FieldReader.REQUIRED,
                    "must contain at least one of [active, allow_new_enroll, delete, is_fraudulent]");
        }
        return commands;
    }

    private static Command hold(HoldKind kind, boolean placed) {
        return placed ? new Command.EnsureHold(kind) : new Command.LiftHold(kind);
    }

    // Carrying out.

    private Reply carryOut(Request request, EnrolleeRequest parsed, Caller caller) {
        WriteGateway.Requester requester = new WriteGateway.Requester(
                caller.actor(),
                caller.realm().id(),
                parsed.email,
                new WriteGateway.Signature(parsed.signed.signature(), parsed.deletes()));
        UserRef user = UserRef.externalIdOrId(parsed.userId);
        return updated(
                parsed.userId, unlessRefused(gateway.write(request, requester, user, parsed.commands, parsed.headers)));
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
                .with("ETag", WriteHeaders.tag(user.version()));
    }
}
