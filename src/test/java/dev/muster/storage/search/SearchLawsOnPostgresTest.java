package dev.muster.storage.search;

import dev.muster.storage.Database;
import dev.muster.testing.TestPostgres;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

final class SearchLawsOnPostgresTest extends SearchLaws {
    private static final Database DATABASE = Database.postgres(TestPostgres.newDatabase(), null);

    @AfterContainer
    static void close() {
        DATABASE.close();
    }

    @Override
    Database database() {
        return DATABASE;
    }

    @Provide
    Arbitrary<List<Step>> program() {
        return programs();
    }

    @Property(tries = 20)
    void anIndexFindsWhatLookingAtEveryUserFinds(
            @ForAll("program") List<Step> program,
            @ForAll @IntRange(min = 0, max = 4) int partBits,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 10) int from) {
        hold(program, partBits, rows, from);
    }

    @Tag("long")
    @Property(tries = 600)
    void soItDoesInManyMore(
            @ForAll("program") List<Step> program,
            @ForAll @IntRange(min = 0, max = 4) int partBits,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 10) int from) {
        hold(program, partBits, rows, from);
    }
}
