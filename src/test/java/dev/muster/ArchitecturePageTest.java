package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// docs/ARCHITECTURE.md names types, members, statements and files that exist, and the documents link to each other
/// correctly.
final class ArchitecturePageTest {
    private static final Path PAGE = Path.of("docs/ARCHITECTURE.md");
    private static final List<Path> SOURCES =
            List.of(Path.of("src/main/java/dev/muster"), Path.of("src/test/java/dev/muster"));
    private static final Path STATEMENTS = Path.of("src/main/resources/dev/muster/storage/sql");

    /// `Type`, `Type.member`, `package.Type`, `folder/Type.member`.
    private static final Pattern NAME =
            Pattern.compile("`([a-z]+[./])*([A-Z][a-z]\\w*)(?:\\.([A-Za-z]\\w*))?(?:\\([^`]*\\))?`");

    private static final Pattern STATEMENT = Pattern.compile("`(\\w+_\\w+\\.sql)`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum)\\s+([A-Z]\\w*)");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]+)(?:#[^)]*)?\\)");

    @Test
    void everyNameOnThePageExists() throws IOException {
        Map<String, StringBuilder> types = types();
        List<String> unknown = matches(NAME, Files.readString(PAGE))
                .filter(found -> !has(types.get(found.group(2)), found.group(3)))
                .map(MatchResult::group)
                .toList();
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyStatementOnThePageExists() throws IOException {
        try (Stream<Path> files = Files.walk(STATEMENTS)) {
            List<String> statements =
                    files.map(file -> file.getFileName().toString()).toList();
            assertThat(statements)
                    .containsAll(matches(STATEMENT, Files.readString(PAGE))
                            .map(found -> found.group(1))
                            .toList());
        }
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        try (Stream<Path> files =
                Stream.concat(Files.walk(Path.of("docs")), Stream.of(Path.of("README.md"), Path.of("SECURITY.md")))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                matches(LINK, Files.readString(file))
                        .map(found -> found.group(1))
                        .filter(link -> !Files.exists(file.resolveSibling(link)))
                        .forEach(link -> broken.add(file + ": " + link));
            }
        }
        assertThat(broken).isEmpty();
    }

    /// Whether there is a source, with a method or a nested type of this name unless that is null.
    private static boolean has(@Nullable CharSequence source, @Nullable String member) {
        if (source == null) {
            return false;
        }
        if (member == null) {
            return true;
        }
        String end = Character.isUpperCase(member.charAt(0)) ? "\\b" : "\\(";
        return Pattern.compile("\\b" + member + end).matcher(source).find();
    }

    /// The sources that declare a type of each name.
    private static Map<String, StringBuilder> types() throws IOException {
        Map<String, StringBuilder> types = new TreeMap<>();
        for (Path folder : SOURCES) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file);
                    matches(DECLARED, source)
                            .map(found -> found.group(1))
                            .forEach(name -> types.computeIfAbsent(name, _ -> new StringBuilder())
                                    .append(source));
                }
            }
        }
        return types;
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
