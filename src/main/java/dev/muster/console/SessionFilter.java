package dev.muster.console;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.NavSection;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.Visitor;
import dev.muster.security.RemoteClient;
import dev.muster.security.SecurityLog;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Lets operators in: those whose cookie says who they are, to the realm in which they are signed in, to what they
/// may do. What is written has to come from one of our own pages: the browser says so (`Origin`), and the form
/// carries the visitor's own token.
final class SessionFilter {
    /// A name that begins like this is taken by browsers only over TLS and from the host itself (RFC 6265bis).
    private static final String SECURE = "__Host-muster";

    /// As [#SECURE], for a server that has its host not for itself: such a cookie may be of one path. Taken
    /// over TLS alone.
    private static final String SECURE_BELOW = "__Secure-muster";

    private static final String PLAIN = "muster";
    private static final String TOKEN = "csrf";

    /// After signing in, longer addresses are replaced by the overview.
    static final int LONGEST_NEXT = 2_000;

    private static final String TOKEN_HEADER = "X-CSRF-Token";

    private final ConsoleSessions consoleSessions;
    private final SecurityLog log;
    private final @Nullable URI publicUrl;
    private final Labels labels;
    private final Pages pages;
    private final WaitingForms waitingForms;
    private final PasskeyGate passkeyGate;

    SessionFilter(
            ConsoleSessions consoleSessions,
            SecurityLog log,
            @Nullable URI publicUrl,
            Labels labels,
            Pages pages,
            WaitingForms waitingForms,
            PasskeyGate passkeyGate) {
        this.passkeyGate = passkeyGate;
        this.waitingForms = waitingForms;
        this.consoleSessions = consoleSessions;
        this.log = log;
        this.publicUrl = publicUrl;
        this.labels = labels;
        this.pages = pages;
    }

    /// Makes a page for somebody who is signed in.
    interface PageHandler {
        /// The page.
        ///
        /// @throws RefusedException when there is none to show
        Reply answer(PageVisit visit);
    }

    /// The visitor's page, or why there is none.
    ///
    /// @param needs what the operator must be allowed to; the directory asks again
    /// @param section the part of the console that the page is in
    Reply enter(Request request, Scope needs, NavSection section, PageHandler page) {
        RemoteClient client = RemoteClients.of(request);
        Result<Visitor> visitor = consoleSessions.visitor(cookie(request), client);
        return switch (visitor) {
            case Result.Refused<Visitor>(Refusal.Unauthenticated _) -> toSignIn(request);
            case Result.Refused<Visitor>(var refusal) -> error(labels.error(refusal));
            case Result.Ok<Visitor>(var who) -> {
                request.markAuthenticated();
                PageVisit visit = new PageVisit(request, who, section, null, null);
                if (!isOfRealm(request, visit)) {
                    yield toSignIn(request);
                }
                if (isWrite(request) && !isOurs(request, who)) {
                    log.foreignForm(who.caller(), client);
                    yield error(ErrorMessage.NOT_OURS);
                }
                if (!visit.actor().may(needs)) {
                    log.forbidden(who.caller(), client);
                    yield error(labels.error(new Refusal.Forbidden(needs.word())));
                }
                Reply detour = passkeyGate.detour(visit);
                yield detour == null ? answer(visit, page) : detour;
            }
        };
    }

    /// The page, of the form that is gone on with where the request names one.
    private Reply answer(PageVisit asked, PageHandler page) {
        PageVisit visit = asked;
        String waiting = isWrite(asked.request()) && asked.request().hasForm()
                ? asked.request().form().first(WaitingForms.FIELD)
                : null;
        if (waiting != null) {
            WaitingForms.Waiting form = waitingForms.take(asked, waiting);
            if (form == null || !form.path().equals(asked.request().rawPath())) {
                return pages.trouble(asked, ConfirmPage.GONE);
            }
            visit = asked.resuming(form.form());
        }
        try {
            return page.answer(visit);
        } catch (RefusedException e) {
            return e.refusal() instanceof Refusal.StepUpRequired
                    ? stepUp(visit)
                    : pages.trouble(visit, labels.error(e.refusal()));
        }
    }

    /// Asks the operator for a proof, and keeps the form until then.
    private Reply stepUp(PageVisit visit) {
        String id = waitingForms.keep(
                visit.request(), visit.realmId(), visit.visitor().operator().id(), visit.form());
        return Pages.seeOther(ConfirmPage.path(visit, id));
    }

    /// The operator who is signed in, in whatever realm; null for nobody.
    @Nullable
    Visitor visitor(Request request) {
        return consoleSessions.visitor(cookie(request)) instanceof Result.Ok<Visitor>(var visitor) ? visitor : null;
    }

    Reply error(ErrorMessage error) {
        return pages.open(error.status(), "error", error);
    }

    private static boolean isOfRealm(Request request, PageVisit visit) {
        return request.path("partner").equals(visit.realm().partnerId())
                && request.path("environment")
                        .equals(visit.realm().environment().word());
    }

    static boolean isWrite(Request request) {
        return request.method() == dev.muster.http.Method.POST;
    }

    /// Whether a write comes from a page of ours, as the browser says and the form shows.
    private boolean isOurs(Request request, Visitor visitor) {
        return isFromOurselves(request) && ConsoleSessions.isFormOf(visitor, token(request));
    }

    /// The token that pages of the console send with each form.
    private static @Nullable String token(Request request) {
        String header = request.header(TOKEN_HEADER);
        return header == null && request.hasForm() ? request.form().first(TOKEN) : header;
    }

    /// Refuses a form of another site that came without an operator's cookie.
    Reply foreign(Request request) {
        log.foreignForm(null, RemoteClients.of(request));
        return error(ErrorMessage.NOT_OURS);
    }

