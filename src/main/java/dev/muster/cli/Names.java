package dev.muster.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds the names of keys and operators where the server says only their ids, for people to read.
///
/// It asks the server at the first id that has no name, and for no other reason. What it may not ask, or does not find,
/// is shown by its id.
final class Names {
    private static final String PAGE = "500";
    private static final int MOST_PAGES = 4;

    private final Function<String, @Nullable String> lookup;

    private Names(Function<String, @Nullable String> lookup) {
        this.lookup = lookup;
    }

    /// Knows nobody.
    static Names none() {
        return new Names(_ -> null);
    }

    /// Who did something to a user, from the user's history.
    static Names ofHistory(Remote remote, String ref) {
        Map<String, String> known = new HashMap<>();
        Pages history = new Pages(remote, () -> Call.get("users", ref, "history"));
        return new Names(id -> {
            while (!known.containsKey(id) && history.hasNext()) {
                for (JsonNode entry : history.next()) {
                    JsonNode actor = entry.path("actor");
                    put(known, Reply.text(actor, "id"), Reply.text(actor, "name"));
                }
            }
            return known.get(id);
        });
    }

    /// A realm's keys and operators.
    static Names ofCredentials(Remote remote) {
        Map<String, String> known = new HashMap<>();
        Pages keys = new Pages(remote, () -> Call.get("keys"));
        Pages operators = new Pages(remote, () -> Call.get("operators"));
        return new Names(id -> {
            while (!known.containsKey(id) && keys.hasNext()) {
                keys.next().forEach(key -> put(known, Reply.text(key, "keyId"), Reply.text(key, "name")));
            }
            while (!known.containsKey(id) && operators.hasNext()) {
                operators
                        .next()
                        .forEach(operator ->
                                put(known, Reply.text(operator, "operatorId"), Reply.text(operator, "username")));
            }
            return known.get(id);
        });
    }

    private static void put(Map<String, String> known, String id, String name) {
        if (!id.isEmpty() && !name.isEmpty()) {
            known.putIfAbsent(id, name);
        }
    }

    /// Such as `apiKey billing`, `operator maria` or `root`; empty where nobody is told of.
    String actor(JsonNode actor) {
        String id = Reply.text(actor, "id");
        String name = Reply.text(actor, "name");
        if (name.isEmpty() && !id.isEmpty()) {
            name = lookup.apply(id);
        }
        return (Reply.text(actor, "kind") + " " + (name == null || name.isEmpty() ? id : name)).strip();
    }

    /// The first pages of a list; none after one that is refused.
    private static final class Pages {
        private final Remote remote;
        private final Supplier<Call> call;
        private @Nullable String cursor;
        private int read;
        private boolean ended;

        private Pages(Remote remote, Supplier<Call> call) {
            this.remote = remote;
            this.call = call;
        }

        private boolean hasNext() {
            return !ended && read < MOST_PAGES;
        }

        private JsonNode next() {
            read++;
            try {
                JsonNode page = remote.ask(call.get().query("limit", PAGE).query("after", cursor))
                        .json();
                String next = Reply.text(page.path("page"), "next");
                ended = next.isEmpty() || next.equals(cursor);
                cursor = next;
                return page.path("items");
            } catch (CommandException e) {
                // What was asked for is shown all the same, with ids.
                ended = true;
                return JsonMapper.shared().createArrayNode();
            }
        }
    }
}
