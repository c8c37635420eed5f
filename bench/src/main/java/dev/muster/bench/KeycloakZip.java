package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Downloads the newest Keycloak 26 that is available through Maven, and unpacks it.
///
/// @param target the folder into which it is unpacked
record KeycloakZip(Path target) {
    private static final String ARTIFACT = "org.keycloak:keycloak-quarkus-dist";
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:";

    /// The number of versions to try, because a registry may list versions that it cannot deliver.
    private static final int MAX_TRIES = 5;

    private static final Pattern VERSION = Pattern.compile("<version>(26\\.(\\d+)\\.(\\d+))</version>");

    /// An unpacked distribution.
    record Unpacked(String version, Path home) {}

    Unpacked get() {
        // This downloads the list of versions into Maven's local repository; the POM itself is small.
        maven("get", "-Dartifact=" + ARTIFACT + ":RELEASE:pom", "-Dtransitive=false");
        List<String> versions = versions();
        for (String version : versions.subList(0, Math.min(MAX_TRIES, versions.size()))) {
            Path home = target.resolve("keycloak-" + version);
            if (Files.isExecutable(home.resolve("bin/kc.sh"))
                    || maven(
                            "unpack",
                            "-Dartifact=" + ARTIFACT + ":" + version + ":zip",
                            "-DoutputDirectory=" + target,
                            "-Dproject.basedir=" + target)) {
                return new Unpacked(version, home);
            }
        }
        throw new Failed("no Keycloak 26 can be had through Maven; it lists " + versions);
    }

    /// Returns the available versions, newest first.
    private static List<String> versions() {
        Path folder = localRepository().resolve("org/keycloak/keycloak-quarkus-dist");
        List<int[]> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("maven-metadata"))
                    .filter(f -> f.toString().endsWith(".xml"))
                    .toList()) {
                Matcher matcher = VERSION.matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(new int[] {Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))});
                }
            }
        } catch (IOException e) {
            throw new Failed("Maven has no list of Keycloak's versions in " + folder, e);
        }
        return found.stream()
                .sorted(Comparator.<int[]>comparingInt(v -> -v[0]).thenComparingInt(v -> -v[1]))
                .map(v -> "26." + v[0] + "." + v[1])
                .distinct()
                .toList();
    }

    private static Path localRepository() {
        String given = System.getProperty("maven.repo.local");
        return given == null ? Path.of(System.getProperty("user.home"), ".m2", "repository") : Path.of(given);
    }

    private boolean maven(String goal, String... arguments) {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-q", PLUGIN + goal));
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(target);
            Process process = new ProcessBuilder(command)
                    .directory(target.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean good = process.waitFor() == 0;
            if (!good) {
                output.lines()
                        .filter(line -> line.startsWith("[ERROR]"))
                        .findFirst()
                        .ifPresent(line -> System.err.println("bench: " + line));
            }
            return good;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }
}
