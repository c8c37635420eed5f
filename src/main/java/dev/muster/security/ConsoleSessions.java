package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.directory.Sessions;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.sealing.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The console sessions of operators: signing in, the cookie, and signing out. Any invalid cookie is refused with
/// `Unauthenticated`.
public final class ConsoleSessions {
    /// The dialect of console sign-ins in the journal.
    private static final String DIALECT = "console";

    private static final int TOKEN_BYTES = 32;
    private static final int FORM_BYTES = 16;

    private final Authenticator authenticator;
    private final Credentials credentials;
    private final Sessions sessions;

    public ConsoleSessions(Authenticator authenticator, Credentials credentials, Sessions sessions) {
        this.authenticator = authenticator;
        this.credentials = credentials;
        this.sessions = sessions;
    }

    /// An operator who is signed in.
    ///
    /// @param caller the operator as a caller, whose actor has the time at which they last proved their identity
    /// @param formToken the CSRF token that each form must carry. It is derived from the cookie, which
    ///     scripts cannot read
    public record Visitor(Caller caller, Operator operator, Sessions.Session session, String formToken) {
        /// Omits the token, which is a secret.
        @Override
        public String toString() {
            return "Visitor[" + operator.id() + "]";
        }
    }

    /// An operator who has just signed in.
    ///
    /// @param cookie the cookie's value
    public record SignedIn(Realm realm, String cookie) {
        /// Omits the cookie, which is a secret.
        @Override
        public String toString() {
            return "SignedIn[" + realm.id() + "]";
        }
    }

    /// The device an operator signs in on.
    ///
    /// @param browser a short description, such as `Firefox on Linux`
    public record Device(RemoteClient client, String browser) {}

    /// The fields of the sign-in form.
    ///
    /// @param environment `test` or `production`, or any other text that was sent
    public record EnteredCredentials(String partnerId, String environment, String username, String password) {
        /// Omits the password, and also the name, which may be a password typed into the wrong field.
        @Override
        public String toString() {
            return "Typed";
        }
    }

    /// The reason why an address may not sign in now; null if it may. Called before the form is read.
    public @Nullable Refusal refusal(RemoteClient client) {
        return authenticator.passwords().signInLimited(client);
    }

    /// An operator who has given their password.
    public record PasswordVerified(Realm realm, Operator operator) {}

    /// Checks the password of an operator who signs in. An unknown realm is refused in the same way as a wrong
    /// password. Refuses as [OperatorPasswords#check].
    public Result<PasswordVerified> checkPassword(EnteredCredentials typed, Device device) {
        return Credentials.answered(() -> {
            Realm realm = realm(typed);
            String text = realm == null ? typed.partnerId.strip() + "/" + typed.environment : Caller.text(realm);
            return authenticator
                    .passwords()
                    .check(realm, text, typed.username, typed.password, device.client)
                    .then(operator -> realm == null
                            ? Result.refused(new Refusal.Unauthenticated())
                            : Result.ok(new PasswordVerified(realm, operator)));
        });
    }

    /// Starts a session for an operator who has just proved their identity by `method`, and records the sign-in in
    /// the journal. Refuses as [Sessions#begin].
    public Result<SignedIn> begin(Realm realm, Operator operator, SignInMethod method, Device device) {
        return begin(realm, operator, method, null, device);
    }

    /// Starts a session for an operator whom an identity provider has authenticated, and records the sign-in in the
    /// journal. Refuses as [Sessions#begin].
    ///
    /// @param provenAt when the operator proved their identity to the provider
    public Result<SignedIn> beginFederated(Realm realm, Operator operator, Instant provenAt, Device device) {
        return begin(realm, operator, SignInMethod.SSO, provenAt, device);
    }

    private Result<SignedIn> begin(
            Realm realm, Operator operator, SignInMethod method, @Nullable Instant provenAt, Device device) {
        Sessions.SignIn signIn = new Sessions.SignIn(
                method, provenAt, device.client.addressText(), device.browser, device.client.origin(DIALECT));
        return Credentials.answered(() -> sessions.begin(realm.id(), operator, signIn)
                .map(token -> {
                    device.client.listener().authenticated(new Caller(realm, operator.actor()));
                    return new SignedIn(realm, text(realm.id(), token));
                }));
    }

