package dev.muster.storage.search;

import dev.muster.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

final class SearchLawsOnSqliteTest extends SearchLaws {
    private static final Path FOLDER = folder();
    private static final Database DATABASE = Database.sqlite(FOLDER.resolve("data"), 0);

    private static Path folder() {
        try {
            return Files.createTempDirectory("search-laws");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void delete() throws IOException {
        DATABASE.close();
        try (Stream<Path> all = Files.walk(FOLDER)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    Database database() {
        return DATABASE;
    }

    @Provide
    Arbitrary<List<Step>> program() {
        return programs();
    }

    @Property(tries = 80)
    void anIndexFindsWhatLookingAtEveryUserFinds(
            @ForAll("program") List<Step> program,
            @ForAll @IntRange(min = 0, max = 4) int partBits,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 10) int from) {
        hold(program, partBits, rows, from);
    }

    @Tag("long")
    @Property(tries = 3000)
    void soItDoesInManyMore(
            @ForAll("program") List<Step> program,
            @ForAll @IntRange(min = 0, max = 4) int partBits,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 10) int from) {
        hold(program, partBits, rows, from);
    }
}
