package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Credentials;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Creates, lists, changes, disables and deletes operators.
record OperatorRoutes(Credentials credentials, Authenticator authenticator, Writes writes, ActorNamesJson names) {
    Reply create(RestCall call) {
        RestFields in = call.input().withBody();
        Identifier username = in.checks().operatorName(in.required("username"));
        NewPassword password = password(call, in, username == null ? null : username.text());
        Role role = in.requiredChoice("role", List.of(Role.values()), Role::word);
        in.check();
        // Hashed last, because it is expensive.
        String hash = unlessRefused(authenticator.passwords().hash(call.realm(), Objects.requireNonNull(password)));
        return change(call, 201, new Command.CreateOperator(Objects.requireNonNull(username), role, hash));
    }

    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        List<Operator> operators = unlessRefused(credentials.operators(call.actor(), call.realm()));
        Page<Operator> page = listing.of(operators);
        Named named = names.inOperators(call, page.items());
        return listing.reply(page, (json, operator) -> write(json, operator, named));
    }

    /// A call that needs nothing but the operator's name.
    RestApi.Action change(Function<Identifier.Key, Command.OnCredentials> command) {
        return call -> {
            call.input().withOptionalBody().check();
            return change(call, 200, command.apply(username(call)));
        };
    }

    Reply changeRole(RestCall call) {
        RestFields in = call.input().withBody();
        Role role = in.requiredChoice("role", List.of(Role.values()), Role::word);
        in.check();
        return change(call, 200, new Command.ChangeOperatorRole(username(call), role));
    }

    Reply changePassword(RestCall call) {
        RestFields in = call.input().withBody();
        NewPassword password = password(call, in, username(call).folded());
        in.check();
        String hash = unlessRefused(authenticator.passwords().hash(call.realm(), Objects.requireNonNull(password)));
        return change(call, 200, new Command.ChangePassword(username(call), hash));
    }

    private @Nullable NewPassword password(RestCall call, RestFields in, @Nullable String username) {
        String password = in.required("password");
        return password == null
                ? null
                : authenticator.passwords().read(in.checks(), call.caller().realm(), username, password);
    }

    private static Identifier.Key username(RestCall call) {
        String text = call.request().path("username");
        return new Identifier.Key(
                Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(text)));
    }

    private Reply change(RestCall call, int status, Command.OnCredentials command) {
        return writes.toRealm(call, command, change -> {
            Operator operator = change.operator();
            Named named = names.inOperators(call, List.of(operator));
            return Reply.json(status, json -> write(json, operator, named));
        });
    }

    static void write(JsonWriter json, Operator operator, Named names) {
        json.object()
                .field("operatorId", operator.id().toString())
                .field("username", operator.username().text())
                .field("role", operator.role().word());
        RestJson.creator(json, operator.madeBy(), names);
        json.field("createdAt", RestJson.of(operator.createdAt()))
                .field("disabledAt", RestJson.of(operator.disabledAt()));
        if (operator.isDeleted()) {
            json.field("deletedAt", RestJson.of(operator.deletedAt()));
        }
        json.end();
    }
}
