package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Page;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.text.Csv;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/// Writes users as CSV, one record per user.
final class UserCsv {
    private static final List<String> FIELDS =
            List.of("number", "id", "status", "name", "email", "username", "externalId", "rank", "tag", "registeredAt");

    private final Writer out;

    /// Creates a writer, and writes the header.
    UserCsv(Writer out) throws IOException {
        this.out = out;
        write(FIELDS);
    }

    void add(AsOf<Page<User>> seen) throws IOException {
        for (User user : seen.value().items()) {
            write(List.of(
                    Long.toString(user.number()),
                    user.id().toString(),
                    user.holds().status(seen.at()).wireName(),
                    Labels.name(user),
                    text(user, Identifier.Kind.EMAIL),
                    text(user, Identifier.Kind.USERNAME),
                    text(user, Identifier.Kind.EXTERNAL_ID),
                    user.rank().name(),
                    user.tag().name(),
                    user.registeredAt().toString()));
        }
    }

    private void write(List<String> cells) throws IOException {
        out.write(Csv.line(cells));
        out.write("\r\n");
    }

    private static String text(User user, Identifier.Kind kind) {
        Identifier identifier = user.identifier(kind);
        return identifier == null ? "" : identifier.text();
    }
}