    /// Browsers say with each write from which origin it comes. One that comes from nowhere comes from no browser
    /// that is meant here.
    boolean isFromOurselves(Request request) {
        String origin = request.header("Origin");
        String host = request.header("Host");
        if (origin == null || host == null) {
            return false;
        }
        URI known = publicUrl;
        boolean here = origin.equals(request.scheme() + "://" + host);
        return here || (known != null && origin.equals(known.getScheme() + "://" + known.getRawAuthority()));
    }

    /// To the sign-in for the realm that the path names, and from there back to where they wanted to go.
    private Reply toSignIn(Request request) {
        String here = isWrite(request) ? resumption(request) : here(request);
        String path = request.at(Console.BASE) + "/sign-in?next="
                + URLEncoder.encode(here.length() > LONGEST_NEXT ? "" : here, StandardCharsets.UTF_8);
        // A part of a page that htmx asked for is not to become the sign-in.
        return request.header("HX-Request") == null
                ? Pages.seeOther(path)
                : Reply.of(401).with("HX-Redirect", path);
    }

    /// Where a form is gone on with that came too late, after its operator has signed in again; empty where it is not
    /// known who sent it.
    private String resumption(Request request) {
        String cookie = cookie(request);
        if (cookie == null || !isFromOurselves(request) || !request.hasForm()) {
            return "";
        }
        String partner = request.path("partner");
        String environment = request.path("environment");
        ConsoleSessions.FormerVisitor former =
                consoleSessions.formerVisitor(partner, environment, cookie, token(request));
        String id =
                former == null ? null : waitingForms.keep(request, former.realm(), former.operator(), request.form());
        return id == null
                ? ""
                : ConfirmPage.resumePath(request.at(Console.BASE) + "/" + partner + "/" + environment, id);
    }

    private static String here(Request request) {
        LinkBuilder here = new LinkBuilder(request.at(request.rawPath()));
        for (String name : request.queryNames()) {
            request.queryValues(name).forEach(value -> here.with(name, value));
        }
        return here.toString();
    }

    // The cookie.

    /// Whether the browser can be given a cookie that nobody on the way reads: over TLS, here or at a proxy in
    /// front, or without leaving the machine.
    boolean isPrivate(Request request) {
        return request.scheme().equals("https")
                || isPublic(request.header("Host"))
                || (request.client().isLoopbackAddress() && isLoopback(request.header("Host")));
    }

    /// Whether that is the host of the public address, which is https.
    private boolean isPublic(@Nullable String host) {
        URI known = publicUrl;
        if (known == null || host == null || !known.getScheme().equals("https")) {
            return false;
        }
        String authority = known.getPort() < 0 ? known.getRawAuthority() + ":443" : known.getRawAuthority();
        return authority.equalsIgnoreCase(host) || authority.equalsIgnoreCase(host + ":443");
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && host.matches("(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?");
    }

    /// Whether the browser sees https: a proxy in front may have the certificate, and may not pass on which host it was
    /// asked for.
    private boolean isSecure(Request request) {
        URI known = publicUrl;
        return request.scheme().equals("https")
                || (known != null && known.getScheme().equals("https"));
    }

    /// A cookie of the console's, by what its name ends in.
    enum Cookie {
        /// That of a session.
        SESSION("", "Lax"),
        /// What a sign-in through an identity provider needs until the provider sends the browser back. That is a
        /// navigation from another site, for which browsers send no strict cookies.
        SIGN_IN("-sso", "Lax"),
        /// What signing out of the identity provider needs.
        SIGN_OUT("-sso-out", "Strict"),
        /// What a ceremony with a passkey needs until the device has answered.
        PASSKEY("-passkey", "Strict");

        private final String end;
        private final String sameSite;

        Cookie(String end, String sameSite) {
            this.end = end;
            this.sameSite = sameSite;
        }
    }

    @Nullable
    String cookie(Request request) {
        return cookie(request, Cookie.SESSION);
    }

    @Nullable
    String cookie(Request request, Cookie which) {
        String header = request.header("Cookie");
        String name = cookieName(request) + which.end;
        if (header != null) {
            for (String pair : header.split(";", -1)) {
                String cookie = pair.strip();
                if (cookie.startsWith(name + "=")) {
                    return cookie.substring(name.length() + 1);
                }
            }
        }
        return null;
    }

    /// The header that gives the browser its cookie, until it is closed or signs out.
    Reply remember(Request request, Reply reply, String value) {
        return remember(request, reply, Cookie.SESSION, value);
    }

    Reply remember(Request request, Reply reply, Cookie which, String value) {
        return reply.with("Set-Cookie", set(request, which, value));
    }

    Reply forget(Request request, Reply reply) {
        return forget(request, reply, Cookie.SESSION);
    }

    Reply forget(Request request, Reply reply, Cookie which) {
        return reply.with("Set-Cookie", set(request, which, "") + "; Max-Age=0");
    }

    private String set(Request request, Cookie which, String value) {
        // Lax, so that a link in a chat opens; what is written needs more than the cookie.
        String path = request.at("");
        return cookieName(request) + which.end + "=" + value + "; Path=" + (path.isEmpty() ? "/" : path)
                + (isSecure(request) ? "; Secure" : "") + "; HttpOnly; SameSite=" + which.sameSite;
    }

    /// What else is on the host does not get the cookie, nor does another Muster there overwrite it.
    private String cookieName(Request request) {
        if (!isSecure(request)) {
            return PLAIN;
        }
        return request.at("").isEmpty() ? SECURE : SECURE_BELOW;
    }
}
