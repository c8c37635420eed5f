package dev.muster.storage.sql;

import dev.muster.model.Approval;
import dev.muster.model.credential.Rank;
import dev.muster.model.job.Callback;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.RealmState;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.webhook.Webhook;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Loads the SQL of statements. Each statement has a file, either in the folder of a kind of database or, if both kinds
/// use the same SQL, in `common`.
///
/// - `{users}` is replaced by the columns in `common/users.columns`, which all reads of users return; `{groups}`,
///   `{policies}` and `{jobs}` are replaced likewise.
/// - `{status.active}` and the like are replaced by stored codes. Statements need them as literals to match the partial
///   indexes of the migrations.
/// - Text between `{each hold}` and `{union all}` is repeated for each kind of hold, whose status replaces
///   `{status.held}`. `{each state}` repeats it for each state of a submitted job.
public final class Statements {
    private static final String FOLDER = "/dev/muster/storage/sql/";
    private static final List<String> WIDE_TABLES = List.of("users", "groups", "policies", "jobs");
    private static final Map<String, String> CODES = codes();
    private static final Pattern BRANCH =
            Pattern.compile(" *\\{each (hold|state)}\n(.*?) *\\{union all}\n", Pattern.DOTALL);

    private final DatabaseKind kind;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    public Statements(DatabaseKind kind) {
        this.kind = kind;
    }

    /// Returns the text of the statement with that name.
    public String text(String name) {
        String known = texts.get(name);
        return known != null ? known : texts.computeIfAbsent(name, this::load);
    }

    /// Returns the text of a statement for tables of any name, with codes replaced. `{table}` and the like are left
    /// to the caller.
    ///
    /// @param name the name of a file in `transfer`
    public static String template(String name) {
        return withCodes(read("transfer/" + name + ".sql"));
    }

    private String load(String name) {
        String own = find(kind.folder() + "/" + name + ".sql");
        String text = own != null ? own : read("common/" + name + ".sql");
        for (String wide : WIDE_TABLES) {
            if (text.contains("{" + wide + "}")) {
                text = text.replace("{" + wide + "}", read("common/" + wide + ".columns"));
            }
        }
        return withCodes(BRANCH.matcher(text).replaceAll(Statements::each));
    }

    private static String withCodes(String text) {
        String replaced = text;
        for (Map.Entry<String, String> code : CODES.entrySet()) {
            replaced = replaced.replace(code.getKey(), code.getValue());
        }
        return replaced;
    }

    private static String each(MatchResult branch) {
        String text = branch.group(2);
        Stream<String> branches = branch.group(1).equals("state")
                ? Collections.nCopies(1 + Outcome.values().length, text).stream()
                : Stream.of(HoldKind.values())
                        .map(kind -> text.replace(
                                "{status.held}", "{status." + Status.of(kind).wireName() + "}"));
        return branches.collect(Collectors.joining("union all\n"));
    }

    private static Map<String, String> codes() {
        Map<String, String> codes = new HashMap<>();
        for (Status status : Status.values()) {
            codes.put("{status." + status.wireName() + "}", Integer.toString(status.code()));
        }
        codes.put("{realm.open}", Integer.toString(RealmState.OPEN.code()));
        codes.put("{realm.frozen}", Integer.toString(RealmState.FROZEN.code()));
        codes.put("{rank.regular}", Integer.toString(Rank.REGULAR.code()));
        codes.put("{tag.user}", Integer.toString(Tag.USER.code()));
        codes.put("{review.none}", "0");
        codes.put("{state.reserved}", "0");
        codes.put("{approval.pending}", Integer.toString(Approval.State.PENDING.code()));
        codes.put("{callback.waiting}", Integer.toString(Callback.State.WAITING.code()));
        codes.put("{webhook.active}", Integer.toString(Webhook.State.ACTIVE.code()));
        codes.put("{open.given_up}", "2");
        codes.put("{evidence.begun}", "0");
        codes.put("{evidence.finished}", "1");
        codes.put("{evidence.named}", "2");
        return codes;
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
