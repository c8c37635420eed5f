package dev.muster.cli;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// The options of a command that reads about users: which ones, and of which server.
final class AboutUser {
    @Mixin
    final Remote remote;

    @Parameters(index = "0", paramLabel = "REF", description = Refs.HELP)
    String ref = "";

    AboutUser(Shell shell) {
        remote = new Remote(shell);
    }

    /// Prints what a call about each user answers, and gives the exit code.
    int show(PerUser.Shape shape, Function<String, Call> call) {
        return new PerUser(remote, null).run(ref, shape, call);
    }

    /// Prints a list of each user's, and gives the exit code.
    int list(Listing listing, Function<String, Call> call, List<Column> columns, BiConsumer<Table, JsonNode> row) {
        return listing.printOfUsers(remote, ref, call, columns, row);
    }
}
