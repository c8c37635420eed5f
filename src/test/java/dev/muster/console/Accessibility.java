package dev.muster.console;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Checks pages with axe-core. `AxeBuilder` loads half a megabyte of script for each check of a page, and also fetches
/// all passed rules; this class loads the script once per page and fetches only the violations.
public final class Accessibility {
    private static final String VIOLATIONS = """
            async ([parts, rules]) => {
                const where = parts.length ? {include: parts.map(each => [each])} : document;
                const options = {resultTypes: ["violations"]};
                const colours = ["color-contrast", "link-in-text-block"];
                if (rules === "COLOURS") {
                    options.runOnly = {type: "rule", values: colours};
                } else if (rules === "ALL_BUT_COLOURS") {
                    options.rules = Object.fromEntries(colours.map(id => [id, {enabled: false}]));
                }
                const found = await axe.run(where, options);
                if (!found.passes.length) throw new Error("axe-core has checked nothing");
                return found.violations.map(each => each.id + " "
                    + each.nodes.slice(0, 3).map(node => node.html + " " + node.failureSummary).join(", "));
            }""";

    /// Which of axe-core's rules are applied.
    public enum Rules {
        ALL,
        /// The rules about contrasts, the only ones that depend on the colour scheme.
        COLOURS,
        ALL_BUT_COLOURS
    }

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

    /// Returns the violations on a page, with up to three elements per rule.
    ///
    /// @param parts selectors of the parts to check; empty for the whole page
    public static List<String> violations(Page page, List<String> parts) {
        return violations(page, parts, Rules.ALL);
    }

    /// Like [#violations(Page, List)], according to some of the rules.
    public static List<String> violations(Page page, List<String> parts, Rules rules) {
        if (!Boolean.TRUE.equals(page.evaluate("'axe' in window"))) {
            page.evaluate(Source.AXE);
        }
        return ((List<?>) page.evaluate(VIOLATIONS, List.of(parts, rules.name())))
                .stream().map(Object::toString).toList();
    }
}
