package dev.muster.api.rest;

import dev.muster.directory.Page;
import dev.muster.http.JsonWriter;
import dev.muster.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Which part of a list is asked for.
///
/// @param after what the part before gave as `next`; null to begin
/// @param offset how many to pass over
record Listing(int limit, @Nullable String after, long offset) {

    private static final int USUAL = 50;
    private static final int MOST = 1_000;
    private static final int LONGEST_CURSOR = 128;

    /// A position that cannot be asked for with a cursor of this server.
    private static final long NOWHERE = Long.MAX_VALUE;

    /// `limit`, and `after` or `offset`.
    static Listing read(Input in) {
        Long offset = in.integerParameter("offset", 0, 1L << 53);
        Listing listing = readWithoutOffset(in);
        if (offset != null && in.has("after")) {
            in.fault("offset", "conflict", "Stands instead of after, not beside it.");
        }
        return new Listing(listing.limit, listing.after, offset == null ? 0 : offset);
    }

    /// `limit` and `after`.
    static Listing readWithoutOffset(Input in) {
        Long limit = in.integerParameter("limit", 1, MOST);
        String cursor = in.parameter("after");
        String after = cursor == null ? null : uncover(cursor);
        if (cursor != null && after == null) {
            notACursor(in);
        }
        return new Listing(limit == null ? USUAL : limit.intValue(), after, 0);
    }

    /// Where the part before ended, as a number.
    @Nullable
    Long afterNumber(Input in) {
        if (after == null) {
            return null;
        }
        if (after.isEmpty() || after.length() > 18 || !after.chars().allMatch(c -> c >= '0' && c <= '9')) {
            notACursor(in);
            return NOWHERE;
        }
        return Long.parseLong(after);
    }

    /// A part of a list that stands in memory whole.
    <T> Page<T> of(List<T> all, Input in) {
        Long after = afterNumber(in);
        in.check();
        int from = (int) Math.min(after == null ? offset : after, all.size());
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), all.size(), false, to < all.size() ? (long) to : null);
    }

    /// `{items, page:{limit, total, totalIsAtLeast?, next?}}`.
    <T> Reply reply(Page<T> page, BiConsumer<JsonWriter, T> writer) {
        return Reply.json(200, json -> {
            json.object().array("items");
            page.items().forEach(item -> writer.accept(json, item));
            json.end().object("page").field("limit", limit).field("total", page.total());
            if (page.totalIsAtLeast()) {
                json.field("totalIsAtLeast", true);
            }
            if (page.next() != null) {
                json.field("next", cover(page.next().toString()));
            }
            json.end().end();
        });
    }

    /// A position as a cursor. Covered so that nobody comes to compute with it.
    static String cover(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String uncover(String cursor) {
        if (cursor.length() > LONGEST_CURSOR) {
            return null;
        }
        try {
            String position = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return cover(position).equals(cursor) ? position : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void notACursor(Input in) {
        in.fault("after", "not_a_cursor", "Must be what a page before gave as next.");
    }
}
