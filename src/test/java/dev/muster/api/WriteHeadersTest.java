package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WriteHeadersTest {

    @Test
    void everyVersionThatIsNamedMatches() {
        Set<Long> versions = WriteHeaders.versions("\"3\",, \"7\" ,\"12\"");
        assertThat(versions).containsExactlyInAnyOrder(3L, 7L, 12L);
    }

    /// An entity tag still matches its version after a compressing proxy has changed it in one of the usual ways.
    @ParameterizedTest
    @ValueSource(
            strings = {"W/\"3\"", "\"3-gzip\"", "W/\"3-gzip\"", "\"3;gzip\"", "\"3-br\"", "\"3-zstd\"", "\"9\", W/\"3\""
            })
    void aTagThatAProxyHasChangedMatchesItsVersion(String header) {
        Set<Long> versions = WriteHeaders.versions(header);
        assertThat(versions).contains(3L).doesNotContain(4L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"03\"",
                "W/\"03\"",
                "\"3-zip\"",
                "\"3-gzip-gzip\"",
                "\"-gzip\"",
                "\"three\"",
                "\"\"",
                "\"3,4\"",
                "\"9999999999999999999\"",
                "\"-1\""
            })
    void aTagThatWasNeverGivenOutMatchesNoVersion(String header) {
        Set<Long> versions = WriteHeaders.versions(header);
        assertThat(versions).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "3", "\"3", "3\"", "\"3\" \"4\"", "\"3\"x", "w/\"3\"", "\"3\", *", "\"a b\""})
    void malformedListsOfTagsAreRefused(String header) {
        assertThat(WriteHeaders.versions(header)).isNull();
    }

    @Test
    void ownTagsAreAccepted() {
        for (long version : List.of(1L, 7L, 999_999_999_999_999_999L)) {
            assertThat(WriteHeaders.versions(WriteHeaders.tag(version))).containsExactly(version);
        }
    }
}
