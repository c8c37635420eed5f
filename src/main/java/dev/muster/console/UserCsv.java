package dev.muster.console;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.muster.directory.AsOf;
import dev.muster.directory.Page;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes users as CSV (RFC 4180), a row each. A text that a spreadsheet would take for a formula is preceded by an
/// apostrophe.
final class UserCsv {
    private static final String FORMULA = "=+-@\t\r";

    private final CsvWriter csv;

    UserCsv(Writer out) {
        csv = CsvWriter.builder().build(out);
        csv.writeRecord(
                "number", "id", "status", "name", "email", "username", "externalId", "rank", "tag", "registeredAt");
    }

    void add(AsOf<Page<User>> seen) {
        for (User user : seen.value().items()) {
            csv.writeRecord(
                    Long.toString(user.number()),
                    user.id().toString(),
                    user.holds().status(seen.at()).word(),
                    text(Labels.name(user)),
                    text(user, Identifier.Kind.EMAIL),
                    text(user, Identifier.Kind.USERNAME),
                    text(user, Identifier.Kind.EXTERNAL_ID),
                    user.rank().name(),
                    user.tag().name(),
                    moment(user.registeredAt()));
        }
    }

    void flush() throws IOException {
        csv.flush();
    }

    private static String text(User user, Identifier.Kind kind) {
        Identifier identifier = user.identifier(kind);
        return identifier == null ? "" : text(identifier.text());
    }

    private static String text(String text) {
        return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String moment(@Nullable Instant at) {
        return at == null ? "" : at.toString();
    }
}
