package dev.muster.api.rest;

import dev.muster.api.LinkBuilder;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which part of a list is asked for.
///
/// @param after what the part before gave as `next`; null to begin
/// @param offset how many to pass over
record PageRequest(Request request, int limit, @Nullable String after, long offset) {

    private static final int USUAL = 50;
    private static final int MOST = 1_000;

    /// The length of a cursor for the longest possible name.
    private static final int LONGEST_CURSOR = 4 * Validator.INDEXED_BYTES / 3 + 3;

    /// Parameters that say which part is asked for.
    private static final Set<String> POSITIONS = Set.of("after", "offset");

    /// Proxies have a few KiB for the head of a reply, and parameters can be long.
    private static final int LONGEST_LINKS = 2_000;

    /// A position that cannot be asked for with a cursor of this server.
    private static final long NOWHERE = Long.MAX_VALUE;

    /// `limit`, and `after` or `offset`.
    static PageRequest read(RestFields in) {
        Long offset = in.integerParameter("offset", 0, 1L << 53);
        PageRequest listing = readWithoutOffset(in);
        if (offset != null && in.request().query("after") != null) {
            in.fault("offset", "conflict", "Must not be given beside after.");
        }
        return new PageRequest(listing.request, listing.limit, listing.after, offset == null ? 0 : offset);
    }

    /// `limit` and `after`.
    static PageRequest readWithoutOffset(RestFields in) {
        return read(in, PageRequest::uncover);
    }

    /// `limit`, and `after`, which may also be the number of an entry: what a client has seen last is all it needs to
    /// go on. No cursor is all digits.
    static PageRequest readOfEntries(RestFields in) {
        return read(in, after -> after.matches("[0-9]{1,18}") ? after : uncover(after));
    }

    private static PageRequest read(RestFields in, Function<String, @Nullable String> position) {
        Long limit = in.integerParameter("limit", 1, MOST);
        String cursor = in.parameter("after");
        String after = cursor == null ? null : position.apply(cursor);
        if (cursor != null && after == null) {
            notACursor(in);
        }
        return new PageRequest(in.request(), limit == null ? USUAL : limit.intValue(), after, 0);
    }

    /// Where the previous page ended, as a number.
    @Nullable
    Long afterNumber(RestFields in) {
        if (after == null) {
            return null;
        }
        if (after.isEmpty() || after.length() > 18 || !after.chars().allMatch(c -> c >= '0' && c <= '9')) {
            notACursor(in);
            return NOWHERE;
        }
        return Long.parseLong(after);
    }

    /// Where the part before ended, as a folded name.
    @Nullable
    String afterName(RestFields in) {
        if (after != null && after.indexOf(0) >= 0) {
            notACursor(in);
        }
        return after;
    }

    /// Where the previous page ended, as an id.
    @Nullable
    UUID afterId(RestFields in) {
        if (after == null) {
            return null;
        }
        UUID id = RestFields.uuid(after);
        if (id == null) {
            notACursor(in);
        }
        return id;
    }

    /// A part of a list that is wholly in memory.
    ///
    /// @param position what [#afterNumber] gave
    <T> Page<T> of(List<T> all, @Nullable Long position) {
        int from = (int) Math.min(position == null ? offset : position, all.size());
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), all.size(), false, to < all.size() ? (long) to : null);
    }

    /// `{items, page:{limit, total, totalIsAtLeast?, next?}}`.
    <T> Reply reply(Page<T> page, BiConsumer<JsonWriter, T> writer) {
        String next = page.next() == null ? null : page.next().toString();
        return reply(page.items(), page.total(), page.totalIsAtLeast(), next, writer);
    }

    <T> Reply reply(PageByName<T> page, BiConsumer<JsonWriter, T> writer) {
        return reply(page.items(), page.total(), page.totalIsAtLeast(), page.next(), writer);
    }

    private <T> Reply reply(
            List<T> items, long total, boolean isAtLeast, @Nullable String next, BiConsumer<JsonWriter, T> writer) {
        Reply reply = Reply.json(200, json -> {
            json.object().array("items");
            items.forEach(item -> writer.accept(json, item));
            json.end().object("page").field("limit", limit).field("total", total);
            if (isAtLeast) {
                json.field("totalIsAtLeast", true);
            }
            json.fieldIfPresent("next", next == null ? null : cover(next)).end().end();
        });
        return finished(reply, next);
    }

    /// A part of a list as it is sent: with links to other parts, and compressed for those who take that.
    ///
    /// @param next where the part that follows begins; null at the end
    Reply finished(Reply reply, @Nullable String next) {
        List<String> links = new ArrayList<>(3);
        if (next != null) {
            links.add(link("next", "after", cover(next)));
        }
        if (offset > 0) {
            long previous = offset - limit;
            links.add(previous > 0 ? link("prev", "offset", Long.toString(previous)) : link("prev", null, ""));
        }
        if (offset > 0 || after != null) {
            links.add(link("first", null, ""));
        }
        String all = String.join(", ", links);
        return (all.isEmpty() || all.length() > LONGEST_LINKS ? reply : reply.with("Link", all)).compressible();
    }

    /// As RFC 8288 has it: the same request for another part.
    private String link(String relation, @Nullable String parameter, String value) {
        LinkBuilder target =
                new LinkBuilder(request.at(request.rawPath().replace("<", "%3C").replace(">", "%3E")));
        for (String name : request.queryNames()) {
            if (!POSITIONS.contains(name)) {
                request.queryValues(name).forEach(each -> target.with(name, each));
            }
        }
        if (parameter != null) {
            target.with(parameter, value);
        }
        return "<" + target + ">; rel=\"" + relation + "\"";
    }

    /// Encodes a position as an opaque cursor.
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

    private static void notACursor(RestFields in) {
        in.fault("after", "not_a_cursor", "Must be what a page before gave as next.");
    }
}
