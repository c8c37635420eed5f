package dev.muster.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A path with a query in the making.
final class LinkBuilder {
    private final StringBuilder text;
    private char before = '?';

    LinkBuilder(String path) {
        text = new StringBuilder(path);
    }

    /// Adds a parameter, unless it is empty or null.
    LinkBuilder with(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text.append(before).append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            before = '&';
        }
        return this;
    }

    /// A text as one segment of a path.
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
