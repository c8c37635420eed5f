package dev.muster.console;

import dev.muster.api.RemoteClients;
import dev.muster.console.SessionFilter.Cookie;
import dev.muster.console.html.ErrorMessage;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Result;
import dev.muster.model.tenant.Environment;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.SignedIn;
import dev.muster.security.sso.SignInRefused;
import dev.muster.security.sso.SingleSignOn;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets operators sign in and out through their tenant's identity provider.
///
/// @param publicUrl the URL at which browsers reach the server; null to use the address of each request
public record SsoPage(
        SingleSignOn singleSignOn,
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        @Nullable URI publicUrl,
        Pages pages) {
    static final String START = Console.BASE + "/sso/start";
    static final String CALLBACK = Console.BASE + "/sso/callback";
    private static final String LEAVING = "leaving";

    /// The content of the page that sends the browser to the identity provider.
    ///
    /// @param to the provider's address
    /// @param host the provider's host, for display
    public record Redirect(String to, String host, boolean signingOut) {}

    /// Starts a sign-in with the provider of the tenant or e-mail address that was typed.
    Reply start(Request request) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        if (!sessionFilter.isFromOurselves(request)) {
            return sessionFilter.foreign(request);
        }
        Form form = request.form();
        String next = SignInPage.own(request, form.first("next"));
        SingleSignOn.SignInInput typed = new SingleSignOn.SignInInput(
                FormFields.orEmpty(form.first("partner")),
                FormFields.orEmpty(form.first("environment")),
                FormFields.orEmpty(form.first("username")),
                next,
                ConfirmPage.isResumption(next));
        try {
            SingleSignOn.StartedSignIn begun =
                    singleSignOn.begin(typed, here(request, CALLBACK), RemoteClients.of(request));
            return sessionFilter.remember(
                    request, leaving(begun.authorization(), false), Cookie.SIGN_IN, begun.cookie());
        } catch (SignInRefused e) {
            return refused(
                    new SignInPage.Model(typed.partnerId(), typed.environment(), typed.name(), typed.next(), error(e)),
                    e);
        }
    }

    /// Finishes a sign-in after the provider has sent the browser back.
    Reply finish(Request request) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        String cookie = sessionFilter.cookie(request, Cookie.SIGN_IN);
        try {
            SingleSignOn.CompletedSignIn finished =
                    singleSignOn.finish(cookie, parameters(request), RemoteClients.of(request));
            return switch (consoleSessions.beginFederated(
                    finished.realm(), finished.operator(), finished.provenAt(), SignInPage.device(request))) {
                case Result.Ok<SignedIn>(var who) -> {
                    // Ends the browser's previous session.
                    consoleSessions.signOut(sessionFilter.cookie(request), RemoteClients.of(request));
                    yield enter(request, finished, who);
                }
                case Result.Refused<SignedIn> _ -> sessionFilter.error(BUSY);
            };
        } catch (SignInRefused e) {
            SignInPage.Model model = new SignInPage.Model("", Environment.PRODUCTION.wireName(), "", "", error(e));
            return sessionFilter.forget(request, refused(model, e), Cookie.SIGN_IN);
        }
    }

    private static Map<String, List<String>> parameters(Request request) {
        Map<String, List<String>> all = new HashMap<>();
        request.queryNames().forEach(name -> all.put(name, request.queryValues(name)));
        return all;
    }

    private Reply enter(Request request, SingleSignOn.CompletedSignIn finished, SignedIn who) {
        String base = request.at(PageVisit.base(who.realm()));
        String next = finished.next();
        Reply reply = Pages.seeOther(next.startsWith(base + "/") ? next : base + "/overview");
        reply = sessionFilter.remember(request, reply, who.cookie());
        reply = sessionFilter.remember(request, reply, Cookie.SIGN_OUT, finished.signOut());
        return sessionFilter.forget(request, reply, Cookie.SIGN_IN);
    }

    /// Returns `reply` or, if the operator must also be signed out at the identity provider, a page that leads
    /// there.
    ///
    /// @param reply the reply that signs the operator out of Muster
    Reply signOut(Request request, Reply reply) {
        String cookie = sessionFilter.cookie(request, Cookie.SIGN_OUT);
        URI provider = cookie == null ? null : singleSignOn.signOut(cookie, here(request, Console.BASE + "/sign-in"));
        if (cookie == null) {
            return reply;
        }
        Reply leaving = provider == null ? reply : sessionFilter.forget(request, leaving(provider, true));
        return sessionFilter.forget(request, leaving, Cookie.SIGN_OUT);
    }

    /// Returns the page that leads to the identity provider. It is not a redirect, because browsers apply our
    /// `form-action` policy to redirects after a form.
    private Reply leaving(URI to, boolean signingOut) {
        return pages.open(200, LEAVING, new Redirect(to.toString(), to.getAuthority(), signingOut))
                .with("Refresh", "0; url=" + to);
    }

    /// Returns the absolute URL of a console path for the browser and the provider. It is below the public URL or,
    /// if none is configured, below the request's `Origin`, which [SessionFilter#isFromOurselves] has checked.
    /// Browsers send the console's cookies only to that host.
    private URI here(Request request, String path) {
        URI known = publicUrl;
        String origin = known == null ? request.header("Origin") : known.getScheme() + "://" + known.getRawAuthority();
        return URI.create(origin + request.at(path));
    }

    private Reply refused(SignInPage.Model model, SignInRefused e) {
        Reply reply = SignInPage.showAgain(pages, model);
        Duration after = e.retryAfter();
        return after == null ? reply : reply.with("Retry-After", Long.toString(Math.max(1, after.toSeconds())));
    }

    private static final ErrorMessage BUSY =
            new ErrorMessage(503, "The server cannot sign you in just now.", "Try again in a moment.");

    private static ErrorMessage error(SignInRefused refused) {
        return switch (refused.reason()) {
            case NO_PROVIDER ->
                new ErrorMessage(
                        422, "This tenant has no single sign-on.", "Check the tenant, or sign in with your password.");
            case WHICH_PROVIDER ->
                new ErrorMessage(
                        422,
                        "This tenant signs in at several identity providers.",
                        "Type your e-mail address at work as the username, so that yours is found.");
            case UNREACHABLE ->
                new ErrorMessage(
                        502,
                        "The identity provider does not answer.",
                        "Try again in a moment. If the problem persists, contact your admin: the server's log says what went wrong.");
            case NOT_BEGUN ->
                new ErrorMessage(
                        400,
                        "This sign-in is over.",
                        "It was begun more than ten minutes ago, in another browser, or used already. Sign in again.");
            case DENIED ->
                new ErrorMessage(
                        403,
                        "Your identity provider did not let you in.",
                        "Ask the administrator of your account there.");
            case UNPROVEN ->
                new ErrorMessage(
                        403,
                        "The identity provider's answer could not be verified.",
                        "Sign in again. If the problem persists, contact your admin: the server's log says what is wrong with it.");
            case NO_ROLE ->
                new ErrorMessage(
                        403,
                        "Your account has no role here.",
                        "Ask your admin for one at your identity provider, then sign in again.");
            case NO_NAME ->
                new ErrorMessage(
                        403,
                        "Your identity provider gives you no name that can be used here.",
                        "Ask your admin: the claim for usernames is missing, or has characters that are not allowed.");
            case NAME_TAKEN ->
                new ErrorMessage(
                        409,
                        "Another operator has your username.",
                        "Ask an admin to delete that operator, or to change your username at your identity provider.");
            case DISABLED -> new ErrorMessage(403, "You are disabled here.", "Ask another admin to enable you.");
            case TOO_MANY ->
                new ErrorMessage(
                        429, "Too many sign-ins from your address have failed.", "Wait a minute, then try again.");
            case BUSY -> BUSY;
        };
    }
}