    // Step-up authentication

    /// Checks the password of a visitor who must prove their identity again, and records the proof in the session.
    /// Refuses as [OperatorPasswords#check].
    ///
    /// @param cookie the visitor's cookie
    public Result<Operator> confirm(Visitor visitor, @Nullable String cookie, String password, RemoteClient client) {
        return authenticator
                .passwords()
                .confirm(visitor.caller().realm(), visitor.operator(), password, client)
                .then(operator -> Credentials.answered(() -> {
                    recordProof(cookie, SignInMethod.PASSWORD);
                    return Result.ok(operator);
                }));
    }

    /// Records that the operator of a session has just proved their identity again. The calling code must have
    /// verified the proof and that it belongs to the session's operator.
    ///
    /// @param cookie the session's cookie; if it is invalid, nothing happens
    public void recordProof(@Nullable String cookie, SignInMethod method) {
        Ticket ticket = parse(cookie);
        if (ticket != null) {
            sessions.recordProof(ticket.realm, ticket.token, method);
        }
    }

    /// An operator whose session has timed out.
    public record FormerVisitor(long realm, UUID operator) {}

    /// The operator who sent a form after their session had timed out; null if unknown.
    ///
    /// @param partnerId the tenant; together with `environment`, it determines the realm that the form was sent to
    /// @param formToken the form's CSRF token, which proves that it came from a page of that session
    public @Nullable FormerVisitor formerVisitor(
            String partnerId, String environment, @Nullable String cookie, @Nullable String formToken) {
        Ticket ticket = parse(cookie);
        if (ticket == null || !isEqual(formToken, formToken(ticket.token))) {
            return null;
        }
        Result<Optional<FormerVisitor>> former = Credentials.answered(() -> {
            Realm realm = credentials.realm(ticket.realm);
            Sessions.Session session = realm == null
                            || !realm.partnerId().equals(partnerId)
                            || !realm.environment().wireName().equals(environment)
                    ? null
                    : sessions.findOver(ticket.realm, ticket.token);
            return Result.ok(
                    Optional.ofNullable(session).map(found -> new FormerVisitor(ticket.realm, found.operator())));
        });
        return former instanceof Result.Ok<Optional<FormerVisitor>>(var found) ? found.orElse(null) : null;
    }

    // An operator's sessions

    /// An operator's sessions that have not ended, newest first. The calling code must have checked permissions.
    public Result<List<Sessions.Session>> of(Realm realm, Operator operator) {
        return Credentials.answered(() -> Result.ok(sessions.of(realm.id(), operator)));
    }

    /// An operator's session that has not ended. Refuses: NotFound.
    public Result<Sessions.Session> of(Realm realm, Operator operator, UUID session) {
        return of(realm, operator)
                .then(all -> all.stream()
                        .filter(each -> each.id().equals(session))
                        .findFirst()
                        .<Result<Sessions.Session>>map(Result::ok)
                        .orElseGet(() -> Result.refused(new Refusal.NotFound("session", session.toString()))));
    }

    /// Ends an operator's session. The calling code must first have executed the command that checks permissions
    /// and is recorded in the journal. Refuses: NotFound.
    ///
    /// @param by the caller who ends the session
    public Result<Boolean> end(Caller by, Operator operator, UUID session, RemoteClient client) {
        return Credentials.answered(() -> {
            if (!sessions.end(by.realm().id(), operator.id(), session)) {
                return Result.refused(new Refusal.NotFound("session", session.toString()));
            }
            authenticator.log().add(SecurityEvent.SESSION_ENDED, by, client);
            return Result.ok(true);
        });
    }

    /// Deletes the sessions of an operator who has changed their password, and records the change in the
    /// security log. The new password has already made the sessions invalid.
    public void passwordChanged(Caller operator, RemoteClient client) {
        authenticator.log().add(SecurityEvent.PASSWORD_CHANGED, operator, client);
        sessions.endAll(operator.realm().id(), operator.actor().ref().id());
    }

    private @Nullable Realm realm(EnteredCredentials typed) {
        for (Environment environment : Environment.values()) {
            if (environment.wireName().equals(typed.environment) && !typed.partnerId.isBlank()) {
                return credentials.realm(typed.partnerId.strip(), environment);
            }
        }
        return null;
    }

