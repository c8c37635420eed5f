package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Checks the links that let operators choose their password. A link that is wrong, used, replaced or
/// expired counts as a failed attempt of the client's address and is logged in the security log.
public final class Invitations {
    private final Credentials credentials;
    private final CredentialChecks checks;
    private final InstantSource clock;

    Invitations(Credentials credentials, CredentialChecks checks, InstantSource clock) {
        this.credentials = credentials;
        this.checks = checks;
        this.clock = clock;
    }

    /// An operator with a valid link.
    ///
    /// @param token the SHA-256 of the link's secret, which the directory checks again
    public record ValidInvitation(Realm realm, Operator operator, Digest token) {}

    /// Finds the operator of a link. Refuses: NotFound if the link is invalid, TooManyFailures, Busy.
    ///
    /// @param token the last part of the link, see [InvitationText]
    public Result<ValidInvitation> find(String token, RemoteClient client) {
        return checks.limited(client, () -> {
            InvitationText text = InvitationText.parse(token).orElse(null);
            Realm realm = text == null ? null : credentials.realm(text.realm());
            Operator operator =
                    text == null || realm == null ? null : credentials.operator(realm.id(), text.operator());
            if (text != null && realm != null && operator != null && isGood(operator, text)) {
                return Result.ok(new ValidInvitation(realm, operator, text.hash()));
            }
            ActorRef claimed = operator == null ? null : new ActorRef(ActorRef.Kind.OPERATOR, operator.id());
            checks.wrong(SecurityEvent.INVITATION_REFUSED, realm, claimed, null, client);
            return Result.refused(new Refusal.NotFound("invitation", ""));
        });
    }

    private boolean isGood(Operator operator, InvitationText text) {
        Operator.@Nullable Invitation invitation = operator.invitation();
        return operator.isLive()
                && invitation != null
                && invitation.token().equals(text.hash())
                && clock.instant().isBefore(invitation.until());
    }

    /// Logs in the security log that an operator accepted their invitation.
    public void accepted(ValidInvitation invited, RemoteClient client) {
        Caller caller = new Caller(invited.realm, invited.operator.actor());
        checks.log().add(SecurityEvent.INVITATION_ACCEPTED, caller, client);
    }
}
