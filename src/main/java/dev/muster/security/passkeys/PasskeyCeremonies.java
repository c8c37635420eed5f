package dev.muster.security.passkeys;

import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.AssertionResult;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegistrationResult;
import com.yubico.webauthn.RelyingParty;
import com.yubico.webauthn.StartAssertionOptions;
import com.yubico.webauthn.StartRegistrationOptions;
import com.yubico.webauthn.data.AuthenticatorAssertionResponse;
import com.yubico.webauthn.data.AuthenticatorAttestationResponse;
import com.yubico.webauthn.data.AuthenticatorSelectionCriteria;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.ClientAssertionExtensionOutputs;
import com.yubico.webauthn.data.ClientRegistrationExtensionOutputs;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import com.yubico.webauthn.data.ResidentKeyRequirement;
import com.yubico.webauthn.data.UserIdentity;
import com.yubico.webauthn.data.UserVerificationRequirement;
import com.yubico.webauthn.exception.AssertionFailedException;
import com.yubico.webauthn.exception.InvalidSignatureCountException;
import com.yubico.webauthn.exception.RegistrationFailedException;
import dev.muster.directory.Credentials;
import dev.muster.directory.Passkeys;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.tenant.Realm;
import dev.muster.security.Caller;
import dev.muster.security.OperatorPasswords;
import dev.muster.security.PasskeyAttempts;
import dev.muster.security.RemoteClient;
import dev.muster.security.SealedCookies;
import dev.muster.security.passkeys.Ceremony.Purpose;
import dev.muster.security.passkeys.CeremonyRefused.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the WebAuthn ceremonies: signing in, step-up, and adding a passkey. Each starts with options for the browser
/// and a sealed cookie, and finishes within [#LIFETIME] with the device's response. A challenge is accepted only once
/// across all servers. Thread-safe.
public final class PasskeyCeremonies {
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(PasskeyCeremonies.class);

    private final Credentials credentials;
    private final Passkeys passkeys;
    private final OperatorPasswords passwords;
    private final PasskeyAttempts attempts;
    private final SealedCookies cookies;

    /// Seals the cookie of a sign-in, whose realm is only known at its end.
    private final SealedCookies signInCookies;

    private final InstantSource clock;

    /// @param anyRealm the credentials whose system realm seals the cookies of sign-ins, wherever the operator's realm
    /// is
    public PasskeyCeremonies(
            Credentials credentials,
            Credentials anyRealm,
            Passkeys passkeys,
            OperatorPasswords passwords,
            PasskeyAttempts attempts,
            InstantSource clock) {
        this.credentials = credentials;
        this.passkeys = passkeys;
        this.passwords = passwords;
        this.attempts = attempts;
        this.cookies = new SealedCookies(credentials);
        this.signInCookies = new SealedCookies(anyRealm);
        this.clock = clock;
    }

    /// An operator who has signed in with a passkey.
    ///
    /// @param next the page of the console to go to; empty for the overview
    public record SignedIn(Realm realm, Operator operator, String next) {}

    // Starting

    /// Starts a sign-in with any operator's passkey.
    ///
    /// @param origin the origin of our pages in the browser
    public StartedCeremony beginSignIn(URI origin, String next) {
        Realm system = credentials.realm(Realm.SYSTEM);
        if (system == null) {
            throw new IllegalStateException("there is no system realm");
        }
        return begin(origin, system, Purpose.SIGN_IN, null, next);
    }

    /// Starts the second step of a sign-in, after the password has been checked.
    public StartedCeremony beginSecondStep(URI origin, Realm realm, Operator operator, String next) {
        return begin(origin, realm, Purpose.SECOND_STEP, operator, next);
    }

    /// Starts a step-up, in which a signed-in operator proves their identity again.
    public StartedCeremony beginConfirmation(URI origin, Realm realm, Operator operator) {
        return begin(origin, realm, Purpose.CONFIRM, operator, "");
    }

