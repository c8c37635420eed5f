package dev.muster.console;

import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.IsolatingOutput;
import dev.muster.console.html.Layout;
import dev.muster.http.Reply;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.util.Map;

/// Makes replies of templates.
///
/// Nothing that a page shows comes from another host, and nothing of it runs that is not in a file of ours: a text
/// that somebody stored cannot become a script, whatever a template forgets.
final class Pages {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);
    private final String version;
    private final String home;

    /// @param version of the assets
    /// @param home the path of the console, as a browser asks for it
    Pages(String version, String home) {
        this.version = version;
        this.home = home;
    }

    private Layout frame(PageVisit visit, String title) {
        return new Layout(
                title,
                visit.section(),
                visit.base(),
                visit.realm().partnerId(),
                visit.realm().environment(),
                visit.visitor().operator().username().text(),
                visit.visitor().operator().role().word(),
                visit.actor(),
                visit.visitor().formToken(),
                visit.request().id(),
                version,
                home,
                visit.error(),
                visit.done());
    }

    /// A template with its one parameter, `page`, in the frame of this visit.
    Reply page(PageVisit visit, String template, String title, Object page) {
        ErrorMessage error = visit.error();
        return html(error == null ? 200 : error.status(), template, Map.of("frame", frame(visit, title), "page", page));
    }

    /// The page that says why there is no other.
    Reply trouble(PageVisit visit, ErrorMessage why) {
        return page(visit.with(why), "trouble", visit.section().title(), why);
    }

    /// A template for somebody who is not signed in.
    Reply open(int status, String template, Object page) {
        return html(status, template, Map.of("assets", version, "home", home, "page", page));
    }

    private Reply html(int status, String template, Map<String, Object> parameters) {
        Utf8ByteOutput out = new Utf8ByteOutput();
        engine.render(template + ".jte", parameters, new IsolatingOutput(out));
        return guarded(Reply.of(status, "text/html; charset=utf-8", out.toByteArray()));
    }

    /// To another page, which is asked for with GET.
    static Reply seeOther(String path) {
        return guarded(Reply.of(303).with("Location", path));
    }

    /// With what tells a browser to run nothing.
    static Reply guarded(Reply reply) {
        return reply.with("Content-Security-Policy", POLICY)
                .with("Referrer-Policy", "same-origin")
                // A page that opened this one learns nothing of it.
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin");
    }
}
