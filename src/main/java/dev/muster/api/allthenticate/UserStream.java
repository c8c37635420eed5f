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

/// Streams all users of a realm as one JSON array, in order of number. Only one page of users is in memory at
/// a time.
///
/// @param proof a function that authenticates the caller again before each page, so that a revoked key stops the stream
/// @param tag the tag to filter by; null for all users
/// @param elements the function that creates a writer for the users of a page
record UserStream(
        Directory directory,
        Supplier<Result<Caller>> proof,
        @Nullable Tag tag,
        Elements elements) {
    /// The number of users held in memory for a slow client.
    private static final int PAGE = 100;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /// Reads additional data for the users of a page, and returns a writer for them.
    @FunctionalInterface
    interface Elements {
        /// Creates the writer for one page.
        ///
        /// @throws RefusedException if the additional data cannot be read
        Writer of(Caller caller, AsOf<Page<User>> users);
    }

    /// Writes the array elements of one page.
    @FunctionalInterface
    interface Writer {
        void write(JsonWriter json);
    }

    private record Part(Writer writer, @Nullable Long next) {}

    /// Returns a reply that streams the whole list. A refusal of the first page is sent as an ordinary reply; any
    /// later refusal or failure aborts the reply, so that clients notice that it is incomplete.
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
                // This page is sent before the next one is read.
                json.flush();
                Long next = part.next();
                if (next == null) {
                    break;
                }
                part = part(next);
            }
            json.end();
        } catch (RefusedException e) {
            throw new IOException("the list was refused while it was streamed: " + e.refusal());
        }
    }

    // Formats of values in both lists.

    /// A time such as `2020-03-20 01:30:34`, in UTC; null if `at` is null.
    static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    static @Nullable String text(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }
}
