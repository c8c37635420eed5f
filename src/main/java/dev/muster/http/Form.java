package dev.muster.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parameters as they come in a query or in the body of a form: names with their values, decoded, in the order they
/// came in. A name may come more than once. No name and no value holds U+0000. Immutable.
public final class Form {

    /// More than any call here has; without a bound a body of a megabyte would make a hundred thousand objects.
    static final int MOST_PARAMETERS = 200;

    /// In characters. Longer than any name that means something here.
    static final int LONGEST_NAME = 1_024;

    public static final Form EMPTY = new Form(Map.of());

    private final Map<String, List<String>> values;

    private Form(Map<String, List<String>> values) {
        this.values = values;
    }

    /// All names, in the order they first came in.
    public Set<String> names() {
        return values.keySet();
    }

    /// The first value of that name; empty when it came without one, null when the name did not come.
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// All values of that name, in the order they came in; empty when the name did not come.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// A form while it is read.
    static final class Draft {
        private final String what;
        private final Map<String, List<String>> values = LinkedHashMap.newLinkedHashMap(8);
        private int count;

        /// @param what it is read from, as a sentence begins: `The query`
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
