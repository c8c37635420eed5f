package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks that everything the documents refer to exists: files, classes, members and statements.
final class DocumentsTest {
    private static final Path DOCS = Path.of("docs");
    private static final Path SQL = Path.of("src/main/resources/dev/muster/storage/sql");

    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

    /// A class with an optional package and an optional member: `api/rest/UserRoutes.update`.
    private static final Pattern CLASS = Pattern.compile("((?:[a-z]+[./])*)([A-Z][a-z]\\w*)(?:[.#]([A-Za-z]\\w*))?");

    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");

    /// A test class with an optional package and an optional test method.
    private static final Pattern TEST = Pattern.compile("((?:[a-z]+\\.)*[A-Z]\\w*Test)(?:#\\w+)?");

    private static final Pattern STATEMENT = Pattern.compile("[a-z]+_[a-z_]+\\.sql");

    /// A file in the repository, relative to its root or to one of [#STARTS].
    private static final Pattern FILE =
            Pattern.compile("\\w[\\w./-]+\\.(?:java|sql|md|jte|json|xml|yaml|yml|sh|conf|csv)");

    /// The folders that a path in a document may be relative to.
    private static final List<String> STARTS = List.of(
            "",
            "docs/",
            "docs/decisions/",
            "bench/",
            "src/main/",
            "src/main/java/dev/muster/",
            "src/main/jte/",
            "src/main/resources/",
            "src/main/resources/dev/muster/",
            "src/main/resources/dev/muster/storage/",
            "src/test/java/dev/muster/",
            "src/test/resources/");

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    /// A source file.
    ///
    /// @param folder the folder of the file, with a trailing slash
    private record Source(String folder, String text) {}

    /// Returns the files that declare a type, top-level or nested, by the type's simple name.
    private static Map<String, List<Source>> declaring() throws IOException {
        Map<String, List<Source>> byName = new HashMap<>();
        for (Path file : files(Path.of("src"), ".java")) {
            Source source = new Source(file.getParent() + "/", Files.readString(file));
            for (Matcher declared = DECLARED.matcher(source.text()); declared.find(); ) {
                byName.computeIfAbsent(declared.group(1), _ -> new ArrayList<>())
                        .add(source);
            }
        }
        return byName;
    }

    @Test
    void architectureNamesClassesThatExistWithTheMembersThatItNames() throws IOException {
        Map<String, List<Source>> declaring = declaring();
        List<String> wrong = new ArrayList<>();
        for (String span : spans(DOCS.resolve("ARCHITECTURE.md"))) {
            Matcher named = CLASS.matcher(span);
            if (named.matches()) {
                String folder = "/" + named.group(1).replace('.', '/');
                String member = named.group(3);
                boolean found = declaring.getOrDefault(named.group(2), List.of()).stream()
                        .anyMatch(source ->
                                source.folder().endsWith(folder) && (member == null || hasWord(source.text(), member)));
                if (!found) {
                    wrong.add(span);
                }
            } else if (STATEMENT.matcher(span).matches()
                    && files(SQL, "/" + span).isEmpty()) {
                wrong.add(span);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void promisesNameTestsThatExist() throws IOException {
        List<Path> tests = files(Path.of("src/test/java/dev/muster"), "Test.java");
        List<String> wrong = new ArrayList<>();
        for (String span : spans(DOCS.resolve("PROMISES.md"))) {
            Matcher named = TEST.matcher(span);
            if (named.matches()) {
                Path file = Path.of(named.group(1).replace('.', '/') + ".java");
                if (tests.stream().noneMatch(test -> test.endsWith(file))) {
                    wrong.add(span);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean hasWord(String source, String word) {
        return Pattern.compile("\\b" + word + "\\b").matcher(source).find();
    }

    private static boolean isFile(String path) {
        return STARTS.stream().anyMatch(start -> Files.exists(Path.of(start + path)));
    }

    private static List<String> spans(Path document) throws IOException {
        List<String> spans = new ArrayList<>();
        for (Matcher span = SPAN.matcher(Files.readString(document)); span.find(); ) {
            spans.add(span.group(1));
        }
        return spans;
    }

    @Test
    void documentsCiteFilesOfTheRepository() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path document : files(DOCS, ".md")) {
            for (Matcher link = LINK.matcher(Files.readString(document)); link.find(); ) {
                String target = link.group(1);
                if (!target.contains(":") && !Files.exists(document.resolveSibling(target))) {
                    wrong.add(document + ": " + target);
                }
            }
        }
        for (Path decision : files(DOCS.resolve("decisions"), ".md")) {
            for (String span : spans(decision)) {
                if (FILE.matcher(span).matches() && span.contains("/") && !isFile(span)) {
                    wrong.add(decision + ": " + span);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
