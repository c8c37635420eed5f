package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.limit.SignInThrottle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Checks the passwords of operators and hashes new ones. Only this class checks passwords, so
/// [SignInThrottle] slows down guessing through any page or call.
public final class OperatorPasswords {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// A number that no realm has.
    private static final long NO_REALM = -1;

    private static final int MAX_NAME_LENGTH = 255;
    private static final int MAX_PASSWORD_LENGTH = 1_000;

    private final Credentials credentials;
    private final Passwords passwords;
    private final SignInThrottle throttle;
    private final CredentialChecks checks;
    private final RandomGenerator random;
    private final NewPassword.Estimator estimator = new PasswordEstimator();

    /// @param random a cryptographically secure source
    OperatorPasswords(
            Credentials credentials,
            Passwords passwords,
            SignInThrottle throttle,
            CredentialChecks checks,
            RandomGenerator random) {
        this.credentials = credentials;
        this.passwords = passwords;
        this.throttle = throttle;
        this.checks = checks;
        this.random = random;
    }

    // Signing in.

    /// The reason why an address may not sign in now; null if it may. Called before the request's body is read.
    @Nullable
    Refusal signInLimited(RemoteClient client) {
        if (checks.allowed(client)) {
            return null;
        }
        return limited(null, null, client, checks.tooMany(client));
    }

    private Refusal limited(@Nullable Realm realm, @Nullable String username, RemoteClient client, Refusal refusal) {
        checks.log().add(SecurityEvent.SIGN_IN_LIMITED, realm, null, username, client);
        return refusal;
    }

    /// Checks an operator's name and password. Refuses: TooManyFailures; Busy if too many sign-ins are in progress,
    /// or another one for the same name and address; Unauthenticated.
    ///
    /// @param realm the realm; null if it does not exist, in which case the check takes the same time
    /// @param realmText the realm as text, such as `acme/test`, or as typed if it does not exist; the
    ///     throttle counts unknown realms like known ones
    Result<Operator> check(
            @Nullable Realm realm, String realmText, String username, String password, RemoteClient client) {
        return check(Check.SIGN_IN, realm, realmText, username, password, client);
    }

    /// Like [#check], for sign-ins by password alone. If the operator must use a passkey, refuses Unauthenticated
    /// even for the right password.
    Result<Operator> checkAlone(Realm realm, String username, String password, RemoteClient client) {
        return check(Check.ALONE, realm, Caller.text(realm), username, password, client);
    }

    /// Checks the password of an operator who is signed in. Refuses as [#check], and the same throttle slows
    /// down guessing.
    public Result<Operator> confirm(Realm realm, Operator operator, String password, RemoteClient client) {
        return check(
                Check.STEP_UP, realm, Caller.text(realm), operator.username().text(), password, client);
    }

    /// Why a password is checked, with the events for the security log.
    private enum Check {
        SIGN_IN(SecurityEvent.SIGNED_IN, SecurityEvent.SIGN_IN_REFUSED),
        ALONE(SecurityEvent.SIGNED_IN, SecurityEvent.SIGN_IN_REFUSED),
        STEP_UP(SecurityEvent.STEP_UP, SecurityEvent.STEP_UP_REFUSED);

        private final SecurityEvent done;
        private final SecurityEvent refused;

        Check(SecurityEvent done, SecurityEvent refused) {
            this.done = done;
            this.refused = refused;
        }
    }

