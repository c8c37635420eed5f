package dev.muster.security;

import dev.muster.directory.Credentials;
import dev.muster.directory.Sessions;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.sealing.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The sessions of operators in the console: signing in, the cookie, and signing out. Refuses with
/// `Unauthenticated` whatever is wrong with a cookie.
public final class ConsoleSessions {
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
    /// @param formToken that each of their forms has to carry, so that no other site can send one: it is
    ///     derived from the cookie, which no script can read
    public record Visitor(Caller caller, Operator operator, Instant begunAt, String formToken) {
        /// Without the token.
        @Override
        public String toString() {
            return "Visitor[" + operator.id() + "]";
        }
    }

    /// Somebody who has just signed in.
    ///
    /// @param cookie its value
    public record SignedIn(Realm realm, String cookie) {
        /// Without the cookie.
        @Override
        public String toString() {
            return "SignedIn[" + realm.id() + "]";
        }
    }

    /// What somebody typed to sign in.
    ///
    /// @param environment `test` or `production`, or whatever else was sent
    public record Typed(String partnerId, String environment, String username, String password) {
        /// Without the password, and without the name, which may be a password typed into the wrong field.
        @Override
        public String toString() {
            return "Typed";
        }
    }

    /// Why an address may not try to sign in at present; null when it may. Asked before the form is read.
    public @Nullable Refusal refusal(RemoteClient client) {
        return authenticator.passwords().signInLimited(client);
    }

    /// Signs an operator in, in a session of its own. A realm that does not exist is refused like a wrong
    /// password. Refuses as [OperatorPasswords#check].
    public Result<SignedIn> signIn(Typed typed, RemoteClient client) {
        return Credentials.answered(() -> {
            Realm realm = realm(typed);
            String text = realm == null ? typed.partnerId.strip() + "/" + typed.environment : Caller.text(realm);
            return authenticator
                    .passwords()
                    .check(realm, text, typed.username, typed.password, client)
                    .then(operator -> realm == null
                            ? Result.refused(new Refusal.Unauthenticated())
                            : Result.ok(begin(realm, operator)));
        });
    }

    private SignedIn begin(Realm realm, Operator operator) {
        AuthenticationListener.tell(new Caller(realm, operator.actor()));
        return new SignedIn(realm, text(realm.id(), sessions.begin(realm.id(), operator)));
    }

    private @Nullable Realm realm(Typed typed) {
        for (Environment environment : Environment.values()) {
            if (environment.word().equals(typed.environment) && !typed.partnerId.isBlank()) {
                return credentials.realm(typed.partnerId.strip(), environment);
            }
        }
        return null;
    }

    /// The operator as whom a cookie lets its browser act now.
    ///
    /// @param cookie its value, or null
    public Result<Visitor> visitor(@Nullable String cookie) {
        Ticket ticket = parse(cookie);
        if (ticket == null) {
            return Attempts.unauthenticated();
        }
        return Credentials.answered(() -> {
            Visitor visitor = visitor(ticket);
            if (visitor == null) {
                return Attempts.unauthenticated();
            }
            AuthenticationListener.tell(visitor.caller());
            return Result.ok(visitor);
        });
    }

    /// The same for a page that only an operator may see: a cookie that opens no session leaves a line in the
    /// security log. It counts as no failure of its address, since browsers send the cookies of sessions that have
    /// ended.
    public Result<Visitor> visitor(@Nullable String cookie, RemoteClient client) {
        Result<Visitor> visitor = visitor(cookie);
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
                        new Caller(realm, operator.actor()), operator, session.begunAt(), formToken(ticket.token));
    }

    /// Whether a form that carries `token` comes from a page of this visitor.
    public static boolean isFormOf(Visitor visitor, @Nullable String token) {
        return token != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8),
                        visitor.formToken().getBytes(StandardCharsets.UTF_8));
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

    /// Ends all sessions of a visitor's operator. Their tokens end by [dev.muster.model.Command.SignOutOperator].
    public void signOutEverywhere(Visitor visitor, RemoteClient client) {
        authenticator.log().add(SecurityEvent.SIGNED_OUT_EVERYWHERE, visitor.caller(), client);
        sessions.endAll(visitor.caller().realm().id(), visitor.operator().id());
    }

    /// The content of a cookie: `<realm>.<token in Base64url>`.
    private record Ticket(long realm, byte[] token) {}

    private static String text(long realm, byte[] token) {
        return realm + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /// Null for a cookie that is not in that form.
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
        byte[] whole = new Hmac(token).of("form".getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, FORM_BYTES));
    }
}
