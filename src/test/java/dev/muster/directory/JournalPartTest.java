package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalPart;
import dev.muster.model.Event;
import dev.muster.model.credential.Actor;
import dev.muster.storage.JournalTables.JournalRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Consecutive parts of a list contain exactly the matching entries, and no part examines too many entries.
final class JournalPartTest {
    private static final int LOOKED_AT = 10_000;

    private int looked;

    private List<JournalRow> slice(long after, int length, long total) {
        List<JournalRow> slice = LongStream.rangeClosed(after + 1, Math.min(total, after + length))
                .mapToObj(JournalPartTest::row)
                .toList();
        looked += slice.size();
        return slice;
    }

    private static JournalRow row(long seq) {
        byte[] nothing = {};
        Event.Subject subject = new Event.Subject(Event.Subject.Type.USER, new UUID(0, seq));
        return new JournalRow(1, seq, nothing, nothing, Instant.EPOCH, Actor.SYSTEM.ref(), "user.updated", subject);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 25, 1",
        "1, 25, 1",
        "25, 25, 1",
        "26, 25, 1",
        "1000, 25, 1",
        "25001, 1000, 1",
        "30000, 25, 7",
        "30000, 25, 9973",
        "10000, 3, 40000",
        "10001, 3, 40000",
        "35000, 1000, 40000",
        "20000, 1, 10000"
    })
    void thePartsTogetherContainAllMatchingRows(long total, int limit, long each) {
        Predicate<JournalRow> wanted = row -> row.seq() % each == 0;
        List<Long> found = new ArrayList<>();
        Long next = 0L;
        while (next != null) {
            looked = 0;
            JournalPart part = JournalPart.of((after, length) -> slice(after, length, total), next, wanted, limit);
            assertThat(looked).isLessThanOrEqualTo(LOOKED_AT);
            assertThat(part.found()).hasSizeLessThanOrEqualTo(limit);
            part.found().forEach(row -> found.add(row.seq()));
            if (part.next() != null) {
                assertThat(part.next()).isGreaterThan(next);
                // A part is shorter than the limit only if it examined the maximum number of entries.
                assertThat(part.found().size() == limit || looked == LOOKED_AT).isTrue();
            }
            next = part.next();
        }
        assertThat(found)
                .isEqualTo(LongStream.rangeClosed(1, total)
                        .filter(seq -> seq % each == 0)
                        .boxed()
                        .toList());
        if (each == 1) {
            looked = 0;
            JournalPart.of((after, length) -> slice(after, length, total), 0, wanted, limit);
            assertThat(looked).isLessThanOrEqualTo(limit + 1);
        }
    }
}
