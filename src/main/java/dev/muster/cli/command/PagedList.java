package dev.muster.cli.command;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.io.PrintStream;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints a list page by page, in bounded memory.
final class PagedList {
    private static final int PAGE_ITEMS = 1_000;
    private static final int DEFAULT_ITEMS = 50;

    private static final Input LIMIT = Input.option("--limit", "N", "How many to print at most; default 50.")
            .read(Input.Syntax.number("[1-9][0-9]{0,8}", "a number from 1"));
    private static final Input AFTER = Input.option("--after", "CURSOR", "Continue from the end of an earlier list.");
    private static final Input ALL = Input.flag("--all", "Print the whole list.");

    /// The options of list commands.
    static final List<Input> INPUTS = List.of(LIMIT, AFTER, ALL);

    private final Invocation in;
    private final List<Column> columns;
    private final PrintStream out;

    PagedList(Invocation in, List<Column> columns) {
        this.in = in.allowCsv();
        this.columns = columns;
        out = in.shell().out();
    }

    /// Prints a list, or the lists of all users on the input. The lists of several users have the ref in every row
    /// or, as JSON, are printed on one line per user.
    ///
    /// @param ref the list's user; `-` for users on the input; null if the list is not about a user
    /// @param request a function that creates the request for a page, without limit and cursor
    /// @return the exit code, which is 1 if any list was refused
    int print(@Nullable String ref, Function<@Nullable String, ApiRequest> request) {
        if (ref != null && TargetUsers.isInput(ref)) {
            return printAll(request);
        }
        long items = wanted();
        Table table = new Table(columns);
        try (ApiClient client = in.client()) {
            Pages pages = new Pages(client, table, () -> request.apply(ref));
            ApiReply first = pages.fetch(items, in.text(AFTER));
            JsonNode last = pages.print(ref == null ? first.granted() : first.granted(ref), items);
            if (last != null && !in.isJson()) {
                noteRemaining(last);
                noteOmittedColumns(table);
            }
            return 0;
        }
    }

    private int printAll(Function<@Nullable String, ApiRequest> request) {
        if (in.has(AFTER)) {
            throw CommandException.usage("--after continues a single list, but the input may name many users");
        }
        long items = wanted();
        List<String> refs = TargetUsers.read(in.shell().in());
        Table table = new Table(Stream.concat(Stream.of(Column.exact("REF", "ref")), columns.stream())
                .toList());
        int refused = 0;
        try (ApiClient client = in.client()) {
            for (String ref : refs) {
                Pages pages = new Pages(client, table, () -> request.apply(ref), ref);
                ApiReply first = pages.fetch(items, null);
                if (first.isGranted()) {
                    pages.print(first, items);
                } else {
                    refused++;
                    print(ref, first);
                }
                if (out.checkError()) {
                    return 0;
                }
            }
        }
        noteOmittedColumns(table);
        return refused == 0 ? 0 : Exit.REFUSED.code();
    }

    private void print(String ref, ApiReply refusal) {
        if (refusal.status() == 401) {
            // The server would also refuse all other requests.
            refusal.granted();
        }
        if (in.isJson()) {
            out.println(PerUser.json(ref, refusal));
        } else {
            out.flush();
            in.note(ref + ": " + refusal.refusal(ref));
        }
    }

    private long wanted() {
        JsonNode limit = in.value(LIMIT);
        if (in.has(ALL) && limit != null) {
            throw CommandException.usage("--all and --limit exclude each other");
        }
        return in.has(ALL) ? Long.MAX_VALUE : limit == null ? DEFAULT_ITEMS : limit.asLong();
    }

    /// The pages of one list.
    private final class Pages {
        private final ApiClient client;
        private final Table table;
        private final Supplier<ApiRequest> request;

        /// The list's user if the lists of several users are printed; otherwise empty.
        private final String[] refs;

        private Pages(ApiClient client, Table table, Supplier<ApiRequest> request, String... refs) {
            this.client = client;
            this.table = table;
            this.request = request;
            this.refs = refs;
        }

        private ApiReply fetch(long left, @Nullable String cursor) {
            return client.send(request.get()
                    .query("limit", Long.toString(Math.min(left, PAGE_ITEMS)))
                    .query("after", cursor));
        }

        /// Prints a page and the following ones, up to the requested number of items.
        ///
        /// @return the field `page` of the last page; null if the output cannot be written
        private @Nullable JsonNode print(ApiReply begun, long items) {
            long left = items;
            ApiReply reply = begun;
            boolean first = true;
            while (true) {
                JsonNode page = reply.json();
                left -= page.path("items").size();
                String cursor = JsonText.of(page.path("page"), "next");
                boolean last = cursor.isEmpty() || left <= 0;
                if (!in.isJson()) {
                    page.path("items").forEach(item -> table.row(item, refs));
                    table.print(in.printer());
                } else if (first && last && refs.length == 0) {
                    out.println(reply.body().strip());
                } else {
                    printJson(reply, first, last);
                }
                first = false;
                if (out.checkError()) {
                    // Commands sets the exit code.
                    return null;
                }
                if (last) {
                    return page.path("page");
                }
                reply = fetch(left, cursor).granted();
            }
        }

        /// Prints a page as part of one document, which contains the items of all pages and the field `page` of
        /// the last one. If the lists of several users are printed, the document is in the field `body` next to
        /// the ref.
        private void printJson(ApiReply reply, boolean first, boolean last) {
            JsonNode page = reply.json();
            if (first) {
                for (String ref : refs) {
                    String line =
                            PerUser.json(ref, new ApiReply(reply.status(), "")).toString();
                    out.print(line.substring(0, line.length() - 1) + ",\"body\":");
                }
                out.print("{\"items\":[");
            }
            boolean comma = !first;
            for (JsonNode item : page.path("items")) {
                out.print(comma ? "," : "");
                out.print(item);
                comma = true;
            }
            if (last) {
                out.print("],\"page\":" + page.path("page") + "}" + "}".repeat(refs.length) + "\n");
            }
        }
    }

    private void noteRemaining(JsonNode page) {
        StringJoiner words = new StringJoiner(" ").setEmptyValue("");
        if (page.hasNonNull("total")) {
            String atLeast = page.path("totalIsAtLeast").asBoolean(false) ? "At least " : "";
            words.add(atLeast + JsonText.of(page, "total") + " in all.");
        }
        if (page.hasNonNull("next")) {
            words.add("More: --after " + JsonText.of(page, "next"));
        }
        if (words.length() > 0) {
            in.note(words.toString());
        }
    }

    private void noteOmittedColumns(Table table) {
        if (!table.leftOut().isEmpty()) {
            in.note("Too narrow for " + table.leftOut() + ": --wide shows them.");
        }
    }
}
