package dev.muster.console;

import dev.muster.http.Reply;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes replies of templates.
///
/// Nothing that a page shows comes from another host, and nothing of it runs that is not in a file of ours: a text
/// that somebody stored cannot become a script, whatever a template forgets.
final class Pages {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
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

    /// What stands around a page of this visit.
    Layout frame(PageVisit visit, @Nullable NavSection section, String title) {
        return new Layout(
                title,
                section,
                visit.base(),
                visit.realm().partnerId() + ", " + visit.realm().environment().word(),
                visit.visitor().operator().username().text(),
                visit.visitor().operator().role().word(),
                visit.actor(),
                visit.visitor().formToken(),
                visit.request().id(),
                version,
                home);
    }

    /// A template with its one parameter, `page`.
    Reply page(int status, String template, Layout frame, Object page) {
        return html(status, template, Map.of("frame", frame, "page", page));
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
