package dev.muster.console;

import static java.util.Map.entry;

import dev.muster.api.StaticFiles;
import dev.muster.api.StaticFiles.StaticFile;
import java.util.Map;

/// The console's style sheets, scripts and icons.
final class ConsoleFiles {
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    private ConsoleFiles() {}

    static StaticFiles all() {
        return new StaticFiles(Map.ofEntries(
                // The rules of Tabler that the templates use: ConsoleStylesTest writes the file.
                entry("tabler.css", css("/dev/muster/console/tabler.css")),
                entry("console.css", css("/dev/muster/console/console.css")),
                entry("theme.js", script("/dev/muster/console/theme.js")),
                entry("console.js", script("/dev/muster/console/console.js")),
                entry("times.js", script("/dev/muster/console/times.js")),
                entry("passkeys.js", script("/dev/muster/console/passkeys.js")),
                entry("htmx.js", script(WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js")),
                entry("uplot.js", script(WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js")),
                entry("uplot.css", css(WEBJARS + "uplot/1.6.30/dist/uPlot.min.css")),
                entry("icon.svg", StaticFile.of("image/svg+xml", "/dev/muster/console/icon.svg"))));
    }

    private static StaticFile css(String resource) {
        return StaticFile.of("text/css; charset=utf-8", resource);
    }

    private static StaticFile script(String resource) {
        return StaticFile.of("text/javascript; charset=utf-8", resource);
    }
}
