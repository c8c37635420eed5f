package dev.muster.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a query or a form: names with their values, decoded and in order. A name may occur
/// more than once. No name and no value contains U+0000. Immutable.
public final class Form {

    /// The default limit on the number of parameters; routes for long forms raise it. Without a limit, a body of 1
    /// MB could create 100,000 objects.
    static final int MAX_PARAMETERS = 200;

    /// The maximum length of a name, in characters; no name in use is this long.
    static final int MAX_NAME_LENGTH = 1_024;

    public static final Form EMPTY = new Form(Map.of());

    private final Map<String, List<String>> values;

    private Form(Map<String, List<String>> values) {
        this.values = values;
    }

    /// All names, in the order of their first occurrence.
    public Set<String> names() {
        return values.keySet();
    }

    /// The first value of a name; empty if it has no value, null if the name is absent.
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// All values of a name, in order; empty if the name is absent.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// This form without the named parameters.
    public Form without(Set<String> names) {
        Map<String, List<String>> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(names);
        return new Form(Collections.unmodifiableMap(rest));
    }

    /// This form as a body of type `application/x-www-form-urlencoded`.
    public byte[] encoded() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, all) -> all.forEach(value -> text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Parses the result of [#encoded].
    public static Form decoded(byte[] bytes) {
        return UrlEncoded.body(bytes, Integer.MAX_VALUE);
    }

    /// Builds a form.
    static final class Draft {
        private final String what;
        private final int max;
        private final Map<String, List<String>> values = LinkedHashMap.newLinkedHashMap(8);
        private int count;

        /// @param what the source, as the subject of an error message: `The query`
        /// @param max how many parameters the form may have
        Draft(String what, int max) {
            this.what = what;
            this.max = max;
        }

        /// @throws HttpException with Malformed if there are too many parameters, or if the name is too long
        void add(String name, String value) {
            if (++count > max) {
                throw new HttpException(new Fault.Malformed(what + " has too many parameters."));
            }
            if (name.length() > MAX_NAME_LENGTH) {
                throw new HttpException(new Fault.Malformed(what + " has a parameter whose name is too long."));
            }
            values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }

        Form build() {
            values.replaceAll((_, all) -> List.copyOf(all));
            return new Form(Collections.unmodifiableMap(values));
        }
    }
}