    /// Authenticates a cookie. Refuses: Unauthenticated, Busy.
    ///
    /// @param cookie the cookie's value, or null
    public Result<Visitor> visitorIfAny(@Nullable String cookie, RemoteClient client) {
        Ticket ticket = parse(cookie);
        if (ticket == null) {
            return CredentialChecks.unauthenticated();
        }
        return Credentials.answered(() -> {
            Visitor visitor = visitor(ticket);
            if (visitor == null) {
                return CredentialChecks.unauthenticated();
            }
            client.listener().authenticated(visitor.caller());
            return Result.ok(visitor);
        });
    }

    /// Like [#visitorIfAny], but for pages that require an operator: an invalid cookie is logged in the
    /// security log. It does not count as a failure, since browsers keep sending the cookies of ended
    /// sessions.
    public Result<Visitor> visitor(@Nullable String cookie, RemoteClient client) {
        Result<Visitor> visitor = visitorIfAny(cookie, client);
        if (cookie != null
                && !cookie.isBlank()
                && visitor instanceof Result.Refused<Visitor>(Refusal.Unauthenticated _)) {
            Result<Optional<Realm>> named = Credentials.answered(
                    () -> Result.ok(Optional.ofNullable(parse(cookie)).map(ticket -> credentials.realm(ticket.realm))));
            Realm realm = named instanceof Result.Ok<Optional<Realm>>(var found) ? found.orElse(null) : null;
            authenticator.log().add(SecurityEvent.SESSION_REFUSED, realm, null, null, client);
        }
        return visitor;
    }

    private @Nullable Visitor visitor(Ticket ticket) {
        Realm realm = credentials.realm(ticket.realm);
        Sessions.Session session = realm == null ? null : sessions.find(ticket.realm, ticket.token);
        Operator operator = session == null ? null : credentials.operator(ticket.realm, session.operator());
        return realm == null
                        || session == null
                        || operator == null
                        || !operator.isLive()
                        || operator.generation() != session.generation()
                ? null
                : new Visitor(
                        new Caller(realm, operator.actor().withProofAt(session.provenAt())),
                        operator,
                        session,
                        formToken(ticket.token));
    }

    /// Whether `token` is the visitor's CSRF token. The comparison takes constant time.
    public static boolean isFormOf(Visitor visitor, @Nullable String token) {
        return isEqual(token, visitor.formToken());
    }

    private static boolean isEqual(@Nullable String token, String expected) {
        return token != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    /// Ends the session of a cookie.
    public void signOut(@Nullable String cookie, RemoteClient client) {
        Ticket ticket = parse(cookie);
        if (ticket != null) {
            Visitor visitor = visitor(ticket);
            sessions.end(ticket.realm, ticket.token);
            if (visitor != null) {
                authenticator.log().add(SecurityEvent.SIGNED_OUT, visitor.caller(), client);
            }
        }
    }

    /// Ends all sessions of a visitor's operator. Their tokens are ended by
    /// [dev.muster.model.OperatorCommand.SignOutOperator].
    public void signOutEverywhere(Visitor visitor, RemoteClient client) {
        authenticator.log().add(SecurityEvent.SIGNED_OUT_EVERYWHERE, visitor.caller(), client);
        sessions.endAll(visitor.caller().realm().id(), visitor.operator().id());
    }

    /// The content of a cookie: `<realm>.<token in Base64url>`.
    private record Ticket(long realm, byte[] token) {}

    private static String text(long realm, byte[] token) {
        return realm + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /// Parses a cookie; null if it is malformed.
    private static @Nullable Ticket parse(@Nullable String cookie) {
        int dot = cookie == null ? -1 : cookie.indexOf('.');
        if (cookie == null || dot < 1) {
            return null;
        }
        try {
            byte[] token = Base64.getUrlDecoder().decode(cookie.substring(dot + 1));
            return token.length == TOKEN_BYTES ? new Ticket(Long.parseLong(cookie.substring(0, dot)), token) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String formToken(byte[] token) {
        byte[] mac = new Hmac(token).of("form".getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac, FORM_BYTES));
    }
}
