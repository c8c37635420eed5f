package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.io.PrintStream;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
        long items = wanted();
        try (Client client = remote.forLists().client()) {
            JsonNode last = new Walk(remote, client, table, row).print(call, items, after);
            if (last != null && !remote.isJson()) {
                sayWhatIsLeft(remote, last);
                sayWhatDidNotFit(remote, table);
            }
            return 0;
        }
    }

    /// The same for each user that a command names: for one, a list; for those on the input, their lists one after the
    /// other, with the ref in every row, or in JSON one line for each user.
    ///
    /// @param ref of one user, or `-`
    /// @param columns of one user's list
    /// @return the exit code: 1 when any was refused
    int printOfUsers(
            Remote remote,
            String ref,
            Function<String, Call> call,
            List<Column> columns,
            BiConsumer<Table, JsonNode> row) {
        if (!Refs.isInput(ref)) {
            return print(remote, () -> call.apply(ref), new Table(columns), row);
        }
        if (after != null) {
            throw CommandException.usage("--after goes on with one list, and the input may name many users");
        }
        long items = wanted();
        List<String> refs = Refs.read(remote.shell().in());
        Table table = new Table(columns).withFirst(Column.exact("REF", "ref"));
        int refused = 0;
        try (Client client = remote.forLists().client()) {
            for (String each : refs) {
                Walk walk = new Walk(remote, client, table, row);
                Reply refusal = walk.printOf(each, () -> call.apply(each), items);
                if (refusal != null) {
                    refused++;
                    tell(remote, each, refusal);
                }
                if (remote.shell().out().checkError()) {
                    return 0;
                }
            }
        }
        sayWhatDidNotFit(remote, table);
        return refused == 0 ? 0 : Exit.REFUSED.code();
    }

    private static void tell(Remote remote, String ref, Reply refusal) {
        if (refusal.status() == 401) {
            // The same would be said of all.
            refusal.granted();
        }
        if (remote.isJson()) {
            ObjectNode line = JsonMapper.shared().createObjectNode();
            line.put("ref", ref).put("status", refusal.status());
            if (!refusal.body().isBlank()) {
                line.set("body", refusal.json());
            }
            remote.shell().out().println(line);
        } else {
            remote.shell().out().flush();
            remote.shell().err().println(Text.line(ref + ": " + refusal.refusal()));
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

    /// One walk over the pages of one list.
    private record Walk(Remote remote, Client client, Table table, BiConsumer<Table, JsonNode> row) {
        /// The last page's `page`; null when the output cannot be written any more.
        ///
        /// @throws CommandException when a page is refused
        private @Nullable JsonNode print(Supplier<Call> call, long items, @Nullable String after) {
            return print(page(call.get(), items, after).granted(), call, items, true);
        }

        /// One user's list, in JSON on one line with the ref. The refusal of its first page; null when there is none.
        private @Nullable Reply printOf(String ref, Supplier<Call> call, long items) {
            Reply first = page(call.get(), items, null);
            if (!first.isGranted()) {
                return first;
            }
            if (remote.isJson()) {
                ObjectNode line = JsonMapper.shared().createObjectNode().put("ref", ref);
                String beginning = line.put("status", first.status()).toString();
                remote.shell().out().print(beginning.substring(0, beginning.length() - 1) + ",\"body\":");
                print(first, call, items, false);
                remote.shell().out().println("}");
            } else {
                table.begin(ref);
                print(first, call, items, false);
            }
            return null;
        }

        private @Nullable JsonNode print(Reply begun, Supplier<Call> call, long items, boolean alone) {
            PrintStream out = remote.shell().out();
            long left = items;
            Reply reply = begun;
            boolean first = true;
            while (true) {
                JsonNode page = reply.json();
                left -= page.path("items").size();
                String cursor = Reply.text(page.path("page"), "next");
                boolean last = cursor.isEmpty() || left <= 0;
                if (!remote.isJson()) {
                    page.path("items").forEach(item -> row.accept(table, item));
                    table.print(remote.display());
                } else if (first && last && alone) {
                    out.println(reply.body().strip());
                } else {
                    printJson(out, page, first, last);
                    out.print(last && alone ? "\n" : "");
                }
                first = false;
                if (out.checkError()) {
                    // Nobody reads it, or there is no room: the exit code says so.
                    return null;
                }
                if (last) {
                    return page.path("page");
                }
                reply = page(call.get(), left, cursor).granted();
            }
        }

        private Reply page(Call call, long left, @Nullable String cursor) {
            call.query("limit", Long.toString(Math.min(left, PAGE_ITEMS))).query("after", cursor);
            return client.send(call);
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
                out.print("],\"page\":" + page.path("page") + "}");
            }
        }
    }

    private static void sayWhatIsLeft(Remote remote, JsonNode page) {
        StringJoiner words = new StringJoiner(" ").setEmptyValue("");
        if (page.hasNonNull("total")) {
            String atLeast = page.path("totalIsAtLeast").asBoolean(false) ? "At least " : "";
            words.add(atLeast + Reply.text(page, "total") + " in all.");
        }
        if (page.hasNonNull("next")) {
            words.add("More: --after " + Text.line(Reply.text(page, "next")));
        }
        if (words.length() > 0) {
            remote.shell().err().println(words);
        }
    }

    private static void sayWhatDidNotFit(Remote remote, Table table) {
        String leftOut = table.leftOut();
        if (!leftOut.isEmpty()) {
            remote.shell().err().println("Too narrow for " + leftOut + ": --wide shows them.");
        }
    }
}
