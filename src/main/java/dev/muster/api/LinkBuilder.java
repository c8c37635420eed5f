package dev.muster.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Builds a path with a query.
public final class LinkBuilder {
    private final StringBuilder text;
    private char before = '?';

    public LinkBuilder(String path) {
        text = new StringBuilder(path);
    }

    /// Adds a parameter, unless its value is empty or null.
    public LinkBuilder with(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text.append(before)
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            before = '&';
        }
        return this;
    }

    /// Percent-encodes a string as one path segment.
    public static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
