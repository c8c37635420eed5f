package dev.muster.cli;

import java.io.PrintStream;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// The options of commands that list, and the walk over a list's pages.
final class Listing {
    private static final int PAGE_ITEMS = 1_000;
    private static final int DEFAULT_ITEMS = 50;

    @Option(names = "--limit", paramLabel = "N", order = 90, description = "How many to print at most; default 50.")
    @Nullable
    String limit;

    @Option(names = "--after", paramLabel = "CURSOR", order = 91, description = "Go on where an earlier list ended.")
    @Nullable
    String after;

    @Option(names = "--all", order = 92, description = "Print all of them.")
    boolean all;

    /// Prints what is asked for, a page at a time: memory does not grow with the list.
    ///
    /// @param call makes the call again for each page, without limit and cursor
    /// @param row puts one item into the table
    int print(Remote remote, Supplier<Call> call, Table table, BiConsumer<Table, JsonNode> row) {
        long left = wanted();
        PrintStream out = remote.shell().out();
        String cursor = after;
        boolean first = true;
        try (Client client = remote.client()) {
            while (true) {
                Reply reply = page(client, call.get(), left, cursor);
                JsonNode page = reply.json();
                JsonNode items = page.path("items");
                left -= items.size();
                cursor = Reply.text(page.path("page"), "next");
                boolean last = cursor.isEmpty() || left <= 0;
                if (remote.json && first && last) {
                    out.println(reply.body().strip());
                } else if (remote.json) {
                    printJson(out, page, first, last);
                } else {
                    items.forEach(item -> row.accept(table, item));
                    table.print(out);
                }
                first = false;
                if (out.checkError()) {
                    // Nobody reads it, or there is no room: the exit code says so.
                    return 0;
                }
                if (last) {
                    sayWhatIsLeft(remote, page.path("page"), cursor);
                    return 0;
                }
            }
        }
    }

    private long wanted() {
        if (all) {
            if (limit != null) {
                throw CommandException.usage("--all and --limit exclude each other");
            }
            return Long.MAX_VALUE;
        }
        if (limit == null) {
            return DEFAULT_ITEMS;
        }
        if (!limit.matches("[1-9][0-9]{0,8}")) {
            throw CommandException.usage("--limit must be a number from 1, not " + limit);
        }
        return Integer.parseInt(limit);
    }

    private static Reply page(Client client, Call call, long left, @Nullable String cursor) {
        call.query("limit", Long.toString(Math.min(left, PAGE_ITEMS))).query("after", cursor);
        return client.send(call).granted();
    }

    /// Several pages as one document of a page's shape; `page` is the last one's.
    private static void printJson(PrintStream out, JsonNode page, boolean first, boolean last) {
        if (first) {
            out.print("{\"items\":[");
        }
        boolean comma = !first;
        for (JsonNode item : page.path("items")) {
            out.print(comma ? "," : "");
            out.print(item);
            comma = true;
        }
        if (last) {
            out.println("],\"page\":" + page.path("page") + "}");
        }
    }

    private static void sayWhatIsLeft(Remote remote, JsonNode page, String cursor) {
        if (remote.json) {
            return;
        }
        StringJoiner words = new StringJoiner(" ").setEmptyValue("");
        if (page.hasNonNull("total")) {
            String atLeast = page.path("totalIsAtLeast").asBoolean(false) ? "At least " : "";
            words.add(atLeast + Reply.text(page, "total") + " in all.");
        }
        if (!cursor.isEmpty()) {
            words.add("More: --after " + Text.line(cursor));
        }
        if (words.length() > 0) {
            remote.shell().err().println(words);
        }
    }
}
