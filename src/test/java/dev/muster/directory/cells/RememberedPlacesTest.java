package dev.muster.directory.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.storage.sql.StorageException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The place of a realm is remembered for a second, and for longer while the list cannot be read.
final class RememberedPlacesTest {
    private final Map<Long, String> list = new HashMap<>(Map.of(1L, "b"));
    private long now;
    private int reads;
    private boolean unreachable;

    private final RememberedPlaces<Long> places = new RememberedPlaces<>(
            realm -> {
                reads++;
                if (unreachable) {
                    throw new StorageException(StorageException.Kind.UNREACHABLE, "down");
                }
                return list.get(realm);
            },
            () -> now);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void anAnswerCountsForASecond() {
        assertThat(places.get(1L)).hasValue("b");
        assertThat(places.get(2L)).isEmpty();
        list.put(1L, "c");
        list.put(2L, "c");
        pass(999);
        assertThat(places.get(1L)).hasValue("b");
        assertThat(places.get(2L)).isEmpty();
        assertThat(reads).isEqualTo(2);
        pass(1);
        assertThat(places.get(1L)).hasValue("c");
        assertThat(places.get(2L)).hasValue("c");
    }

    @Test
    void whatIsForgottenIsReadAgain() {
        assertThat(places.get(2L)).isEmpty();
        list.put(2L, "c");
        places.forget(2L);
        assertThat(places.get(2L)).hasValue("c");
    }

    @Test
    void theLastAnswerCountsWhileTheListCannotBeRead() {
        assertThat(places.get(1L)).hasValue("b");
        assertThat(places.get(3L)).isEmpty();
        unreachable = true;
        pass(5_000);
        reads = 0;
        assertThat(places.get(1L)).hasValue("b");
        assertThat(places.get(3L)).isEmpty();
        assertThat(reads).isEqualTo(1);
        assertThatThrownBy(() -> places.get(4L)).isInstanceOf(StorageException.class);
        pass(1_000);
        unreachable = false;
        list.put(1L, "c");
        assertThat(places.get(1L)).hasValue("c");
    }
}
