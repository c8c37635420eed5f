package dev.muster.console;

import dev.muster.api.StaticFiles;
import dev.muster.api.StaticFiles.StaticFile;
import dev.muster.console.html.Icon;
import java.util.Map;

/// The console's style sheets, scripts and icons.
final class ConsoleFiles {
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    private ConsoleFiles() {}

    static StaticFiles all() {
        return new StaticFiles(Map.of(
                "tabler.css", css(WEBJARS + "tabler__core/1.4.0/dist/css/tabler.min.css"),
                "console.css", css("/dev/muster/console/console.css"),
                "theme.js", script("/dev/muster/console/theme.js"),
                "console.js", script("/dev/muster/console/console.js"),
                "passkeys.js", script("/dev/muster/console/passkeys.js"),
                "htmx.js", script(WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js"),
                "uplot.js", script(WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js"),
                "uplot.css", css(WEBJARS + "uplot/1.6.30/dist/uPlot.min.css"),
                "icon.svg", StaticFile.of("image/svg+xml", "/dev/muster/console/icon.svg"),
                "icons.svg", new StaticFile("image/svg+xml", Icon.sprite())));
    }

    private static StaticFile css(String resource) {
        return StaticFile.of("text/css; charset=utf-8", resource);
    }

    private static StaticFile script(String resource) {
        return StaticFile.of("text/javascript; charset=utf-8", resource);
    }
}
