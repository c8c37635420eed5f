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

/// The parameters of a query or a form: names with their values, decoded and in order. A name may occur more than
/// once. No name and no value contains U+0000. Immutable.
public final class Form {

    /// More than any call has. Without a limit, a body of 1 MB would make 100,000 objects.
    static final int MOST_PARAMETERS = 200;

    /// In characters; longer than any name in use.
    static final int LONGEST_NAME = 1_024;

    public static final Form EMPTY = new Form(Map.of());

    private final Map<String, List<String>> values;

    private Form(Map<String, List<String>> values) {
        this.values = values;
    }

    /// All names, in the order of their first occurrence.
    public Set<String> names() {
        return values.keySet();
    }

    /// The first value of that name; empty when it has none, null when the name does not occur.
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// All values of that name, in order; empty when the name does not occur.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// The same form without some names.
    public Form without(Set<String> names) {
        Map<String, List<String>> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(names);
        return new Form(Collections.unmodifiableMap(rest));
    }

    /// As a body of type `application/x-www-form-urlencoded`.
    public byte[] encoded() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, all) -> all.forEach(value -> text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What [#encoded] made.
    public static Form decoded(byte[] bytes) {
        return UrlEncoded.body(bytes);
    }

    /// A form that is being read.
    static final class Draft {
        private final String what;
        private final Map<String, List<String>> values = LinkedHashMap.newLinkedHashMap(8);
        private int count;

        /// @param what it is read from, as the beginning of a sentence: `The query`
        Draft(String what) {
            this.what = what;
        }

        /// @throws HttpException with Malformed when there are too many, or the name is too long
        void add(String name, String value) {
            if (++count > MOST_PARAMETERS) {
                throw new HttpException(new Fault.Malformed(what + " has too many parameters."));
            }
            if (name.length() > LONGEST_NAME) {
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
