package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityTagsTest {

    @Test
    void withoutAHeaderAndForAStarAnyVersionWillDo() {
        assertThat(EntityTags.parse(null)).isNull();
        assertThat(EntityTags.parse("*")).isNull();
    }

    @Test
    void everyVersionThatIsNamedMatches() {
        EntityTags tags = EntityTags.parse("\"3\",, \"7\" ,\"12\"");
        assertThat(tags.versions()).containsExactly(3L, 7L, 12L);
        assertThat(tags.first()).isEqualTo(3);
        assertThat(tags.matches(7)).isTrue();
        assertThat(tags.matches(4)).isFalse();
    }

    /// What proxies that compress replies make of a tag.
    @ParameterizedTest
    @ValueSource(
            strings = {"W/\"3\"", "\"3-gzip\"", "W/\"3-gzip\"", "\"3;gzip\"", "\"3-br\"", "\"3-zstd\"", "\"9\", W/\"3\""
            })
    void aTagThatAProxyHasChangedMatchesItsVersion(String header) {
        EntityTags tags = EntityTags.parse(header);
        assertThat(tags.matches(3)).isTrue();
        assertThat(tags.matches(4)).isFalse();
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
        EntityTags tags = EntityTags.parse(header);
        assertThat(tags.versions()).isEmpty();
        assertThat(tags.first()).isNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "3", "\"3", "3\"", "\"3\" \"4\"", "\"3\"x", "w/\"3\"", "\"3\", *", "\"a b\""})
    void whatIsNoListOfTagsIsMalformed(String header) {
        assertThatThrownBy(() -> EntityTags.parse(header))
                .isInstanceOfSatisfying(
                        Declined.class,
                        declined -> assertThat(declined.reply("id").status()).isEqualTo(400));
    }

    @Test
    void whatIsGivenOutIsUnderstood() {
        for (long version : List.of(1L, 7L, 999_999_999_999_999_999L)) {
            assertThat(EntityTags.parse(EntityTags.of(version)).versions()).containsExactly(version);
        }
    }
}
