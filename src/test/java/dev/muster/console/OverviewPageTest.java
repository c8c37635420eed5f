package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OverviewPageTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1, 1 byte",
        "999, 999 bytes",
        "5000, 5 kB",
        "999949, 999.9 kB",
        "999950, 1 MB",
        "1234567890, 1.2 GB",
        "9223372036854775807, 9.2 EB"
    })
    void sizesHaveAUnit(long bytes, String size) {
        assertThat(OverviewPage.bytes(bytes)).isEqualTo(size);
    }
}
