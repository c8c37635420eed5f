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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The requested page of a list. The factory methods finish reading the request, and refuse it if it has
/// errors.
///
/// @param after the decoded `next` of the previous page; null for the first page
/// @param afterNumber `after` as a number, for a list ordered by number; otherwise null
/// @param offset the number of items to skip
record PageRequest(
        Request request,
        int limit,
        @Nullable String after,
        @Nullable Long afterNumber,
        long offset) {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1_000;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /// The length of the cursor for the longest possible name.
    private static final int MAX_CURSOR_LENGTH = 4 * Validator.INDEXED_BYTES / 3 + 3;

    /// The parameters that select the page.
    private static final Set<String> POSITIONS = Set.of("after", "offset");

    /// The maximum length of the header `Link`. A longer header is left out, because parameters can be long and
    /// proxies allow only a few KiB for response headers.
    private static final int MAX_LINK_LENGTH = 2_000;

    /// Reads `limit`, and `after` or `offset`, for a list ordered by number.
    static PageRequest byNumber(RestFields in) {
        return numbered(in, readWithOffset(in));
    }

    /// Reads `limit` and `after` for a list ordered by number.
    static PageRequest byNumberWithoutOffset(RestFields in) {
        return numbered(in, read(in, PageRequest::decode));
    }

    /// Reads `limit` and `after` for journal entries. `after` may also be an entry's number, so that a client can
    /// continue after the last entry that it has seen. No cursor consists only of digits.
    static PageRequest ofEntries(RestFields in) {
        return numbered(in, read(in, after -> NUMBER.matcher(after).matches() ? after : decode(after)));
    }

    /// Reads `limit`, and `after` or `offset`, for a list ordered by folded name.
    static PageRequest byName(RestFields in) {
        return named(in, readWithOffset(in));
    }

    /// Reads `limit` and `after` for a list ordered by folded name.
    static PageRequest byNameWithoutOffset(RestFields in) {
        return named(in, read(in, PageRequest::decode));
    }

    private static PageRequest readWithOffset(RestFields in) {
        Long offset = in.integerParameter("offset", 0, 1L << 53);
        PageRequest page = read(in, PageRequest::decode);
        if (offset != null && in.request().query("after") != null) {
            in.fault("offset", "conflict", "Cannot be combined with after.");
        }
        return new PageRequest(page.request, page.limit, page.after, null, offset == null ? 0 : offset);
    }

    private static PageRequest read(RestFields in, Function<String, @Nullable String> position) {
        Long limit = in.integerParameter("limit", 1, MAX_LIMIT);
        String cursor = in.parameter("after");
        String after = cursor == null ? null : position.apply(cursor);
        if (cursor != null && after == null) {
            notACursor(in);
        }
        return new PageRequest(in.request(), limit == null ? DEFAULT_LIMIT : limit.intValue(), after, null, 0);
    }

    private static PageRequest numbered(RestFields in, PageRequest page) {
        String after = page.after;
        Long number = null;
        if (after != null && NUMBER.matcher(after).matches()) {
            number = Long.valueOf(after);
        } else if (after != null) {
            notACursor(in);
        }
        in.check();
        return new PageRequest(page.request, page.limit, page.after, number, page.offset);
    }

    /// Reads `limit` and `after` for a list ordered by id.
    static PageRequest byIdWithoutOffset(RestFields in) {
        PageRequest page = read(in, PageRequest::decode);
        if (page.after != null && RestFields.uuid(page.after) == null) {
            notACursor(in);
        }
        in.check();
        return page;
    }

    /// The last id of the previous page; null for the first page.
    @Nullable
    UUID afterId() {
        return after == null ? null : RestFields.uuid(after);
    }

    private static PageRequest named(RestFields in, PageRequest page) {
        if (page.after != null && page.after.indexOf(0) >= 0) {
            notACursor(in);
        }
        in.check();
        return page;
    }

    /// Returns the requested page of a list that is completely in memory.
    <T> Page<T> of(List<T> all) {
        int from = (int) Math.min(afterNumber == null ? offset : afterNumber, all.size());
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), all.size(), false, to < all.size() ? (long) to : null);
    }

    /// Replies with `{items, page:{limit, total, totalIsAtLeast?, next?}}`.
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
            json.fieldIfPresent("next", next == null ? null : encode(next))
                    .end()
                    .end();
        });
        return finished(reply, next);
    }

    /// Adds links to other pages, and allows compression.
    ///
    /// @param next the position of the next page; null for the last page
    Reply finished(Reply reply, @Nullable String next) {
        List<String> links = new ArrayList<>(3);
        if (next != null) {
            links.add(link("next", "after", encode(next)));
        }
        if (offset > 0) {
            long previous = offset - limit;
            links.add(previous > 0 ? link("prev", "offset", Long.toString(previous)) : link("prev", null, ""));
        }
        if (offset > 0 || after != null) {
            links.add(link("first", null, ""));
        }
        String all = String.join(", ", links);
        return (all.isEmpty() || all.length() > MAX_LINK_LENGTH ? reply : reply.with("Link", all)).compressible();
    }

    /// A link (RFC 8288) to another page of the same request.
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
    static String encode(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String decode(String cursor) {
        if (cursor.length() > MAX_CURSOR_LENGTH) {
            return null;
        }
        try {
            String position = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return encode(position).equals(cursor) ? position : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void notACursor(RestFields in) {
        in.fault("after", "not_a_cursor", "Must be the next of an earlier page.");
    }
}
