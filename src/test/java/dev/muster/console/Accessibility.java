package dev.muster.console;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Checks pages with axe-core. `AxeBuilder` loads half a megabyte of script for each check of a page, and also fetches
/// all passed rules; this class loads the script once per page and fetches only the violations.
public final class Accessibility {
    private static final String VIOLATIONS = """
            async ([parts, rules, fresh]) => {
                const where = fresh ? {include: window.fresh}
                    : parts.length ? {include: parts.map(each => [each])} : document;
                const options = {resultTypes: ["violations"]};
                const colours = ["color-contrast", "link-in-text-block"];
                if (rules === "COLOURS") {
                    options.runOnly = {type: "rule", values: colours};
                } else if (rules === "ALL_BUT_COLOURS") {
                    options.rules = Object.fromEntries(colours.map(id => [id, {enabled: false}]));
                }
                const found = await axe.run(where, options);
                if (!fresh && !found.passes.length) throw new Error("axe-core has checked nothing");
                return found.violations.map(each => each.id + " "
                    + each.nodes.slice(0, 3).map(node => node.html + " " + node.failureSummary).join(", "));
            }""";

    /// Finds the visible texts and fields whose look is new. A look is the classes and states of an element and its
    /// ancestors, which decide its colours. Returns a hash of each new look.
    private static final String FIND_FRESH = """
            ([parts, seen]) => {
                const known = new Set(seen);
                const added = [];
                window.fresh = [];
                const states = ["class", "style", "type", "role", "disabled", "aria-current", "aria-pressed",
                    "aria-invalid", "aria-disabled"];
                for (const part of parts.length ? parts : ["body"]) {
                    for (const each of document.querySelectorAll(`${part} *`)) {
                        const shown = each.matches("input, select, textarea")
                            || [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim());
                        if (!shown || !each.checkVisibility()) continue;
                        let hash = 0;
                        for (let at = each; at !== document.documentElement; at = at.parentElement) {
                            for (const letter of at.localName + states.map(name => at.getAttribute(name)).join()) {
                                hash = (hash * 31 + letter.codePointAt(0)) % 9007199254 * 65521 % 9007199253;
                            }
                        }
                        const look = hash.toString(36);
                        if (!known.has(look)) {
                            known.add(look);
                            added.push(look);
                            window.fresh.push(each);
                        }
                    }
                }
                return added;
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
        return violations(page, parts, rules, false);
    }

    /// Like [#violations(Page, List, Rules)], but applies the rules about colours only to elements whose look is not in
    /// `seen`. These rules take most of axe-core's time, and pages have most looks in common.
    ///
    /// @param seen the looks seen so far in this colour scheme; the new ones are added
    static List<String> violations(Page page, List<String> parts, Rules rules, Set<Object> seen) {
        List<String> found = new ArrayList<>();
        if (rules != Rules.COLOURS) {
            found.addAll(violations(page, parts, Rules.ALL_BUT_COLOURS, false));
        }
        if (rules != Rules.ALL_BUT_COLOURS) {
            List<?> fresh = (List<?>) page.evaluate(FIND_FRESH, List.of(parts, List.copyOf(seen)));
            if (!fresh.isEmpty()) {
                seen.addAll(fresh);
                found.addAll(violations(page, parts, Rules.COLOURS, true));
            }
        }
        return found;
    }

    private static List<String> violations(Page page, List<String> parts, Rules rules, boolean fresh) {
        if (!Boolean.TRUE.equals(page.evaluate("'axe' in window"))) {
            page.evaluate(Source.AXE);
        }
        return ((List<?>) page.evaluate(VIOLATIONS, List.of(parts, rules.name(), fresh)))
                .stream().map(Object::toString).toList();
    }
}
