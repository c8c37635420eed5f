package dev.muster.console;

import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.IsolatingOutput;
import dev.muster.console.html.Layout;
import dev.muster.http.Reply;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.time.InstantSource;
import java.util.Map;

/// Renders templates.
///
/// Pages load nothing from other hosts, and the content security policy allows only scripts from our own
/// files, so stored text cannot run as a script even if a template forgets to escape it.
final class Pages {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);
    private final String version;
    private final String home;
    private final InstantSource clock;

    /// @param version the version of the assets
    /// @param home the path of the console, as browsers request it
    /// @param clock provides the time at which a page is rendered
    Pages(String version, String home, InstantSource clock) {
        this.version = version;
        this.home = home;
        this.clock = clock;
    }

    private Layout frame(PageVisit visit, String title) {
        return new Layout(
                title,
                visit.section(),
                visit.base(),
                visit.realm().partnerId(),
                visit.realm().environment(),
                visit.visitor().operator().username().text(),
                visit.visitor().operator().role().wireName(),
                visit.actor(),
                visit.visitor().formToken(),
                visit.request().id(),
                version,
                home,
                Labels.time(clock.instant()),
                visit.error(),
                visit.done());
    }

    /// Renders a template inside the frame of every page. The content `page` is its only other parameter.
    Reply page(PageVisit visit, String template, String title, Object page) {
        ErrorMessage error = visit.error();
        return html(error == null ? 200 : error.status(), template, Map.of("frame", frame(visit, title), "page", page));
    }

    /// Renders the page that is shown if the requested page is refused.
    Reply trouble(PageVisit visit, ErrorMessage why) {
        return page(visit.with(why), "trouble", visit.section().title(), why);
    }

    /// Renders a template for people who are not signed in.
    Reply open(int status, String template, Object page) {
        return html(status, template, Map.of("assets", version, "home", home, "page", page));
    }

    private Reply html(int status, String template, Map<String, Object> parameters) {
        Utf8ByteOutput out = new Utf8ByteOutput();
        engine.render(template + ".jte", parameters, new IsolatingOutput(out));
        return guarded(Reply.of(status, "text/html; charset=utf-8", out.toByteArray()));
    }

    /// Returns the value of `Content-Disposition` for a download.
    ///
    /// @param name the file name, which must not contain quotation marks or line breaks
    static String attachment(String name) {
        return "attachment; filename=\"" + name + "\"";
    }

    /// Redirects to another page, which the browser requests with GET.
    static Reply seeOther(String path) {
        return guarded(Reply.of(303).with("Location", path));
    }

    /// Adds the security headers.
    static Reply guarded(Reply reply) {
        return reply.with("Content-Security-Policy", POLICY)
                .with("Referrer-Policy", "same-origin")
                // Prevents a page that opened this one from accessing it.
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin");
    }
}