    private StartedCeremony begin(URI origin, Realm realm, Purpose purpose, @Nullable Operator operator, String text) {
        AssertionRequest request = request(origin, realm, purpose, operator);
        ByteArray challenge = request.getPublicKeyCredentialRequestOptions().getChallenge();
        try {
            return new StartedCeremony(request.toCredentialsGetJson(), seal(realm, purpose, operator, challenge, text));
        } catch (IOException e) {
            throw new IllegalStateException("the options cannot be written as JSON", e);
        }
    }

    private String seal(Realm realm, Purpose purpose, @Nullable Operator operator, ByteArray challenge, String text) {
        Ceremony ceremony = new Ceremony(
                purpose,
                challenge.getBase64Url(),
                operator == null ? null : operator.id(),
                operator == null ? 0 : operator.generation(),
                text,
                clock.instant().plus(LIFETIME));
        return cookiesOf(purpose).seal(realm, purpose.wireName(), ceremony.values());
    }

    private SealedCookies cookiesOf(Purpose purpose) {
        return purpose == Purpose.SIGN_IN ? signInCookies : cookies;
    }

    private AssertionRequest request(URI origin, Realm realm, Purpose purpose, @Nullable Operator operator) {
        return relyingParty(origin, realm, operator)
                .startAssertion(StartAssertionOptions.builder()
                        .username(Optional.ofNullable(operator)
                                .map(known -> known.username().text()))
                        .userVerification(
                                purpose == Purpose.SECOND_STEP
                                        ? UserVerificationRequirement.PREFERRED
                                        : UserVerificationRequirement.REQUIRED)
                        .timeout(LIFETIME.toMillis())
                        .build());
    }

    private RelyingParty relyingParty(URI origin, Realm realm, @Nullable Operator operator) {
        List<Passkey> known = operator == null ? List.of() : passkeys.of(realm.id(), operator.id());
        return RelyingParty.builder()
                .identity(RelyingPartyIdentity.builder()
                        .id(origin.getHost())
                        .name("Muster")
                        .build())
                .credentialRepository(new OperatorsPasskeys(operator, realm.id(), known))
                .origins(Set.of(origin.toString()))
                .build();
    }

    // Finishing

    private Ceremony open(@Nullable String cookie, Purpose purpose, Realm realm) throws CeremonyRefused {
        SealedCookies.Content opened =
                cookiesOf(purpose).open(cookie, purpose.wireName()).orElseThrow(() -> new CeremonyRefused(Reason.OVER));
        Ceremony ceremony = Ceremony.of(purpose, opened);
        if (!clock.instant().isBefore(ceremony.endsAt()) || opened.realm().id() != realm.id()) {
            throw new CeremonyRefused(Reason.OVER);
        }
        return ceremony;
    }

    private void requireAllowed(RemoteClient client) throws CeremonyRefused {
        Refusal.TryAgain limited = attempts.refusal(client);
        if (limited != null) {
            throw new CeremonyRefused(Reason.TOO_MANY, limited.retryAfter(), null);
        }
    }

    /// Finishes a sign-in with only a passkey, which requires user verification.
    ///
    /// @param cookie the cookie of the ceremony; null if absent
    /// @param response the device's response, as JSON
    public SignedIn finishSignIn(URI origin, @Nullable String cookie, String response, RemoteClient client)
            throws CeremonyRefused {
        requireAllowed(client);
        Realm system = credentials.realm(Realm.SYSTEM);
        if (system == null) {
            throw new CeremonyRefused(Reason.OVER);
        }
        Ceremony ceremony = open(cookie, Purpose.SIGN_IN, system);
        PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> assertion =
                PasskeyResponse.parse(response);
        UserHandle handle =
                assertion.getResponse().getUserHandle().map(UserHandle::of).orElse(null);
        Realm realm = handle == null ? null : credentials.realm(handle.realm());
        Operator operator =
                realm == null || handle == null ? null : credentials.operator(realm.id(), handle.operator());
        if (realm == null || operator == null) {
            throw refused(Reason.UNKNOWN, realm, null, Purpose.SIGN_IN, client, null);
        }
        checkAssertion(origin, realm, operator, ceremony, assertion, client);
        return new SignedIn(realm, operator, ceremony.text());
    }

