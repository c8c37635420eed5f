package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Operator;
import dev.muster.security.ConsoleSessions;
import org.jspecify.annotations.Nullable;

/// Asks operators to prove again who they are, and goes on with the form that needed it. The form waits in
/// [WaitingForms]: no page shows what was typed into it.
///
/// Another way to prove oneself is a route of its own that calls [ConsoleSessions#prove] and then [#onwards].
public record ConfirmPage(
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        WaitingForms waitingForms,
        PasskeyGate passkeyGate,
        Credentials credentials,
        Pages pages) {
    static final String PATH = "/confirm";
    private static final String RESUME = "/resume/";

    /// What names the form that waits, in the address and in the page.
    static final String FIELD = "waiting";

    /// What the page shows.
    ///
    /// @param form the id of the form that waits; empty for none
    /// @param minutes how long a proof is good
    /// @param hasPassword whether the operator can confirm with the password
    /// @param hasPasskey whether the operator can confirm with a passkey
    public record Model(String form, long minutes, boolean hasPassword, boolean hasPasskey) {}

    /// What the page that goes on with a form shows.
    ///
    /// @param action where the form is sent
    /// @param form its id
    public record Resumed(String action, String form) {}

    /// Where an operator is sent whose form needs a recent proof.
    static String path(PageVisit visit, @Nullable String form) {
        return new LinkBuilder(visit.base() + PATH).with(FIELD, form).toString();
    }

    /// Where a form that waits is gone on with.
    static String resumePath(String base, String form) {
        return base + RESUME + form;
    }

    /// Whether a page of the console goes on with a form that waits.
    static boolean isResumption(String path) {
        return path.contains(RESUME);
    }

    Reply show(PageVisit visit) {
        String form = visit.request().query(FIELD);
        if (form == null && SessionFilter.isWrite(visit.request())) {
            form = visit.form().first(FIELD);
        }
        Model model = new Model(
                form == null ? "" : form,
                Actor.PROOF_LASTS.toMinutes(),
                mayUsePassword(visit),
                passkeyGate.hasPasskey(visit));
        return pages.page(visit, "confirm", "Confirm that it is you", model);
    }

    /// Operators who must use a passkey, and have one, cannot confirm with the password alone.
    private boolean mayUsePassword(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        boolean mustUsePasskey = credentials.passkeyPolicy(visit.realmId()).concerns(operator);
        return operator.hasPassword() && !(mustUsePasskey && passkeyGate.hasPasskey(visit));
    }

    /// Checks the password that was typed.
    Reply confirm(PageVisit visit) {
        if (!mayUsePassword(visit)) {
            throw new RefusedException(new Refusal.Unauthenticated());
        }
        String password = visit.form().first("password");
        unlessRefused(consoleSessions.confirm(
                visit.visitor(),
                sessionFilter.cookie(visit.request()),
                password == null ? "" : password,
                RemoteClients.of(visit.request())));
        return onwards(visit, visit.form().first(FIELD));
    }

    /// To the form that waits, or to the overview.
    Reply onwards(PageVisit visit, @Nullable String form) {
        return Pages.seeOther(
                form == null || !WaitingForms.isId(form) ? visit.base() + "/overview" : resumePath(visit.base(), form));
    }

    /// Signs the operator out, to sign in again by whatever they signed in with, and goes on with the form then.
    Reply signInAgain(PageVisit visit) {
        consoleSessions.signOut(sessionFilter.cookie(visit.request()), RemoteClients.of(visit.request()));
        String form = visit.form().first(FIELD);
        String next = form == null || !WaitingForms.isId(form) ? "" : resumePath(visit.base(), form);
        String signIn = new LinkBuilder(visit.request().at(Console.BASE) + "/sign-in")
                .with("next", next)
                .toString();
        return sessionFilter.forget(visit.request(), Pages.seeOther(signIn));
    }

    /// The page that sends a form again that waits for this operator.
    Reply resume(PageVisit visit) {
        String id = visit.request().path("form");
        WaitingForms.Waiting waiting = waitingForms.find(visit, id);
        if (waiting == null) {
            throw new RefusedException(new Refusal.NotFound("form", ""));
        }
        return pages.page(visit, "resume", "Go on", new Resumed(visit.request().at(waiting.path()), id));
    }

    /// Why there is no form to go on with.
    static final ErrorMessage GONE = new ErrorMessage(
            404, "The form is not kept any more, or somebody else sent it. Nothing was changed.", "Fill it in again.");
}
