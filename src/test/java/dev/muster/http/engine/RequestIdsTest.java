package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequestIdsTest {
    private final RequestIds ids = new RequestIds();

    @Test
    void allCharactersComeAtAllPlacesAndNoIdTwice() {
        Set<String> made = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            // Every other id is the first of a new connection.
            String id = i % 2 == 0 ? ids.newId() : new RequestIds().newId();
            assertThat(id).matches("[A-Za-z0-9_-]{16}");
            made.add(id);
            for (int at = 0; at < id.length(); at++) {
                seen.add(at + id.substring(at, at + 1));
            }
        }
        assertThat(made).hasSize(10_000);
        assertThat(seen).hasSize(16 * 64);
    }

    @Test
    void theIdsOfAConnectionShareTheirBeginning() {
        String id = ids.newId();
        assertThat(ids.newId()).startsWith(id.substring(0, 10)).isNotEqualTo(id);
        assertThat(new RequestIds().newId()).doesNotStartWith(id.substring(0, 10));
    }

    @Test
    void ownIdsAreValid() {
        String id = ids.newId();
        assertThat(RequestIds.validOrNull(id)).isEqualTo(id);
        assertThat(RequestIds.validOrNull(null)).isNull();
        assertThat(RequestIds.validOrNull("")).isNull();
        assertThat(RequestIds.validOrNull("a\"b")).isNull();
        assertThat(RequestIds.validOrNull("x".repeat(64))).hasSize(64);
        assertThat(RequestIds.validOrNull("x".repeat(65))).isNull();
    }
}