    private Result<Operator> check(
            Check check,
            @Nullable Realm realm,
            String realmText,
            String username,
            String password,
            RemoteClient client) {
        Refusal limited = signInLimited(client);
        if (limited != null) {
            return Result.refused(limited);
        }
        if (username.length() > MAX_NAME_LENGTH || password.length() > MAX_PASSWORD_LENGTH) {
            // No operator can have such a name or password, and folding a long name is expensive.
            return checks.wrong(check.refused, realm, null, username, client);
        }
        String folded = Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username));
        try (SignInThrottle.Permit permit =
                throttle.acquire(new SignInThrottle.Name(realmText, folded), client.address())) {
            if (permit == null) {
                return Result.refused(limited(realm, folded, client, new Refusal.Busy(RETRY_AFTER)));
            }
            Thread.sleep(permit.delay());
            // Other attempts from this address may have failed during the delay.
            if (!checks.allowed(client)) {
                return Result.refused(limited(realm, folded, client, checks.tooMany(client)));
            }
            return Credentials.answered(() -> checked(check, realm, folded, password, client, permit));
        } catch (InterruptedException e) {
            // The server is stopping.
            Thread.currentThread().interrupt();
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
    }

    private Result<Operator> checked(
            Check check,
            @Nullable Realm realm,
            String folded,
            String password,
            RemoteClient client,
            SignInThrottle.Permit permit) {
        Identifier.Key name = new Identifier.Key(Identifier.Kind.USERNAME, folded);
        // The operator is looked up even if the realm does not exist, so that the check takes the same time.
        Operator operator = credentials.operator(realm == null ? NO_REALM : realm.id(), name);
        // The check takes the same time for an invited operator who has not chosen a password yet.
        boolean may = maySignInHere(realm == null ? "" : realm.partnerId(), folded)
                && !(check == Check.ALONE && realm != null && needsPasskey(realm, operator));
        return switch (passwords.verify(may ? hash(operator) : null, password)) {
            case BUSY -> Result.refused(new Refusal.Busy(RETRY_AFTER));
            case MATCHES -> {
                if (operator == null || realm == null) {
                    throw new IllegalStateException("a password matched without an operator");
                }
                permit.succeeded();
                checks.log().passwordGiven(check.done, new Caller(realm, operator.actor()), folded, client);
                yield Result.ok(operator);
            }
            case DIFFERS -> {
                permit.failed();
                yield checks.wrong(
                        check.refused,
                        realm,
                        operator == null ? null : operator.actor().ref(),
                        folded,
                        client);
            }
        };
    }

    /// The hash of the operator's password; null if they cannot sign in with a password.
    private static @Nullable String hash(@Nullable Operator operator) {
        return operator == null || !operator.isLive() || operator.passwordHash().isEmpty()
                ? null
                : operator.passwordHash();
    }

    /// Whether the tenant allows the operator with this name to sign in with a password or passkey, rather than
    /// only through its identity providers.
    public boolean maySignInHere(String partnerId, String folded) {
        boolean required = false;
        for (SsoProvider provider : credentials.providers(partnerId)) {
            if (provider.settings().breakGlass().contains(folded)) {
                return true;
            }
            required |= provider.settings().required();
        }
        return !required;
    }

    private boolean needsPasskey(Realm realm, @Nullable Operator operator) {
        return operator != null && credentials.passkeyPolicy(realm.id()).concerns(operator);
    }

    // New passwords.

    /// Validates a new password for an operator. Returns null and adds an error to `checks` if it is invalid.
    ///
    /// @param username the operator's name, which the password must not repeat; null if it is invalid
    public @Nullable NewPassword read(
            Validator checks, Realm realm, @Nullable String username, @Nullable String password) {
        List<String> names = new ArrayList<>(List.of(realm.partnerId()));
        if (username != null) {
            names.add(username);
        }
        if (Credentials.answered(() -> Result.ok(Optional.ofNullable(credentials.tenant(realm.partnerId()))))
                instanceof Result.Ok<Optional<Tenant>>(var tenant)) {
            tenant.ifPresent(known -> names.add(known.name()));
        }
        return checks.newPassword(password, names, estimator);
    }

    /// Hashes a new password for storage. Refuses `Busy` if too many passwords are being hashed.
    ///
    /// @param realm the operator's realm
    public Result<String> hash(long realm, NewPassword password) {
        return passwords
                .hash(realm, password.text(), random)
                .<Result<String>>map(Result::ok)
                .orElseGet(() -> Result.refused(new Refusal.Busy(RETRY_AFTER)));
    }
}
