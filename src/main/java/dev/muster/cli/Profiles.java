package dev.muster.cli;

import dev.muster.config.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The servers that somebody signed in to with `muster login`: a file for each, which only its owner may read, in
/// `~/.config/muster/profiles`.
final class Profiles {
    /// The profile that is used when none is named.
    static final String DEFAULT = "default";

    /// Names a profile, like the option `--profile`.
    static final String VARIABLE = "MUSTER_PROFILE";

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final String SUFFIX = ".json";

    private final Map<String, String> environment;

    Profiles(Map<String, String> environment) {
        this.environment = environment;
    }

    /// A server, and what is needed to ask it.
    ///
    /// @param key an API key or the root key
    /// @param caFile PEM certificates to trust instead of Java's; null for those
    record Profile(
            String name, String url, String key, @Nullable String caFile) {
        /// Without the key.
        @Override
        public String toString() {
            return "Profile[" + name + ", " + url + "]";
        }
    }

    /// Null when there is no profile of that name.
    @Nullable
    Profile find(String name) {
        Path file = file(name);
        if (file == null) {
            return null;
        }
        try {
            String text = Files.readString(file);
            if (OwnerOnly.isOpenToOthers(file)) {
                throw CommandException.usage("the profile " + file
                        + " holds a key, and others can read or write it (mode " + OwnerOnly.mode(file)
                        + "): chmod 600 " + file + ", and consider whether the key is still secret");
            }
            JsonNode json = Strict.JSON.readTree(text);
            if (!json.path("url").isString() || !json.path("key").isString()) {
                throw CommandException.usage(unreadable(file));
            }
            return new Profile(
                    name,
                    Reply.text(json, "url"),
                    Reply.text(json, "key"),
                    json.hasNonNull("caFile") ? Reply.text(json, "caFile") : null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | JacksonException e) {
            throw CommandException.usage(unreadable(file), e);
        }
    }

    /// As [#find], but refuses a name that has no profile.
    Profile get(String name) {
        checkName(name);
        Profile found = find(name);
        if (found == null) {
            throw CommandException.usage(
                    "there is no profile " + name + "; muster login --profile " + name + " makes it");
        }
        return found;
    }

    private static String unreadable(Path file) {
        return "the profile " + file + " cannot be read; muster login makes it anew";
    }

    /// In alphabetical order.
    List<String> names() {
        Path folder = folder();
        List<String> names = new ArrayList<>();
        if (folder != null && Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    names.add(name.substring(0, name.length() - SUFFIX.length()));
                }
            } catch (IOException e) {
                throw CommandException.usage("the folder " + folder + " cannot be read", e);
            }
        }
        names.removeIf(name -> !name.matches(NAME));
        Collections.sort(names);
        return names;
    }

    /// Writes a profile, in place of one of that name.
    ///
    /// @return the file
    Path save(Profile profile) {
        checkName(profile.name());
        Path file = file(profile.name());
        if (file == null) {
            throw CommandException.usage("neither XDG_CONFIG_HOME nor HOME says where profiles are kept");
        }
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("url", profile.url()).put("key", profile.key());
        if (profile.caFile() != null) {
            json.put("caFile", profile.caFile());
        }
        try {
            makeFolder(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw CommandException.usage("the folder of " + file + " cannot be made: " + e.getMessage(), e);
        }
        OutputFile.of("the profile", file.toString()).write(out -> {
            out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        });
        return file;
    }

    private static void makeFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OwnerOnly.FOLDER));
        }
    }

    /// Deletes a profile. False when there was none of that name.
    boolean delete(String name) {
        checkName(name);
        Path file = file(name);
        try {
            return file != null && Files.deleteIfExists(file);
        } catch (IOException e) {
            throw CommandException.usage("the profile " + file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    static void checkName(String name) {
        if (!name.matches(NAME)) {
            throw CommandException.usage(
                    "a profile's name is of letters, digits, dots, dashes and underscores, at most 63, not " + name);
        }
    }

    private @Nullable Path file(String name) {
        Path folder = folder();
        return folder == null || !name.matches(NAME) ? null : folder.resolve(name + SUFFIX);
    }

    /// As the XDG Base Directory Specification has it. Null when the environment does not say.
    private @Nullable Path folder() {
        try {
            Path configuration = Path.of(environment.getOrDefault("XDG_CONFIG_HOME", ""));
            if (!configuration.isAbsolute()) {
                Path home = Path.of(environment.getOrDefault("HOME", ""));
                configuration = home.resolve(".config");
            }
            return configuration.isAbsolute() ? configuration.resolve("muster").resolve("profiles") : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
