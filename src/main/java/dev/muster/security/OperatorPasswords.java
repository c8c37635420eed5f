package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
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

/// Checks the passwords of operators and hashes new ones. No other class checks passwords, so
/// [SignInThrottle] slows guessing through any page or call.
public final class OperatorPasswords {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// A number that no realm has.
    private static final long NO_REALM = -1;

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PASSWORD = 1_000;

    private final Credentials credentials;
    private final Passwords passwords;
    private final SignInThrottle throttle;
    private final Attempts attempts;
    private final RandomGenerator random;
    private final NewPassword.Estimator estimator = new PasswordEstimator();

    /// @param random a source fit for secrets
    OperatorPasswords(
            Credentials credentials,
            Passwords passwords,
            SignInThrottle throttle,
            Attempts attempts,
            RandomGenerator random) {
        this.credentials = credentials;
        this.passwords = passwords;
        this.throttle = throttle;
        this.attempts = attempts;
        this.random = random;
    }

    // Signing in.

    /// Why an address may not try to sign in at present; null when it may. Asked before a sign-in is read: it
    /// costs neither the body nor a look-up.
    @Nullable
    Refusal signInLimited(RemoteClient client) {
        if (attempts.allowed(client)) {
            return null;
        }
        return limited(null, null, client, attempts.tooMany(client));
    }

    private Refusal limited(@Nullable Realm realm, @Nullable String username, RemoteClient client, Refusal refusal) {
        attempts.log().add(SecurityEvent.SIGN_IN_LIMITED, realm, null, username, client);
        return refusal;
    }

    /// Checks an operator's name and password. Refuses: TooManyFailures; Busy, if too many sign-ins are in
    /// progress or another one for this name from this address is; Unauthenticated.
    ///
    /// @param realm null if it does not exist; takes the same time
    /// @param realmText the realm as it was typed, such as `acme/test`: guessing is slowed for each that does not
    ///     exist by itself, as for those that do
    Result<Operator> check(
            @Nullable Realm realm, String realmText, String username, String password, RemoteClient client) {
        Refusal limited = signInLimited(client);
        if (limited != null) {
            return Result.refused(limited);
        }
        if (username.length() > LONGEST_NAME || password.length() > LONGEST_PASSWORD) {
            // No operator has such a name or password, and folding it is costly.
            return attempts.wrong(SecurityEvent.SIGN_IN_REFUSED, realm, null, username, client);
        }
        String folded = Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username));
        try (SignInThrottle.Turn turn = throttle.enter(new SignInThrottle.Name(realmText, folded), client.address())) {
            if (turn == null) {
                return Result.refused(limited(realm, folded, client, new Refusal.Busy(RETRY_AFTER)));
            }
            Thread.sleep(turn.delay());
            // Other attempts from this address may have failed meanwhile.
            if (!attempts.allowed(client)) {
                return Result.refused(limited(realm, folded, client, attempts.tooMany(client)));
            }
            return Credentials.answered(() -> checked(realm, folded, password, client, turn));
        } catch (InterruptedException e) {
            // The server is stopping.
            Thread.currentThread().interrupt();
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
    }

    private Result<Operator> checked(
            @Nullable Realm realm, String folded, String password, RemoteClient client, SignInThrottle.Turn turn) {
        Identifier.Key name = new Identifier.Key(Identifier.Kind.USERNAME, folded);
        // Also looked for in a realm that does not exist, which takes the same time.
        Operator operator = credentials.operator(realm == null ? NO_REALM : realm.id(), name);
        boolean live = operator != null && operator.isLive();
        return switch (passwords.verify(live && operator != null ? operator.passwordHash() : null, password)) {
            case BUSY -> Result.refused(new Refusal.Busy(RETRY_AFTER));
            case MATCHES -> {
                if (operator == null || realm == null) {
                    throw new IllegalStateException("a password matched that belongs to no operator");
                }
                turn.succeeded();
                attempts.log().signedIn(new Caller(realm, operator.actor()), folded, client);
                yield Result.ok(operator);
            }
            case DIFFERS -> {
                turn.failed();
                yield attempts.wrong(
                        SecurityEvent.SIGN_IN_REFUSED,
                        realm,
                        operator == null ? null : operator.actor().ref(),
                        folded,
                        client);
            }
        };
    }

    // New passwords.

    /// A new password for an operator, or null when `checks` has a fault of it.
    ///
    /// @param username of the operator, which the password must not repeat; null where it is not sound itself
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

    /// What is stored for a new password; `Busy` when too many are being computed.
    ///
    /// @param realm of the operator
    public Result<String> hash(long realm, NewPassword password) {
        return passwords
                .hash(realm, password.text(), random)
                .<Result<String>>map(Result::ok)
                .orElseGet(() -> Result.refused(new Refusal.Busy(RETRY_AFTER)));
    }
}
