package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.directory.Credentials;
import dev.muster.directory.Sessions;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
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

/// What operators see and change of themselves: the password and where they are signed in. Admins see where others
/// are signed in.
public record AccountPage(
        PasskeyPage passkeys,
        Credentials credentials,
        Authenticator authenticator,
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        CommandSender sender,
        Pages pages) {
    static final String PATH = "/account";

    /// What the page shows.
    ///
    /// @param hasPassword whether the operator signs in with a password
    public record Model(boolean hasPassword, List<SessionLine> sessions, PasskeyPage.Own passkeys) {}

    /// What the page of another operator's sessions shows.
    ///
    /// @param href of the operator, below which sessions are ended
    public record Others(String username, String href, List<SessionLine> sessions) {}

    /// A session in words.
    ///
    /// @param isCurrent whether it is the one that looks at the list
    public record SessionLine(
            UUID id, String browser, String address, String begun, String seen, String proven, boolean isCurrent) {}

    Reply show(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        return pages.page(
                visit,
                "account",
                "Your account",
                new Model(operator.hasPassword(), lines(visit, operator), passkeys.own(visit)));
    }

    /// The sessions of another operator.
    Reply others(PageVisit visit) {
        Operator operator = named(visit);
        String href = CredentialsPage.href(visit, operator);
        return pages.page(
                visit,
                "sessions",
                "Sessions of " + operator.username().text(),
                new Others(operator.username().text(), href, lines(visit, operator)));
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
                        Optional.ofNullable(credentials.operator(visit.realmId(), CredentialsPage.named(visit))))))
                .orElse(null);
        if (operator == null) {
            throw new RefusedException(new Refusal.NotFound("operator", username));
        }
        return operator;
    }

    // Ending sessions.

    /// Ends one of the operator's own sessions. The present one is signed out.
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
        return visit.done(CredentialsPage.path(operator) + "/sessions", Flash.SESSION_ENDED);
    }

    private void end(PageVisit visit, Operator operator, UUID session) {
        // Else the journal would tell of an end that was none.
        unlessRefused(consoleSessions.of(visit.realm(), operator, session));
        sender.carryOut(visit, new Command.EndSession(operator.username().key(), session));
        unlessRefused(
                consoleSessions.end(visit.visitor().caller(), operator, session, RemoteClients.of(visit.request())));
    }

    // The password.

    /// Sets another password, when the present one was typed, and ends what the operator is signed in to, except that
    /// they stay signed in here.
    Reply changePassword(PageVisit visit) {
        FormFields in = visit.fields();
        Visitor visitor = visit.visitor();
        String present = required(visit, in, "password", "Present password");
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
            in.fault("New password", "unchanged", "Must not be the present one.");
        }
        in.check();
        unlessRefused(authenticator
                .passwords()
                .confirm(visit.realm(), visitor.operator(), present, RemoteClients.of(visit.request())));
        String hash = unlessRefused(authenticator.passwords().hash(visit.realmId(), Objects.requireNonNull(sound)));
        Change change = sender.carryOut(visit, new Command.ChangeOwnPassword(hash));
        consoleSessions.passwordChanged(visitor.caller(), RemoteClients.of(visit.request()));
        SignedIn again = unlessRefused(consoleSessions.begin(
                visit.realm(), change.operator(), method(visitor), SignInPage.device(visit.request())));
        return signedIn(visit, again, "/account", Flash.PASSWORD_CHANGED);
    }

    /// How the new session of an operator who changed their password was proved: a passkey that began the present one
    /// need not be shown again.
    private static SignInMethod method(Visitor visitor) {
        return visitor.session().provenBy() == SignInMethod.PASSKEY ? SignInMethod.PASSKEY : SignInMethod.PASSWORD;
    }

    /// To a page that says what was done, in a new session.
    private Reply signedIn(PageVisit visit, SignedIn again, String path, Flash done) {
        Visitor visitor = unlessRefused(consoleSessions.visitor(again.cookie()));
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
