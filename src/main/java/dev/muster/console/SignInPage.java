package dev.muster.console;

import dev.muster.api.RemoteClients;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.tenant.Environment;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.Visitor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lets operators sign in with a password, and sign out.
public record SignInPage(
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        CommandSender sender,
        SsoPage sso,
        PasskeyPage passkeys,
        Pages pages,
        Labels labels) {
    static final String PAGE = "sign-in";

    /// The content of the page: the values typed before, except the password.
    ///
    /// @param next the page to go to afterwards; empty for the overview
    /// @param error the reason why the last attempt failed; null before the first attempt
    public record Model(
            String partner,
            String environment,
            String username,
            String next,
            @Nullable ErrorMessage error) {}

    /// Redirects to the overview or, without a session, to the sign-in page.
    Reply home(Request request) {
        Visitor visitor = sessionFilter.visitor(request);
        return Pages.seeOther(
                visitor == null
                        ? request.at(Console.BASE + "/sign-in")
                        : request.at(PageVisit.base(visitor.caller().realm()) + "/overview"));
    }

    /// Shows the form, or redirects an operator who is already signed in to the realm of the requested page.
    Reply show(Request request) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        String next = own(request, request.query("next"));
        Visitor visitor = sessionFilter.visitor(request);
        if (visitor != null) {
            String base = request.at(PageVisit.base(visitor.caller().realm()));
            if (next.isEmpty() || next.startsWith(base + "/")) {
                return Pages.seeOther(next.isEmpty() ? base + "/overview" : next);
            }
        }
        // The path of the requested page names the realm.
        String[] path = next.isEmpty()
                ? new String[0]
                : next.substring(request.at("").length()).split("[/?]", -1);
        String partner = path.length > 3 ? path[2] : FormFields.orEmpty(request.query("tenant"));
        String environment = path.length > 3
                ? path[3]
                : Objects.requireNonNullElse(request.query("environment"), Environment.PRODUCTION.wireName());
        return pages.open(200, PAGE, new Model(partner, environment, "", next, null));
    }

    /// Shows the form again, with the reason why the sign-in failed.
    static Reply showAgain(Pages pages, Model model) {
        ErrorMessage error = model.error();
        return pages.open(error == null ? 200 : error.status(), PAGE, model);
    }

    Reply signIn(Request request) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        if (!sessionFilter.isFromOurselves(request)) {
            return sessionFilter.foreign(request);
        }
        Refusal limited = consoleSessions.refusal(RemoteClients.of(request));
        if (limited != null) {
            return retryAfter(
                    limited,
                    pages.open(
                            429,
                            PAGE,
                            new Model("", Environment.PRODUCTION.wireName(), "", "", labels.error(limited))));
        }
        Form form = request.form();
        String partner = FormFields.orEmpty(form.first("partner"));
        String environment = FormFields.orEmpty(form.first("environment"));
        String username = FormFields.orEmpty(form.first("username"));
        String next = own(request, form.first("next"));
        Result<Reply> result = consoleSessions
                .checkPassword(
                        new ConsoleSessions.EnteredCredentials(
                                partner, environment, username, FormFields.orEmpty(form.first("password"))),
                        device(request))
                .then(given -> enter(request, given, next));
        return switch (result) {
            case Result.Ok<Reply>(var reply) -> reply;
            case Result.Refused<Reply>(var refusal) -> {
                ErrorMessage error = labels.error(refusal);
                Reply reply = pages.open(error.status(), PAGE, new Model(partner, environment, username, next, error));
                yield retryAfter(refusal, reply);
            }
        };
    }

    /// Signs in an operator who has given the password, or first asks for a passkey if they must use one.
    private Result<Reply> enter(Request request, ConsoleSessions.PasswordVerified given, String next) {
        return Credentials.answered(() -> {
            if (passkeys.isSecondStep(given.realm(), given.operator())) {
                return Result.ok(passkeys.askForSecondStep(request, given.realm(), given.operator(), next));
            }
            return consoleSessions
                    .begin(given.realm(), given.operator(), SignInMethod.PASSWORD, device(request))
                    .map(who -> {
                        // Ends the browser's previous session.
                        consoleSessions.signOut(sessionFilter.cookie(request), RemoteClients.of(request));
                        String base = request.at(PageVisit.base(who.realm()));
                        return sessionFilter.remember(
                                request,
                                Pages.seeOther(next.startsWith(base + "/") ? next : base + "/overview"),
                                who.cookie());
                    });
        });
    }

    private static Reply retryAfter(Refusal refusal, Reply reply) {
        return switch (refusal) {
            case Refusal.TooManyFailures(var after) -> reply.with("Retry-After", Long.toString(after.toSeconds()));
            case Refusal.Busy(var after) -> reply.with("Retry-After", Long.toString(after.toSeconds()));
            default -> reply;
        };
    }

    static ConsoleSessions.Device device(Request request) {
        return new ConsoleSessions.Device(RemoteClients.of(request), BrowserName.of(request.header("User-Agent")));
    }

    Reply signOut(PageVisit visit) {
        consoleSessions.signOut(sessionFilter.cookie(visit.request()), RemoteClients.of(visit.request()));
        return sso.signOut(visit.request(), sessionFilter.forget(visit.request(), toSignIn(visit)));
    }

    private static Reply toSignIn(PageVisit visit) {
        return Pages.seeOther(visit.request().at(Console.BASE + "/sign-in"));
    }

    /// Ends all of the operator's sessions and tokens with a command, so that the journal records it.
    Reply signOutEverywhere(PageVisit visit) {
        Command command = new OperatorCommand.SignOutOperator(
                visit.visitor().operator().username().key());
        return switch (sender.send(visit, command)) {
            case Result.Refused<Change>(var refusal) -> sessionFilter.error(labels.error(refusal));
            case Result.Ok<Change> _ -> {
                // The command has already invalidated the sessions. This call removes them and logs
                // that they ended.
                consoleSessions.signOutEverywhere(visit.visitor(), RemoteClients.of(visit.request()));
                yield sso.signOut(visit.request(), sessionFilter.forget(visit.request(), toSignIn(visit)));
            }
        };
    }

    /// Returns `next` if it is a path of the console; otherwise an empty string, so that a link cannot redirect to
    /// another site.
    static String own(Request request, @Nullable String next) {
        String home = request.at(Console.BASE);
        return next != null
                        && next.length() <= SessionFilter.MAX_NEXT_LENGTH
                        && !next.contains("..")
                        && !next.contains("//")
                        && next.startsWith(home + "/")
                        && !next.startsWith(home + "/sign-in")
                        && next.chars().allMatch(c -> c > ' ' && c <= '~' && c != '\\')
                ? next
                : "";
    }
}
