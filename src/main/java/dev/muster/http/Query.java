package dev.muster.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a query, all values of each, in the order they came in.
record Query(Map<String, List<String>> values) {

    static final Query NONE = new Query(Map.of());

    /// More than any call here has; without a bound a query of a few kilobytes would make thousands of objects.
    private static final int MOST_PARAMETERS = 200;

    /// @param raw what stands behind the question mark
    /// @throws Refused as [PercentCoding#decode] does, and for too many parameters
    static Query parse(String raw) {
        Map<String, List<String>> values = LinkedHashMap.newLinkedHashMap(8);
        int count = 0;
        for (int from = 0; from <= raw.length(); ) {
            int to = raw.indexOf('&', from);
            if (to < 0) {
                to = raw.length();
            }
            if (to > from) {
                if (++count > MOST_PARAMETERS) {
                    throw new Refused(new Fault.Malformed("The query has too many parameters."));
                }
                int equals = raw.indexOf('=', from);
                int nameEnd = equals < 0 || equals > to ? to : equals;
                String name = PercentCoding.decode(raw, from, nameEnd, true);
                String value = PercentCoding.decode(raw, Math.min(nameEnd + 1, to), to, true);
                values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
            }
            from = to + 1;
        }
        return new Query(values);
    }

    @Nullable
    String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    Set<String> names() {
        return values.keySet();
    }
}
