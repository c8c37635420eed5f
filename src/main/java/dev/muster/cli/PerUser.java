package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sends a call about each user that a command names. About one user it prints the answer; about many, one line
/// for each with what came of it, as it comes.
final class PerUser {
    private static final int WIDEST_REF = 60;

    private final Remote remote;
    private final UserChange.@Nullable Rehearsal rehearsal;

    /// @param rehearsal null for a command that changes nothing
    PerUser(Remote remote, UserChange.@Nullable Rehearsal rehearsal) {
        this.remote = remote;
        this.rehearsal = rehearsal;
    }

    /// How an answer is shown.
    ///
    /// @param columns what is shown of each of many users, after the ref and the outcome
    /// @param cells the cells of those columns
    /// @param alone prints the answer about one user, given its ref
    record Shape(List<Column> columns, Function<JsonNode, List<String>> cells, Shown alone) {
        interface Shown {
            /// Prints an answer.
            ///
            /// @param ref of the user, as it was given
            void print(Display display, String ref, JsonNode answer);
        }

        /// An answer in which nothing is but that it was done.
        ///
        /// @param words says so, given the ref
        static Shape said(Function<String, String> words) {
            return new Shape(List.of(), _ -> List.of(), (display, ref, _) -> display.println(words.apply(ref)));
        }
    }

    /// Asks about one user or many, and prints what comes of it.
    ///
    /// @param ref of one user, or `-` for those on the input
    /// @param call makes the call about a user
    /// @return the exit code: 1 when any was refused
    int run(String ref, Shape shape, Function<String, Call> call) {
        if (!Refs.isInput(ref) && !remote.isCsv()) {
            return one(ref, shape, call.apply(ref));
        }
        List<String> refs = Refs.isInput(ref) ? Refs.read(remote.shell().in()) : List.of(ref);
        try (Client client = remote.forLists().client()) {
            return new Many(refs, shape, client).run(call);
        }
    }

    private int one(String ref, Shape shape, Call call) {
        Reply reply = remote.ask(prepared(call));
        if (remote.isJson()) {
            if (!reply.body().isBlank()) {
                remote.shell().out().println(reply.body().strip());
            }
        } else {
            JsonNode answer = reply.body().isBlank() ? nothing() : reply.json();
            shape.alone().print(remote.display(), ref, answer);
        }
        return 0;
    }

    private Call prepared(Call call) {
        Call asked = rehearsal == null ? call : rehearsal.on(call);
        return call.method.equals("GET") ? asked : Remote.repeatable(asked);
    }

    private static JsonNode nothing() {
        return JsonMapper.shared().createObjectNode();
    }

    /// One pass over many users.
    private final class Many {
        private final List<String> refs;
        private final Shape shape;
        private final Client client;
        private final Table table;
        private int done;
        private int refused;

        private Many(List<String> refs, Shape shape, Client client) {
            this.refs = refs;
            this.shape = shape;
            this.client = client;
            List<Column> columns = new ArrayList<>();
            columns.add(Column.exact("REF", "ref"));
            columns.add(Column.status("OUTCOME", "outcome"));
            columns.addAll(shape.columns());
            columns.add(Column.exact("REFUSAL", "refusal"));
            table = new Table(columns);
            // Rows are printed as they come; the refs are known before.
            table.reserve(
                    0,
                    refs.stream()
                            .mapToInt(Text::width)
                            .filter(width -> width <= WIDEST_REF)
                            .max()
                            .orElse(0));
            table.reserve(1, "refused".length());
        }

        private int run(Function<String, Call> call) {
            if (remote.isCsv()) {
                // The titles are there even for an empty list.
                table.print(remote.display());
            }
            for (String ref : refs) {
                Reply reply;
                try {
                    reply = client.send(prepared(call.apply(ref)));
                } catch (CommandException e) {
                    if (e.exit() == Exit.UNREACHABLE) {
                        throw stopped(ref, e);
                    }
                    throw e;
                }
                if (reply.status() == 401) {
                    // The same would be said of all.
                    reply.granted();
                }
                print(ref, reply);
                if (remote.shell().out().checkError()) {
                    // Nobody would learn what comes of the others: the exit code says so.
                    return 0;
                }
            }
            if (!remote.isJson()) {
                sum();
            }
            return refused == 0 ? 0 : Exit.REFUSED.code();
        }

        private CommandException stopped(String ref, CommandException why) {
            return new CommandException(
                    Exit.UNREACHABLE,
                    why.getMessage() + "; stopped at " + ref + ", line " + (done + refused + 1) + " of " + refs.size(),
                    why);
        }

        private void print(String ref, Reply reply) {
            boolean granted = reply.isGranted();
            done += granted ? 1 : 0;
            refused += granted ? 0 : 1;
            if (remote.isJson()) {
                remote.shell().out().println(json(ref, reply));
                return;
            }
            List<String> row = new ArrayList<>();
            row.add(ref);
            row.add(granted ? "ok" : "refused");
            if (granted) {
                row.addAll(shape.cells().apply(reply.body().isBlank() ? nothing() : reply.json()));
            } else {
                shape.columns().forEach(_ -> row.add(""));
                row.add(reply.refusal());
            }
            table.row(row.toArray(String[]::new));
            table.print(remote.display());
        }

        /// What the server said, with the ref that it is about.
        private ObjectNode json(String ref, Reply reply) {
            ObjectNode line = JsonMapper.shared().createObjectNode();
            line.put("ref", ref).put("status", reply.status());
            if (!reply.body().isBlank()) {
                line.set("body", reply.json());
            }
            return line;
        }

        private void sum() {
            boolean rehearsed = rehearsal != null && rehearsal.dryRun;
            StringBuilder words = new StringBuilder();
            words.append(done).append(rehearsed ? " would be done" : " done");
            if (refused > 0) {
                words.append(", ").append(refused).append(" refused");
            }
            remote.shell().err().println(words.append(rehearsed ? "; nothing was changed." : "."));
        }
    }
}
