package dev.muster.storage;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The texts of all statements, each a file: in the databaseKind's own folder, or in `common` where both agree.
final class Statements {
    private static final String FOLDER = "/dev/muster/storage/sql/";
    private static final List<String> WIDE = List.of("users", "groups", "policies", "jobs");

    /// The literals that statements need so that a partial index fits: by the name in braces, the stored code. The
    /// indexes themselves are in the migrations.
    static final Map<String, String> CODES = codes();

    private static final Pattern EACH_HOLD = Pattern.compile(" *\\{each hold}\n(.*?) *\\{union all}\n", Pattern.DOTALL);

    private final DatabaseKind databaseKind;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    Statements(DatabaseKind databaseKind) {
        this.databaseKind = databaseKind;
    }

    /// The text of the statement of that name. The columns that every reading of users gives stand once, in
    /// `users.columns`, and come in at `{users}`; so it is with the other wide tables.
    /// Stored codes come in at their names, such as `{status.active}`. What is between `{each hold}` and
    /// `{union all}` comes in once for each kind of hold, with the status that it gives at `{status.held}`.
    String text(String name) {
        String known = texts.get(name);
        return known != null ? known : texts.computeIfAbsent(name, this::load);
    }

    private String load(String name) {
        String own = find(databaseKind.folder() + "/" + name + ".sql");
        String text = own != null ? own : read("common/" + name + ".sql");
        for (String wide : WIDE) {
            String place = "{" + wide + "}";
            if (text.contains(place)) {
                text = text.replace(place, read("common/" + wide + ".columns"));
            }
        }
        text = EACH_HOLD.matcher(text).replaceAll(Statements::eachHold);
        for (Map.Entry<String, String> code : CODES.entrySet()) {
            text = text.replace(code.getKey(), code.getValue());
        }
        return text;
    }

    private static String eachHold(MatchResult part) {
        return Stream.of(HoldKind.values())
                .map(kind -> part.group(1)
                        .replace("{status.held}", "{status." + Status.of(kind).word() + "}"))
                .collect(Collectors.joining("union all\n"));
    }

    private static Map<String, String> codes() {
        Map<String, String> codes = new HashMap<>();
        for (Status status : Status.values()) {
            codes.put("{status." + status.word() + "}", Integer.toString(status.code()));
        }
        codes.put("{rank.regular}", Integer.toString(Rank.REGULAR.code()));
        codes.put("{tag.user}", Integer.toString(Tag.USER.code()));
        codes.put("{review.none}", Integer.toString(Rows.JobRow.Review.NONE.code()));
        codes.put("{state.reserved}", Integer.toString(JobColumns.RESERVED));
        codes.put("{evidence.begun}", "0");
        codes.put("{evidence.finished}", "1");
        codes.put("{evidence.named}", "2");
        return Map.copyOf(codes);
    }

    private static String read(String path) {
        String text = find(path);
        if (text == null) {
            throw new IllegalStateException("no statement " + path);
        }
        return text;
    }

    private static @Nullable String find(String path) {
        try (InputStream in = Statements.class.getResourceAsStream(FOLDER + path)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
