package dev.muster.api.rest.docs;

/// Writes HTML by hand: what is given as a text is escaped, what is given as a tag is not.
final class Html {
    private final StringBuilder html = new StringBuilder();

    /// Markup, as it stands.
    Html raw(String markup) {
        html.append(markup);
        return this;
    }

    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                default -> html.append(c);
            }
        }
        return this;
    }

    /// A text with code between backticks in it, and nothing else of Markdown.
    Html prose(String prose) {
        String[] parts = prose.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 0) {
                text(parts[i]);
            } else {
                code(parts[i]);
            }
        }
        return this;
    }

    Html code(String text) {
        return raw("<code>").text(text).raw("</code>");
    }

    Html link(String anchor, String text) {
        return raw("<a href=\"#").text(anchor).raw("\">").text(text).raw("</a>");
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
