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

/// Asks an operator to prove their identity again, and then continues with the form that required it. The form is kept
/// in [ResumableForms]; its input is never sent back to the browser.
///
/// This page checks passwords. The other sign-in methods have their own routes, which call
/// [ConsoleSessions#recordProof] and then [#onwards].
public record ConfirmPage(
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        ResumableForms resumableForms,
        PasskeyGate passkeyGate,
        Credentials credentials,
        Pages pages) {
    static final String PATH = "/confirm";
    private static final String RESUME = "/resume/";

    /// The parameter with the id of the pending form.
    static final String FIELD = "waiting";

    /// The content of the page.
    ///
    /// @param form the id of the pending form; empty if no form is pending
    /// @param minutes for how many minutes a proof of identity counts as recent
    /// @param hasPassword whether the operator can confirm with the password
    /// @param hasPasskey whether the operator can confirm with a passkey
    public record Model(String form, long minutes, boolean hasPassword, boolean hasPasskey) {}

    /// The content of the page that continues with a form.
    ///
    /// @param action the address to which the form is sent
    /// @param form the id of the pending form
    public record ResumedForm(String action, String form) {}

    /// Returns the path of this page.
    ///
    /// @param form the id of the pending form; null if no form is kept
    static String path(PageVisit visit, @Nullable String form) {
        return new LinkBuilder(visit.base() + PATH).with(FIELD, form).toString();
    }

    /// Returns the path of the page that continues with a kept form.
    static String resumePath(String base, String form) {
        return base + RESUME + form;
    }

    /// Whether this is the path of a page that continues with a kept form.
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
                Actor.PROOF_LIFETIME.toMinutes(),
                mayUsePassword(visit),
                passkeyGate.hasPasskey(visit));
        return pages.page(visit, "confirm", "Confirm that it is you", model);
    }

    /// Whether the operator can confirm with the password. Operators who must use a passkey, and have one, cannot.
    private boolean mayUsePassword(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        boolean mustUsePasskey = credentials.passkeyPolicy(visit.realmId()).concerns(operator);
        return operator.hasPassword() && !(mustUsePasskey && passkeyGate.hasPasskey(visit));
    }

    /// Checks the typed password, and then continues with the kept form.
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

    /// Redirects to the kept form or, if no form is kept, to the overview.
    Reply onwards(PageVisit visit, @Nullable String form) {
        return Pages.seeOther(
                form == null || !ResumableForms.isId(form)
                        ? visit.base() + "/overview"
                        : resumePath(visit.base(), form));
    }

    /// Signs the operator out, so that they can sign in again by any method and then continue with the form.
    Reply signInAgain(PageVisit visit) {
        consoleSessions.signOut(sessionFilter.cookie(visit.request()), RemoteClients.of(visit.request()));
        String form = visit.form().first(FIELD);
        String next = form == null || !ResumableForms.isId(form) ? "" : resumePath(visit.base(), form);
        String signIn = new LinkBuilder(visit.request().at(Console.BASE) + "/sign-in")
                .with("next", next)
                .toString();
        return sessionFilter.forget(visit.request(), Pages.seeOther(signIn));
    }

    /// Shows the page that sends a kept form of this operator again.
    Reply resume(PageVisit visit) {
        String id = visit.request().path("form");
        ResumableForms.ResumableForm waiting = resumableForms.find(visit, id);
        if (waiting == null) {
            throw new RefusedException(new Refusal.NotFound("form", ""));
        }
        return pages.page(
                visit, "resume", "Go on", new ResumedForm(visit.request().at(waiting.path()), id));
    }

    /// The error if the form is no longer kept.
    static final ErrorMessage GONE = new ErrorMessage(
            404, "This form has expired or belongs to another operator. Nothing was changed.", "Fill it in again.");
}
