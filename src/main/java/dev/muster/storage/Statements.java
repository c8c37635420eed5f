package dev.muster.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The texts of all statements, each a file: in the flavour's own folder, or in `common` where both agree.
final class Statements {
    private static final String FOLDER = "/dev/muster/storage/sql/";
    private static final List<String> WIDE = List.of("users", "groups", "policies", "jobs");

    private final Flavour flavour;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    Statements(Flavour flavour) {
        this.flavour = flavour;
    }

    /// The text of the statement of that name. The columns that every reading of users gives stand once, in
    /// `users.columns`, and come in at `{users}`; so it is with the other wide tables.
    String text(String name) {
        String known = texts.get(name);
        return known != null ? known : texts.computeIfAbsent(name, this::load);
    }

    private String load(String name) {
        String own = find(flavour.folder() + "/" + name + ".sql");
        String text = own != null ? own : read("common/" + name + ".sql");
        for (String wide : WIDE) {
            String place = "{" + wide + "}";
            if (text.contains(place)) {
                text = text.replace(place, read("common/" + wide + ".columns"));
            }
        }
        return text;
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
