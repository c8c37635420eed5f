package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.directory.Sessions;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.security.Authenticator;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.SignedIn;
import dev.muster.security.ConsoleSessions.Visitor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An operator's own account: password, passkeys and sessions. Admins can also see the sessions of other operators.
public record AccountPage(
        PasskeyPage passkeys,
        Credentials credentials,
        Authenticator authenticator,
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        CommandSender sender,
        Pages pages) {
    static final String PATH = "/account";

    private static final ErrorMessage WRONG_PASSWORD =
            new ErrorMessage(401, "The current password is wrong.", "Type it again. Nothing was changed.", "password");

    /// The content of the page.
    ///
    /// @param hasPassword whether the operator signs in with a password
    /// @param provider the issuer of the identity provider that signs the operator in; null if there is none
    public record Model(
            boolean hasPassword,
            @Nullable String provider,
            List<SessionLine> sessions,
            PasskeyPage.OwnPasskeys passkeys) {}

    /// The content of the page of another operator's sessions.
    ///
    /// @param href the operator's path; the sessions are ended at paths below it
    public record OtherSessions(String username, String href, List<SessionLine> sessions) {}

    /// A session in the list, with all values formatted.
    ///
    /// @param isCurrent whether this is the operator's current session
    public record SessionLine(
            UUID id, String browser, String address, String begun, String seen, String proven, boolean isCurrent) {}

    Reply show(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        return pages.page(
                visit,
                "account",
                "Your account",
                new Model(operator.hasPassword(), provider(operator), lines(visit, operator), passkeys.own(visit)));
    }

    private static @Nullable String provider(Operator operator) {
        return operator.identity() == null ? null : operator.identity().issuer();
    }

    /// Shows the sessions of another operator.
    Reply others(PageVisit visit) {
        Operator operator = named(visit);
        String href = OperatorsPage.href(visit, operator);
        return pages.page(
                visit,
                "sessions",
                "Sessions of " + operator.username().text(),
                new OtherSessions(operator.username().text(), href, lines(visit, operator)));
    }

    private List<SessionLine> lines(PageVisit visit, Operator operator) {
        UUID current = visit.visitor().session().id();
        return unlessRefused(consoleSessions.of(visit.realm(), operator)).stream()
                .map(session -> line(session, session.id().equals(current)))
                .toList();
    }

    private static SessionLine line(Sessions.Session session, boolean isCurrent) {
        return new SessionLine(
                session.id(),
                session.browser(),
                session.address(),
                Labels.time(session.begunAt()),
                Labels.time(session.seenAt()),
                Labels.time(session.provenAt()) + ", by " + Labels.method(session.provenBy()),
                isCurrent);
    }

    private Operator named(PageVisit visit) {
        String username = visit.request().path("username");
        Operator operator = unlessRefused(Credentials.answered(() -> Result.ok(
                        Optional.ofNullable(credentials.operator(visit.realmId(), OperatorsPage.named(visit))))))
                .orElse(null);
        if (operator == null) {
            throw new RefusedException(new Refusal.NotFound("operator", username));
        }
        return operator;
    }

    // Ending sessions

    /// Ends one of the operator's own sessions, or signs out if it is the current one.
    Reply endOwn(PageVisit visit) {
        UUID id = visit.id("session");
        end(visit, visit.visitor().operator(), id);
        return id.equals(visit.visitor().session().id())
                ? sessionFilter.forget(
                        visit.request(), Pages.seeOther(visit.request().at(Console.BASE) + "/sign-in"))
                : visit.done("/account", Flash.SESSION_ENDED);
    }

    Reply endOthers(PageVisit visit) {
        Operator operator = named(visit);
        end(visit, operator, visit.id("session"));
        return visit.done(OperatorsPage.path(operator) + "/sessions", Flash.SESSION_ENDED);
    }

    private void end(PageVisit visit, Operator operator, UUID session) {
        // Checks that the session exists, because otherwise the journal would record the end of a session that
        // does not exist.
        unlessRefused(consoleSessions.of(visit.realm(), operator, session));
        sender.carryOut(
                visit, new OperatorCommand.EndSession(operator.username().key(), session));
        unlessRefused(
                consoleSessions.end(visit.visitor().caller(), operator, session, RemoteClients.of(visit.request())));
    }

    // The password

    /// Changes the operator's password if the current password is correct. Ends all of the operator's sessions and
    /// tokens, and starts a new session in this browser.
    Reply changePassword(PageVisit visit) {
        FormFields in = visit.fields();
        Visitor visitor = visit.visitor();
        String present = required(visit, in, "password", "Current password");
        String chosen = required(visit, in, "new-password", "New password");
        Validator rules = new Validator();
        NewPassword sound = chosen.isEmpty()
                ? null
                : authenticator
                        .passwords()
                        .read(
                                rules,
                                visit.realm(),
                                visitor.operator().username().text(),
                                chosen);
        rules.faults().forEach(each -> in.fault("New password", each.code(), each.message()));
        if (!chosen.isEmpty() && chosen.equals(present)) {
            in.fault("New password", "unchanged", "Must differ from the current password.");
        }
        in.check();
        Result<Operator> confirmed = authenticator
                .passwords()
                .confirm(visit.realm(), visitor.operator(), present, RemoteClients.of(visit.request()));
        if (confirmed instanceof Result.Refused<Operator>(Refusal.Unauthenticated _)) {
            return show(visit.with(WRONG_PASSWORD));
        }
        unlessRefused(confirmed);
        String hash = unlessRefused(authenticator.passwords().hash(visit.realmId(), Objects.requireNonNull(sound)));
        Change change = sender.carryOut(visit, new OperatorCommand.ChangeOwnPassword(hash));
        consoleSessions.passwordChanged(visitor.caller(), RemoteClients.of(visit.request()));
        SignedIn again = unlessRefused(consoleSessions.begin(
                visit.realm(), change.operator(), method(visitor), SignInPage.device(visit.request())));
        return signedIn(visit, again, "/account", Flash.PASSWORD_CHANGED);
    }

    /// Returns the sign-in method to record for the new session. If the current session was proven with a passkey,
    /// the operator need not use the passkey again.
    private static SignInMethod method(Visitor visitor) {
        return visitor.session().provenBy() == SignInMethod.PASSKEY ? SignInMethod.PASSKEY : SignInMethod.PASSWORD;
    }

    /// Sets the cookie of the new session, and redirects to a page that reports the change.
    private Reply signedIn(PageVisit visit, SignedIn again, String path, Flash done) {
        Visitor visitor =
                unlessRefused(consoleSessions.visitorIfAny(again.cookie(), RemoteClients.of(visit.request())));
        PageVisit next = new PageVisit(visit.request(), visitor, visit.section(), null, null);
        return sessionFilter.remember(visit.request(), next.done(path, done), again.cookie());
    }

    private static String required(PageVisit visit, FormFields in, String name, String label) {
        String text = visit.form().first(name);
        if (text == null || text.isEmpty()) {
            in.fault(label, "missing", "Is required.");
            return "";
        }
        return text;
    }
}
