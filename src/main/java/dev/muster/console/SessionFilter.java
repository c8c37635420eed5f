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

/// Authenticates operators by their session cookie, and checks the realm and the scope of each page. Writes
/// must come from our own pages: the browser's `Origin` is checked, and the form must contain the session's
/// CSRF token.
final class SessionFilter {
    /// Browsers accept a cookie with this prefix only over TLS and from the host itself (RFC 6265bis).
    private static final String SECURE = "__Host-muster";

    /// Like [#SECURE], but for a server that shares its host with others: a cookie with this prefix may be limited
    /// to a path. Browsers accept it only over TLS.
    private static final String SECURE_AT_PATH = "__Secure-muster";

    private static final ErrorMessage NOT_FOR_ROLE = new ErrorMessage(
            403, "Your role may not see this page.", "Ask an admin of this realm to give you another role.");

    private static final String PLAIN = "muster";
    private static final String TOKEN = "csrf";

    /// The maximum length of the address to return to after signing in. Instead of a longer one, the operator sees
    /// the overview.
    static final int MAX_NEXT_LENGTH = 2_000;

    private static final String TOKEN_HEADER = "X-CSRF-Token";

    private final ConsoleSessions consoleSessions;
    private final SecurityLog log;
    private final @Nullable URI publicUrl;
    private final Labels labels;
    private final Pages pages;
    private final ResumableForms resumableForms;
    private final PasskeyGate passkeyGate;

    SessionFilter(
            ConsoleSessions consoleSessions,
            SecurityLog log,
            @Nullable URI publicUrl,
            Labels labels,
            Pages pages,
            ResumableForms resumableForms,
            PasskeyGate passkeyGate) {
        this.passkeyGate = passkeyGate;
        this.resumableForms = resumableForms;
        this.consoleSessions = consoleSessions;
        this.log = log;
        this.publicUrl = publicUrl;
        this.labels = labels;
        this.pages = pages;
    }

    /// Makes a page for a signed-in operator.
    interface PageHandler {
        /// Returns the page.
        ///
        /// @throws RefusedException if it is refused
        Reply answer(PageVisit visit);
    }

