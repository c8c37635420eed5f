package dev.muster.http;

import java.nio.charset.StandardCharsets;

/// Parses `name=value&name=value`, the syntax of queries and of bodies of type
/// `application/x-www-form-urlencoded`.
public final class UrlEncoded {

    static final String TYPE = "application/x-www-form-urlencoded";

    private UrlEncoded() {}

    /// Parses a query.
    ///
    /// @param raw the part of the address after the question mark
    /// @throws HttpException with Malformed, as [PercentCoding#decode] and [Form.Draft#add] do
    public static Form query(String raw) {
        return parse(raw, PercentCoding.QUERY, Form.MAX_PARAMETERS);
    }

    /// Parses a body. Accepts unescaped bytes that must be escaped in a query, as the URL Standard does:
    /// https://url.spec.whatwg.org/#urlencoded-parsing
    ///
    /// @throws HttpException as for a query
    static Form body(byte[] bytes, int mostParameters) {
        return parse(new String(bytes, StandardCharsets.ISO_8859_1), PercentCoding.FORM, mostParameters);
    }

    private static Form parse(String raw, PercentCoding coding, int mostParameters) {
        Form.Draft form = new Form.Draft(coding == PercentCoding.FORM ? "The body" : "The query", mostParameters);
        for (int from = 0; from <= raw.length(); ) {
            int to = raw.indexOf('&', from);
            if (to < 0) {
                to = raw.length();
            }
            if (to > from) {
                int equals = raw.indexOf('=', from);
                int nameEnd = equals < 0 || equals > to ? to : equals;
                form.add(coding.decode(raw, from, nameEnd), coding.decode(raw, Math.min(nameEnd + 1, to), to));
            }
            from = to + 1;
        }
        return form.build();
    }
}
