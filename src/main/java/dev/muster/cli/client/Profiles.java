package dev.muster.cli.client;

import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.OutputFile;
import dev.muster.cli.shell.StrictJson;
import dev.muster.config.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Stores the servers and keys saved by `muster login`, each in a file in `~/.config/muster/profiles` that
/// only its owner may read.
public final class Profiles {
    /// The profile used if none is named.
    public static final String DEFAULT = "default";

    /// The environment variable that names a profile, like the option `--profile`.
    public static final String VARIABLE = "MUSTER_PROFILE";

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final String SUFFIX = ".json";

    private final Map<String, String> environment;

    public Profiles(Map<String, String> environment) {
        this.environment = environment;
    }

    /// A server and its credentials.
    ///
    /// @param key an API key or the root key
    /// @param caFile the file with the PEM certificates to trust instead of Java's; null to trust Java's
    public record Profile(
            String name, String url, String key, @Nullable String caFile) {
        /// Omits the key, which is a secret.
        @Override
        public String toString() {
            return "Profile[" + name + ", " + url + "]";
        }
    }

    /// Reads a profile; null if it does not exist.
    ///
    /// @throws CommandException if the file is unreadable, or others can read or write it
    public @Nullable Profile find(String name) {
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
            JsonNode json = StrictJson.read(text);
            if (!json.path("url").isString() || !json.path("key").isString()) {
                throw CommandException.usage(unreadable(file));
            }
            return new Profile(
                    name,
                    JsonText.of(json, "url"),
                    JsonText.of(json, "key"),
                    json.hasNonNull("caFile") ? JsonText.of(json, "caFile") : null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | JacksonException e) {
            throw CommandException.usage(unreadable(file), e);
        }
    }

    /// Like [#find], but throws if the profile does not exist.
    public Profile get(String name) {
        checkName(name);
        Profile found = find(name);
        if (found == null) {
            throw CommandException.usage(
                    "there is no profile " + name + "; muster login --profile " + name + " makes it");
        }
        return found;
    }

    private static String unreadable(Path file) {
        return "the profile " + file + " cannot be read; muster login creates it again";
    }

    /// The names of all profiles, in alphabetical order.
    public List<String> names() {
        Path folder = folder();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .filter(name -> name.matches(NAME))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw CommandException.usage("the folder " + folder + " cannot be read", e);
        }
    }

    /// Creates or replaces a profile.
    ///
    /// @return the profile's file
    public Path save(Profile profile) {
        checkName(profile.name());
        Path folder = folder();
        if (folder == null) {
            throw CommandException.usage("neither XDG_CONFIG_HOME nor HOME says where profiles are kept");
        }
        Path file = folder.resolve(profile.name() + SUFFIX);
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("url", profile.url()).put("key", profile.key());
        if (profile.caFile() != null) {
            json.put("caFile", profile.caFile());
        }
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OwnerOnly.FOLDER));
        } catch (IOException e) {
            throw CommandException.usage("the folder of " + file + " cannot be made: " + e.getMessage(), e);
        }
        OutputFile.of("the profile", file.toString())
                .write(out -> out.write((json + "\n").getBytes(StandardCharsets.UTF_8)));
        return file;
    }

    /// Deletes a profile. Returns false if it does not exist.
    public boolean delete(String name) {
        checkName(name);
        Path file = file(name);
        try {
            return file != null && Files.deleteIfExists(file);
        } catch (IOException e) {
            throw CommandException.usage("the profile " + file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    public static void checkName(String name) {
        if (!name.matches(NAME)) {
            throw CommandException.usage(
                    "a profile's name is of letters, digits, dots, dashes and underscores, at most 63, not " + name);
        }
    }

    private @Nullable Path file(String name) {
        Path folder = folder();
        return folder == null || !name.matches(NAME) ? null : folder.resolve(name + SUFFIX);
    }

    /// The folder according to the XDG Base Directory Specification; null if neither of its variables contains an
    /// absolute path.
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