    /// Returns the page if the operator may see it; otherwise a redirect to sign-in, a redirect to a step that the
    /// operator must complete first, or an error page.
    ///
    /// @param needs the scope that the operator needs; the directory checks it again
    /// @param section the section of the console that the page belongs to
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
                    yield error(
                            isWrite(request) ? labels.error(new Refusal.Forbidden(needs.wireName())) : NOT_FOR_ROLE);
                }
                Reply detour = passkeyGate.detour(visit);
                yield detour == null ? answer(visit, page) : detour;
            }
        };
    }

    /// Returns the page. If the request names a form that was kept during step-up, that form replaces the request's
    /// own.
    private Reply answer(PageVisit asked, PageHandler page) {
        PageVisit visit = asked;
        String waiting = isWrite(asked.request()) && asked.request().hasForm()
                ? asked.request().form().first(ResumableForms.FIELD)
                : null;
        if (waiting != null) {
            ResumableForms.ResumableForm form = resumableForms.take(asked, waiting);
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

    /// Asks the operator to prove their identity, and keeps the form until then.
    private Reply stepUp(PageVisit visit) {
        String id = resumableForms.keep(
                visit.request(), visit.realmId(), visit.visitor().operator().id(), visit.form());
        return Pages.seeOther(ConfirmPage.path(visit, id));
    }

    /// Returns the signed-in operator, in any realm; null if there is none.
    @Nullable
    Visitor visitor(Request request) {
        return consoleSessions.visitorIfAny(cookie(request), RemoteClients.of(request))
                        instanceof Result.Ok<Visitor>(var visitor)
                ? visitor
                : null;
    }

    Reply error(ErrorMessage error) {
        return pages.open(error.status(), "error", error);
    }

    private static boolean isOfRealm(Request request, PageVisit visit) {
        return request.path("partner").equals(visit.realm().partnerId())
                && request.path("environment")
                        .equals(visit.realm().environment().wireName());
    }

    static boolean isWrite(Request request) {
        return request.method() == dev.muster.http.Method.POST;
    }

    /// Whether a write comes from one of our pages, according to its `Origin` and CSRF token.
    private boolean isOurs(Request request, Visitor visitor) {
        return isFromOurselves(request) && ConsoleSessions.isFormOf(visitor, token(request));
    }

    /// Returns the CSRF token from the header or, if the header is absent, from the form.
    private static @Nullable String token(Request request) {
        String header = request.header(TOKEN_HEADER);
        return header == null && request.hasForm() ? request.form().first(TOKEN) : header;
    }

    /// Logs and refuses a form that another site sent and that belongs to no session.
    Reply foreign(Request request) {
        log.foreignForm(null, RemoteClients.of(request));
        return error(ErrorMessage.NOT_OURS);
    }

    /// Whether a write comes from our own origin. Browsers send `Origin` with each write; a write without it
    /// does not come from a supported browser.
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

    /// Redirects to the sign-in page, which leads back to the requested page.
    private Reply toSignIn(Request request) {
        String here = isWrite(request) ? resumption(request) : here(request);
        String path = request.at(Console.BASE) + "/sign-in?next="
                + URLEncoder.encode(here.length() > MAX_NEXT_LENGTH ? "" : here, StandardCharsets.UTF_8);
        // An htmx request for a part of a page must not be answered with the sign-in page.
        return request.header("HX-Request") == null
                ? Pages.seeOther(path)
                : Reply.of(401).with("HX-Redirect", path);
    }

    /// Keeps a form that was sent after the session timed out. Returns the path of the page that continues with it;
    /// empty if the operator is unknown or the form could not be kept.
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
                former == null ? null : resumableForms.keep(request, former.realm(), former.operator(), request.form());
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

    // Cookies

    /// Whether a cookie is safe from eavesdropping, because the connection uses TLS, terminated here or at a proxy,
    /// or is a loopback connection.
    boolean isPrivate(Request request) {
        return request.scheme().equals("https")
                || isPublic(request.header("Host"))
                || (request.client().isLoopbackAddress() && isLoopback(request.header("Host")));
    }

    /// Whether `host` is the host of the public URL, and the public URL uses https.
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

    /// Whether the browser uses https. The public URL counts too, because a proxy may terminate TLS without
    /// forwarding the requested host.
    private boolean isSecure(Request request) {
        URI known = publicUrl;
        return request.scheme().equals("https")
                || (known != null && known.getScheme().equals("https"));
    }

    /// The console's cookies, each with the suffix of its name.
    enum Cookie {
        /// The session.
        SESSION("", "Lax"),
        /// A sign-in through an identity provider that is in progress. The cookie is not `Strict`, because the
        /// provider redirects back from another site, and browsers do not send `Strict` cookies then.
        SIGN_IN("-sso", "Lax"),
        /// The data needed to sign out of the identity provider.
        SIGN_OUT("-sso-out", "Strict"),
        /// A passkey ceremony that is in progress.
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

    /// Sets the session cookie. It lasts until the browser closes or the operator signs out.
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
        // The session cookie is `Lax`, so that links from other sites work. Writes also need the CSRF token.
        String path = request.at("");
        return cookieName(request) + which.end + "=" + value + "; Path=" + (path.isEmpty() ? "/" : path)
                + (isSecure(request) ? "; Secure" : "") + "; HttpOnly; SameSite=" + which.sameSite;
    }

    /// Returns the prefix of the cookies' names. It is chosen so that other applications on the host do not receive
    /// the cookies, and another Muster server there cannot overwrite them.
    private String cookieName(Request request) {
        if (!isSecure(request)) {
            return PLAIN;
        }
        return request.at("").isEmpty() ? SECURE : SECURE_AT_PATH;
    }
}
