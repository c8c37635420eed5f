package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.InvitationLinks;
import dev.muster.api.RemoteClients;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Credentials;
import dev.muster.directory.Page;
import dev.muster.directory.Sessions;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.InvitationText;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Creates, invites, lists, changes, disables and deletes operators, and ends their sessions.
record OperatorRoutes(
        Credentials credentials,
        Authenticator authenticator,
        ConsoleSessions consoleSessions,
        InvitationLinks links,
        RandomGenerator random,
        Writes writes,
        ActorNamesJson names) {
    /// Creates an operator with the given password or, if none is given, with an invitation to choose one.
    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        Identifier username = in.checks().operatorName(in.required("username"));
        String typed = in.optionalText("password");
        NewPassword password = typed == null ? null : read(call, in, username == null ? null : username.text(), typed);
        Role role = in.requiredChoice("role", List.of(Role.values()), Role::wireName);
        in.check();
        if (password == null) {
            byte[] secret = InvitationText.newSecret(random);
            return invited(
                    call,
                    201,
                    new OperatorCommand.InviteOperator(Objects.requireNonNull(username), role, Digest.sha256(secret)),
                    secret);
        }
        // The password is hashed last, because hashing is expensive.
        String hash = unlessRefused(authenticator.passwords().hash(call.realm(), password));
        return change(call, 201, new OperatorCommand.CreateOperator(Objects.requireNonNull(username), role, hash));
    }

    /// Gives an operator a new invitation.
    Reply invite(RestCall call) {
        call.input().withOptionalBody().check();
        byte[] secret = InvitationText.newSecret(random);
        return invited(call, 200, new OperatorCommand.RenewInvitation(username(call), Digest.sha256(secret)), secret);
    }

    private Reply invited(RestCall call, int status, Command.OnCredentials command, byte[] secret) {
        return writes.onRealm(call, command, change -> {
            Operator operator = change.operator();
            Named named = names.inOperators(call, List.of(operator));
            Operator.Invitation invitation = Objects.requireNonNull(operator.invitation());
            String token = new InvitationText(call.realm(), operator.id(), secret).text();
            return Reply.json(status, json -> {
                fields(json, operator, named);
                json.object("invitation");
                // A dry run creates no invitation, so there is no link to return.
                if (!call.headers().dryRun()) {
                    json.field("link", links.of(call.request(), token));
                }
                json.field("until", RestJson.of(invitation.until())).end().end();
            });
        });
    }

    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        List<Operator> operators = unlessRefused(credentials.operators(call.actor(), call.realm()));
        Page<Operator> page = listing.of(operators);
        Named named = names.inOperators(call, page.items());
        return listing.reply(page, (json, operator) -> write(json, operator, named));
    }

    /// Creates an action for a command that needs only the operator's name.
    RestApi.Action change(Function<Identifier.Key, Command.OnCredentials> command) {
        return call -> {
            call.input().withOptionalBody().check();
            return change(call, 200, command.apply(username(call)));
        };
    }

    /// Lists an operator's console sessions that have not ended.
    Reply sessions(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        Operator operator = named(call);
        List<Sessions.Session> sessions =
                unlessRefused(consoleSessions.of(call.caller().realm(), operator));
        return listing.reply(listing.of(sessions), OperatorRoutes::write);
    }

    /// Ends a console session of an operator.
    Reply endSession(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID session = in.id("sessionId", "session");
        in.check();
        Operator operator = named(call);
        // This checks that the session exists. Otherwise the journal would record the end of a session that does not.
        unlessRefused(consoleSessions.of(call.caller().realm(), operator, session));
        writes.onRealm(call, new OperatorCommand.EndSession(operator.username().key(), session), _ -> Reply.of(204));
        if (!call.headers().dryRun()) {
            unlessRefused(consoleSessions.end(call.caller(), operator, session, RemoteClients.of(call.request())));
        }
        return Reply.of(204);
    }

    private Operator named(RestCall call) {
        Identifier.Key username = username(call);
        return unlessRefused(Credentials.answered(() -> {
            Operator operator = credentials.operator(call.realm(), username);
            return operator == null
                    ? Result.refused(new Refusal.NotFound("operator", username.folded()))
                    : Result.ok(operator);
        }));
    }

    private static void write(JsonWriter json, Sessions.Session session) {
        json.object()
                .field("sessionId", session.id().toString())
                .field("browser", session.browser())
                .field("address", session.address())
                .field("begunAt", RestJson.of(session.begunAt()))
                .field("seenAt", RestJson.of(session.seenAt()))
                .field("provenAt", RestJson.of(session.provenAt()))
                .field("provenBy", session.provenBy().wireName())
                .end();
    }

    Reply changeRole(RestCall call) {
        RestFields in = call.input().withBody();
        Role role = in.requiredChoice("role", List.of(Role.values()), Role::wireName);
        in.check();
        return change(call, 200, new OperatorCommand.ChangeOperatorRole(username(call), role));
    }

    Reply changePassword(RestCall call) {
        RestFields in = call.input().withBody();
        NewPassword password = password(call, in, username(call).folded());
        in.check();
        String hash = unlessRefused(authenticator.passwords().hash(call.realm(), Objects.requireNonNull(password)));
        return change(call, 200, new OperatorCommand.ChangePassword(username(call), hash));
    }

    private @Nullable NewPassword password(RestCall call, RestFields in, @Nullable String username) {
        String password = in.required("password");
        return password == null ? null : read(call, in, username, password);
    }

    private @Nullable NewPassword read(RestCall call, RestFields in, @Nullable String username, String password) {
        return authenticator.passwords().read(in.checks(), call.caller().realm(), username, password);
    }

    /// The username in the path.
    static Identifier.Key username(RestCall call) {
        String text = call.request().path("username");
        return new Identifier.Key(
                Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(text)));
    }

    private Reply change(RestCall call, int status, Command.OnCredentials command) {
        return writes.onRealm(call, command, change -> {
            Operator operator = change.operator();
            Named named = names.inOperators(call, List.of(operator));
            return Reply.json(status, json -> write(json, operator, named));
        });
    }

    static void write(JsonWriter json, Operator operator, Named names) {
        fields(json, operator, names);
        if (operator.invitation() != null) {
            json.object("invitation")
                    .field("until", RestJson.of(operator.invitation().until()))
                    .end();
        }
        json.end();
    }

    /// Starts a JSON object with the fields of an operator.
    private static void fields(JsonWriter json, Operator operator, Named names) {
        json.object()
                .field("operatorId", operator.id().toString())
                .field("username", operator.username().text())
                .field("role", operator.role().wireName());
        RestJson.creator(json, operator.madeBy(), names);
        json.field("createdAt", RestJson.of(operator.createdAt()))
                .field("disabledAt", RestJson.of(operator.disabledAt()));
        if (operator.isDeleted()) {
            json.field("deletedAt", RestJson.of(operator.deletedAt()));
        }
    }
}
