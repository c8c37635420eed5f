package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Credentials;
import dev.muster.directory.Passkeys;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.value.Identifier;
import java.util.EnumSet;
import java.util.List;

/// Lists and removes operators' passkeys, and shows and replaces the policy that determines who must use one. Operators
/// add passkeys in the console.
record PasskeyRoutes(Credentials credentials, Passkeys passkeys, Writes writes) {
    /// Lists the passkeys of an operator, oldest first.
    Reply list(RestCall call) {
        PageRequest listing = PageRequest.byNumber(call.input());
        Identifier.Key username = OperatorRoutes.username(call);
        List<Passkey> found = unlessRefused(Credentials.answered(() -> {
            Operator operator = credentials.operator(call.realm(), username);
            return operator == null
                    ? Result.refused(new Refusal.NotFound("operator", username.folded()))
                    : Result.ok(passkeys.of(call.realm(), operator.id()));
        }));
        return listing.reply(listing.of(found), PasskeyRoutes::write);
    }

    private static void write(JsonWriter json, Passkey passkey) {
        json.object()
                .field("passkeyId", passkey.id().toString())
                .field("name", passkey.name())
                .field("createdAt", RestJson.of(passkey.createdAt()))
                .field("lastUsedAt", RestJson.of(passkey.lastUsedAt()))
                .end();
    }

    /// Removes all passkeys of an operator.
    Reply removeAll(RestCall call) {
        return writes.done(call, _ -> new OperatorCommand.RemovePasskeys(OperatorRoutes.username(call), null));
    }

    /// Removes one passkey of an operator.
    Reply remove(RestCall call) {
        return writes.done(
                call,
                in -> new OperatorCommand.RemovePasskeys(OperatorRoutes.username(call), in.id("passkeyId", "passkey")));
    }

    Reply policy(RestCall call) {
        call.input().check();
        return policy(unlessRefused(credentials.passkeyPolicy(call.actor(), call.realm())));
    }

    /// Replaces the policy. Roles that are not sent need no passkey.
    Reply setPolicy(RestCall call) {
        RestFields in = call.input().withBody();
        List<Role> roles = in.anyChoices("requiredFor", List.of(Role.values()), Role::wireName);
        in.check();
        EnumSet<Role> chosen = EnumSet.noneOf(Role.class);
        chosen.addAll(roles);
        PasskeyPolicy policy = new PasskeyPolicy(chosen);
        return writes.onRealm(call, new OperatorCommand.SetPasskeyPolicy(policy), _ -> policy(policy));
    }

    private static Reply policy(PasskeyPolicy policy) {
        return Reply.json(
                200, json -> json.object().texts("requiredFor", policy.words()).end());
    }
}
