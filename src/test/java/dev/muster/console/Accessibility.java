package dev.muster.console;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The rules of axe-core. `AxeBuilder` loads its half a megabyte again for each check of a page, and fetches everything
/// that axe-core found in order; this loads it once a page and fetches only the violations.
public final class Accessibility {
    private static final String VIOLATIONS = """
            async parts => {
                const where = parts.length ? {include: parts.map(each => [each])} : document;
                const found = await axe.run(where, {resultTypes: ["violations"]});
                if (!found.passes.length) throw new Error("axe-core has checked nothing");
                return found.violations.map(each => each.id + " "
                    + each.nodes.slice(0, 3).map(node => node.html + " " + node.failureSummary).join(", "));
            }""";

    private Accessibility() {}

    private static final class Source {
        static final String AXE = read();

        private static String read() {
            try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
                return new String(script.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// The violations on a page, up to three elements for each rule.
    ///
    /// @param parts selectors of the parts to check; empty for the whole page
    public static List<String> violations(Page page, List<String> parts) {
        if (!Boolean.TRUE.equals(page.evaluate("'axe' in window"))) {
            page.evaluate(Source.AXE);
        }
        return ((List<?>) page.evaluate(VIOLATIONS, parts))
                .stream().map(Object::toString).toList();
    }
}
