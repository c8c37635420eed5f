package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.console.html.ErrorMessage;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.validation.NewPassword;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.SignedIn;
import dev.muster.security.Invitations.ValidInvitation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The page behind the link of an invitation, where an operator chooses a password and is signed in. Because the link
/// is secret, the page sends only its origin as the referrer. Opening the page does not use up the link, because mail
/// scanners open links too.
public record InvitationPage(
        Authenticator authenticator,
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        WriteGateway gateway,
        Pages pages,
        Labels labels) {
    private static final ErrorMessage NOT_VALID = new ErrorMessage(
            404,
            "This invitation is no longer valid.",
            "It was used or replaced, or is more than three days old. Ask the person who invited you for a new one.");

    /// The content of the page.
    ///
    /// @param realm the realm, such as `acme, production`
    /// @param action the address to which the form is sent
    /// @param error the reason why the password was refused; null before the first attempt
    public record Model(
            String username,
            String realm,
            String action,
            @Nullable ErrorMessage error) {}

    Reply show(Request request) {
        return answered(request, () -> page(request, invited(request), null));
    }

    /// Sets the chosen password and signs the operator in.
    Reply accept(Request request) {
        if (!sessionFilter.isFromOurselves(request)) {
            return sessionFilter.foreign(request);
        }
        return answered(request, () -> {
            ValidInvitation invited = invited(request);
            try {
                return accepted(request, invited);
            } catch (RefusedException e) {
                return e.refusal() instanceof Refusal.NotFound
                        ? sessionFilter.error(NOT_VALID)
                        : page(request, invited, labels.error(e.refusal()));
            }
        });
    }

    private Reply accepted(Request request, ValidInvitation invited) {
        FormFields in = new FormFields(request.form()::first);
        String password = request.form().first("new-password");
        NewPassword sound = authenticator
                .passwords()
                .read(
                        in.checks(),
                        invited.realm(),
                        invited.operator().username().text(),
                        password);
        in.check();
        String hash =
                unlessRefused(authenticator.passwords().hash(invited.realm().id(), Objects.requireNonNull(sound)));
        Caller operator = new Caller(invited.realm(), invited.operator().actor());
        Change change = unlessRefused(gateway.write(
                request,
                operator,
                null,
                List.of(new OperatorCommand.AcceptInvitation(invited.token(), hash)),
                WriteHeaders.NONE));
        authenticator.invitations().accepted(invited, RemoteClients.of(request));
        // Ends the browser's previous session.
        consoleSessions.signOut(sessionFilter.cookie(request), RemoteClients.of(request));
        SignedIn signedIn = unlessRefused(consoleSessions.begin(
                invited.realm(), change.operator(), SignInMethod.PASSWORD, SignInPage.device(request)));
        String base = request.at(PageVisit.base(invited.realm()));
        return sessionFilter.remember(request, Pages.seeOther(base + "/overview"), signedIn.cookie());
    }

    private ValidInvitation invited(Request request) {
        return unlessRefused(authenticator.invitations().find(request.path("token"), RemoteClients.of(request)));
    }

    private interface Answer {
        Reply make();
    }

    /// Adds a policy that limits the referrer to the origin, because the path is secret. With `no-referrer`,
    /// browsers would also hide the form's origin, and the form would be refused as if it came from another site.
    private Reply answered(Request request, Answer answer) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        Reply reply;
        try {
            reply = answer.make();
        } catch (RefusedException e) {
            reply = sessionFilter.error(
                    e.refusal() instanceof Refusal.NotFound ? NOT_VALID : labels.error(e.refusal()));
        }
        return reply.withOnly("Referrer-Policy", "strict-origin");
    }

    private Reply page(Request request, ValidInvitation invited, @Nullable ErrorMessage error) {
        Model model = new Model(
                invited.operator().username().text(),
                invited.realm().partnerId() + ", "
                        + invited.realm().environment().wireName(),
                request.at(request.rawPath()),
                error);
        return pages.open(error == null ? 200 : error.status(), "invitation", model);
    }
}