    /// Finishes the second step of a sign-in.
    public SignedIn finishSecondStep(URI origin, @Nullable String cookie, String response, RemoteClient client)
            throws CeremonyRefused {
        requireAllowed(client);
        SealedCookies.Content opened = cookies.open(cookie, Purpose.SECOND_STEP.wireName())
                .orElseThrow(() -> new CeremonyRefused(Reason.OVER));
        Realm realm = opened.realm();
        Ceremony ceremony = open(cookie, Purpose.SECOND_STEP, realm);
        Operator operator = ceremony.operator() == null ? null : credentials.operator(realm.id(), ceremony.operator());
        if (operator == null || operator.generation() != ceremony.generation()) {
            throw new CeremonyRefused(Reason.OVER);
        }
        checkAssertion(origin, realm, operator, ceremony, PasskeyResponse.parse(response), client);
        return new SignedIn(realm, operator, ceremony.text());
    }

    /// Finishes a step-up of a signed-in operator.
    public void finishConfirmation(
            URI origin, Caller caller, Operator operator, @Nullable String cookie, String response, RemoteClient client)
            throws CeremonyRefused {
        requireAllowed(client);
        Ceremony ceremony = open(cookie, Purpose.CONFIRM, caller.realm());
        if (!operator.id().equals(ceremony.operator())) {
            throw new CeremonyRefused(Reason.OVER);
        }
        checkAssertion(origin, caller.realm(), operator, ceremony, PasskeyResponse.parse(response), client);
    }

    private void checkAssertion(
            URI origin,
            Realm realm,
            Operator operator,
            Ceremony ceremony,
            PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> assertion,
            RemoteClient client)
            throws CeremonyRefused {
        Purpose purpose = ceremony.purpose();
        if (!operator.isLive()) {
            throw refused(Reason.UNKNOWN, realm, operator, purpose, client, null);
        }
        if (operator.identity() != null
                || !passwords.maySignInHere(
                        realm.partnerId(), operator.username().folded())) {
            throw refused(Reason.SSO_ONLY, realm, operator, purpose, client, null);
        }
        Passkey passkey = passkeys.find(realm.id(), assertion.getId().getBase64Url());
        if (passkey == null || !passkey.operator().equals(operator.id())) {
            throw refused(Reason.UNKNOWN, realm, operator, purpose, client, null);
        }
        AssertionResult result = verify(origin, realm, operator, passkey, ceremony, assertion, client);
        if (!passkeys.useChallenge(realm.id(), ceremony.challengeBytes().getBytes())) {
            throw refused(Reason.OVER, realm, operator, purpose, client, null);
        }
        if (!passkeys.use(realm.id(), passkey, result.getSignatureCount())) {
            throw new CeremonyRefused(Reason.OVER);
        }
        attempts.succeeded(realm, operator, purpose == Purpose.CONFIRM, client);
    }

    private AssertionResult verify(
            URI origin,
            Realm realm,
            Operator operator,
            Passkey passkey,
            Ceremony ceremony,
            PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> assertion,
            RemoteClient client)
            throws CeremonyRefused {
        Purpose purpose = ceremony.purpose();
        AssertionRequest drawn = request(origin, realm, purpose, purpose == Purpose.SIGN_IN ? null : operator);
        AssertionRequest request = drawn.toBuilder()
                .publicKeyCredentialRequestOptions(drawn.getPublicKeyCredentialRequestOptions().toBuilder()
                        .challenge(ceremony.challengeBytes())
                        .build())
                .build();
        boolean verified = assertion.getResponse().getParsedAuthenticatorData().getFlags().UV;
        if (purpose != Purpose.SECOND_STEP && !verified) {
            throw refused(Reason.UNVERIFIED, realm, operator, purpose, client, null);
        }
        try {
            return relyingParty(origin, realm, operator)
                    .finishAssertion(FinishAssertionOptions.builder()
                            .request(request)
                            .response(assertion)
                            .build());
        } catch (InvalidSignatureCountException e) {
            // The signature is valid. If the challenge has been used, the same response was sent twice, for
            // example by a reload, and the passkey was not copied.
            if (!passkeys.useChallenge(realm.id(), ceremony.challengeBytes().getBytes())) {
                throw refused(Reason.OVER, realm, operator, purpose, client, e);
            }
            attempts.copied(realm, operator, client);
            LOG.warn(
                    "realm {}: passkey {} of operator {} was copied: its counter is {} after {}. Remove it.",
                    realm.id(),
                    passkey.id(),
                    operator.id(),
                    e.getReceived(),
                    e.getExpectedMinimum() - 1);
            throw new CeremonyRefused(Reason.COPIED, e);
        } catch (AssertionFailedException | IllegalArgumentException e) {
            throw refused(Reason.INVALID, realm, operator, purpose, client, e);
        }
    }

