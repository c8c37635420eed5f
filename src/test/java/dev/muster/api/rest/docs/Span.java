package dev.muster.api.rest.docs;

import java.util.ArrayList;
import java.util.List;

/// A run of text on the page in one style.
///
/// @param kind the style
/// @param target the id of the element on the page that a link points to; empty if the span is not a link
public record Span(Kind kind, String text, String target) {
    public enum Kind {
        TEXT,
        CODE,
        LINK,
        /// Connecting words such as `or null` and `list of`.
        QUIET
    }

    static Span text(String text) {
        return new Span(Kind.TEXT, text, "");
    }

    static Span code(String text) {
        return new Span(Kind.CODE, text, "");
    }

    static Span quiet(String text) {
        return new Span(Kind.QUIET, text, "");
    }

    static Span link(String target, String text) {
        return new Span(Kind.LINK, text, target);
    }

    /// Parses prose from the document. Text between backticks is code; no other Markdown is supported.
    static List<Span> prose(String prose) {
        List<Span> spans = new ArrayList<>();
        String[] parts = prose.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].isEmpty()) {
                spans.add(i % 2 == 0 ? text(parts[i]) : code(parts[i]));
            }
        }
        return spans;
    }
}
