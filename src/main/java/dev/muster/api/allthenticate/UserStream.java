package dev.muster.api.allthenticate;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Result;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.security.Caller;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All users of a realm as one JSON array, in order of number, written while it is read: one page of users is in
/// memory at a time, however large the realm is.
///
/// @param proof authenticates the caller again before each page, so that a revoked key gets no more
/// @param tag only those; null for all
/// @param elements what to write of the users of a page
record UserStream(
        Directory directory,
        Supplier<Result<Caller>> proof,
        @Nullable Tag tag,
        Elements elements) {
    /// How many users are held in memory for a slow client.
    private static final int PAGE = 100;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /// Reads what else is needed of the users of a page, and says how they are written.
    @FunctionalInterface
    interface Elements {
        /// The writer of the users of one page.
        ///
        /// @throws RefusedException if what else is needed cannot be read
        Writer of(Caller caller, AsOf<Page<User>> users);
    }

    /// Writes the elements of the array that stand for one page.
    @FunctionalInterface
    interface Writer {
        void write(JsonWriter json);
    }

    private record Part(Writer writer, @Nullable Long next) {}

    /// The whole list. What is refused is refused before its first byte; a failure later cuts it off, so that nobody
    /// takes a part for the whole.
    Reply reply() {
        Part first = part(null);
        return Reply.stream(200, Reply.JSON, out -> write(out, first));
    }

    private Part part(@Nullable Long after) {
        UserQuery query = UserQuery.tagged(tag, PAGE, after);
        Caller caller = unlessRefused(proof.get());
        AsOf<Page<User>> users =
                unlessRefused(directory.list(caller.actor(), caller.realm().id(), query));
        return new Part(elements.of(caller, users), users.value().next());
    }

    private void write(OutputStream out, Part first) throws IOException {
        try (JsonWriter json = JsonWriter.to(out)) {
            json.array();
            Part part = first;
            while (true) {
                part.writer().write(json);
                // What is known goes out before anything more is read.
                json.flush();
                Long next = part.next();
                if (next == null) {
                    break;
                }
                part = part(next);
            }
            json.end();
        } catch (RefusedException e) {
            throw new IOException("the list was refused half way: " + e.refusal());
        }
    }

    // How both lists write values.

    /// `2020-03-20 01:30:34`, in UTC; null for null.
    static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    static @Nullable String text(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }
}