    private CeremonyRefused refused(
            Reason reason,
            @Nullable Realm realm,
            @Nullable Operator operator,
            Purpose purpose,
            RemoteClient client,
            @Nullable Throwable cause) {
        attempts.refused(realm, operator, purpose == Purpose.CONFIRM, client);
        LOG.info("passkey refused: {}{}", reason, cause == null ? "" : ": " + cause.getMessage());
        return new CeremonyRefused(reason, null, cause);
    }

    // Adding a passkey

    /// Starts adding a passkey for a signed-in operator who has recently proved their identity.
    ///
    /// @param name the name of the new passkey
    public StartedCeremony beginAddition(URI origin, Realm realm, Operator operator, String name) {
        PublicKeyCredentialCreationOptions options = creation(origin, realm, operator);
        try {
            return new StartedCeremony(
                    options.toCredentialsCreateJson(),
                    seal(realm, Purpose.ADD, operator, options.getChallenge(), name));
        } catch (IOException e) {
            throw new IllegalStateException("the options cannot be written as JSON", e);
        }
    }

    private PublicKeyCredentialCreationOptions creation(URI origin, Realm realm, Operator operator) {
        String username = operator.username().text();
        return relyingParty(origin, realm, operator)
                .startRegistration(StartRegistrationOptions.builder()
                        .user(UserIdentity.builder()
                                .name(username + " (" + realm.partnerId() + ", "
                                        + realm.environment().wireName() + ")")
                                .displayName(username)
                                .id(UserHandle.of(realm.id(), operator).bytes())
                                .build())
                        .authenticatorSelection(AuthenticatorSelectionCriteria.builder()
                                .residentKey(ResidentKeyRequirement.REQUIRED)
                                .userVerification(UserVerificationRequirement.PREFERRED)
                                .build())
                        .timeout(LIFETIME.toMillis())
                        .build());
    }

    /// Verifies the device's response for a new passkey.
    ///
    /// @return the command that adds it
    public OperatorCommand.AddPasskey finishAddition(
            URI origin, Realm realm, Operator operator, @Nullable String cookie, String response)
            throws CeremonyRefused {
        Ceremony ceremony = open(cookie, Purpose.ADD, realm);
        if (!operator.id().equals(ceremony.operator())) {
            throw new CeremonyRefused(Reason.OVER);
        }
        PublicKeyCredentialCreationOptions request = creation(origin, realm, operator).toBuilder()
                .challenge(ceremony.challengeBytes())
                .build();
        try {
            PublicKeyCredential<AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs> credential =
                    PublicKeyCredential.parseRegistrationResponseJson(response);
            RegistrationResult result = relyingParty(origin, realm, operator)
                    .finishRegistration(FinishRegistrationOptions.builder()
                            .request(request)
                            .response(credential)
                            .build());
            if (!passkeys.useChallenge(realm.id(), ceremony.challengeBytes().getBytes())) {
                throw new CeremonyRefused(Reason.OVER);
            }
            return new OperatorCommand.AddPasskey(
                    ceremony.text(),
                    result.getKeyId().getId().getBase64Url(),
                    result.getPublicKeyCose().getBase64Url(),
                    result.getSignatureCount());
        } catch (RegistrationFailedException | IOException | IllegalArgumentException e) {
            LOG.info("new passkey refused: {}", e.getMessage());
            throw new CeremonyRefused(Reason.INVALID, e);
        }
    }
}
