package dev.muster.cli.command;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.text.PrintableText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sends a request for each user that a command names, or a single request if the command is not about users. A single
/// response is printed in full; for many users, a line is printed for each as soon as the server has responded.
public final class PerUser {
    private static final int MAX_REF_WIDTH = 60;

    private final Invocation in;
    private final View view;

    public PerUser(Invocation in, View view) {
        this.in = in;
        this.view = view;
    }

    /// Sends the requests and prints the responses.
    ///
    /// @param ref one user; `-` for users on the input; null if the request is not about users
    /// @param request a function that creates the request for a user
    /// @return the exit code, which is 1 if any request was refused
    public int run(@Nullable String ref, Function<@Nullable String, ApiRequest> request) {
        if (ref == null || (!TargetUsers.isInput(ref) && !in.isCsv())) {
            try (ApiClient client = in.client()) {
                ApiReply reply = client.send(in.prepared(request.apply(ref)));
                return in.print(ref == null ? reply.granted() : reply.granted(ref), ref, view);
            }
        }
        List<String> refs =
                TargetUsers.isInput(ref) ? TargetUsers.read(in.shell().in()) : List.of(ref);
        try (ApiClient client = in.allowCsv().client()) {
            return new BulkRun(refs, client).run(request);
        }
    }

    /// A line of JSON with a response and its ref.
    static ObjectNode json(String ref, ApiReply reply) {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("ref", ref).put("status", reply.status());
        if (!reply.body().isBlank()) {
            line.set("body", reply.json());
        }
        return line;
    }

    /// A run over many users.
    private final class BulkRun {
        private final List<String> refs;
        private final ApiClient client;
        private final PrintStream out = in.shell().out();
        private final Table table;
        private final int columns = 2 + view.columns().size();
        private int done;
        private int refused;

        private BulkRun(List<String> refs, ApiClient client) {
            this.refs = refs;
            this.client = client;
            List<Column> all = new ArrayList<>();
            all.add(Column.exact("REF", "ref"));
            all.add(Column.status("OUTCOME", "outcome"));
            all.addAll(view.columns());
            all.add(Column.exact("REFUSAL", "refusal").from(_ -> ""));
            table = new Table(all);
            // Rows are printed one by one, but all refs are known in advance.
            table.reserve(
                    0,
                    refs.stream()
                            .mapToInt(PrintableText::width)
                            .filter(width -> width <= MAX_REF_WIDTH)
                            .max()
                            .orElse(0));
            table.reserve(1, "refused".length());
        }

        private int run(Function<@Nullable String, ApiRequest> request) {
            if (in.isCsv()) {
                // The titles are printed even for an empty list.
                table.print(in.printer());
            }
            for (String ref : refs) {
                ApiReply reply = send(ref, request.apply(ref));
                if (reply.status() == 401) {
                    // The server would also refuse all other requests.
                    reply.granted();
                }
                print(ref, reply);
                if (out.checkError()) {
                    // The command stops, since further outcomes could not be reported. Commands sets the exit code.
                    return 0;
                }
            }
            if (!in.isJson()) {
                printSum();
            }
            return refused == 0 ? 0 : Exit.REFUSED.code();
        }

        private ApiReply send(String ref, ApiRequest request) {
            try {
                return client.send(in.prepared(request));
            } catch (CommandException e) {
                if (e.exit() != Exit.UNREACHABLE) {
                    throw e;
                }
                int line = done + refused + 1;
                throw new CommandException(
                        Exit.UNREACHABLE,
                        e.getMessage() + "; stopped at " + ref + ", line " + line + " of " + refs.size(),
                        e);
            }
        }

        private void print(String ref, ApiReply reply) {
            boolean granted = reply.isGranted();
            done += granted ? 1 : 0;
            refused += granted ? 0 : 1;
            if (in.isJson()) {
                out.println(json(ref, reply));
                return;
            }
            if (granted) {
                table.row(reply.json(), ref, reply.isWaiting() ? "waiting for approval" : "ok");
            } else {
                String[] row = Arrays.copyOf(new String[] {ref, "refused"}, columns + 1);
                Arrays.fill(row, 2, columns, "");
                row[columns] = reply.refusal(ref);
                table.row(row);
            }
            table.print(in.printer());
        }

        private void printSum() {
            boolean dryRun = in.isDryRun();
            in.note(done
                    + (dryRun ? " would be done" : " done")
                    + (refused == 0 ? "" : ", " + refused + " refused")
                    + (dryRun ? "; nothing was changed." : "."));
        }
    }
}
