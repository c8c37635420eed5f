package dev.muster.model.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.value.Identifier;
import java.text.Normalizer;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which spellings a search treats as equal.
class SearchTextTest {
    @ParameterizedTest
    @CsvSource({
        "Götz Müller, gotz muller",
        "Łukasz, lukasz",
        "Straße, strasse",
        "STRASSE, strasse",
        "Jørgen Ødegård, jorgen odegard",
        "Đặng Thị Hồng, dang thi hong",
        "Æðelþryð, aedelthryd",
        "Œuvre, oeuvre",
        "Ħal Għaxaq, hal ghaxaq",
        "Diyarbakır, diyarbakir",
        "İstanbul, istanbul",
        "ﬁancé, fiance",
        "O’Brien, o'brien",
        "O´Brien, o'brien",
        "Anna–Lena, anna-lena",
        "Ａｎｎａ, anna",
        "Anna\u00a0Lee, anna lee",
        "Σοφία ΟΔΟΣ, σοφια οδοσ",
        "Артём, артем",
        "שָׁלוֹם, שלום",
        "مُحَمَّد, محمد",
        "ｶﾞｷﾞ, ガギ",
        "李小龍, 李小龍",
        "한국, 한국",
        "soft\u00adhyphen, softhyphen",
    })
    void foldsTo(String text, String folded) {
        assertThat(SearchText.fold(text)).isEqualTo(folded);
        assertThat(SearchText.fold(Normalizer.normalize(text, Normalizer.Form.NFD)))
                .isEqualTo(folded);
    }

    @Test
    void marksThatMakeAnotherSyllableStay() {
        assertThat(SearchText.fold("が")).isNotEqualTo(SearchText.fold("か"));
        assertThat(SearchText.fold("कि")).isNotEqualTo(SearchText.fold("क"));
    }

    @Test
    void wordsAreEachOnce() {
        assertThat(SearchText.words("  Müller\u3000 götz muller ")).containsExactly("muller", "gotz");
        assertThat(SearchText.words("\u00ad \u0301")).isEmpty();
    }

    @Test
    void punctuationAroundWordsIsLeftOut() {
        assertThat(SearchText.words("Müller, Götz")).containsExactly("muller", "gotz");
        assertThat(SearchText.words("Ann Lee <ann@example.org>;")).containsExactly("ann", "lee", "ann@example.org");
        assertThat(SearchText.words("\"Lee\" , O'Brien jr.")).containsExactly("lee", "o'brien", "jr");
        assertThat(SearchText.words("a.b (c)")).containsExactly("a.b", "c");
        assertThat(SearchText.words("...")).containsExactly("...");
    }

    @Test
    void twoCharactersAreLookedForInsideWhereTwoAreAName() {
        assertThat(SearchText.isInside("小龍")).isTrue();
        assertThat(SearchText.isInside("한국")).isTrue();
        assertThat(SearchText.isInside("ラー")).isTrue();
        assertThat(SearchText.isInside("abc")).isTrue();
        assertThat(SearchText.isInside("ab")).isFalse();
        assertThat(SearchText.isInside("小a")).isFalse();
        assertThat(SearchText.isInside("小")).isFalse();
        // This is one code point, but two `char`s.
        assertThat(SearchText.isInside("𐐨")).isFalse();
    }

    @Provide
    Arbitrary<String> assigned() {
        return Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(c ->
                        Character.getType(c) != Character.UNASSIGNED && Character.getType(c) != Character.SURROGATE)
                .list()
                .ofMaxSize(5)
                .map(points -> points.stream().map(Character::toString).reduce("", String::concat));
    }

    @Provide
    Arbitrary<String> hard() {
        return Arbitraries.of(
                        "aIiß \u0131\u0130\u1e9e\ufb03\u01f0\u0390\u1fb3\u03c3\u03c2\u03a3\u0345\u0301\u0307\u0323łøĳ´¨’が\u3099か각ㄱ\u1100\u1161\ufdfa"
                                .chars()
                                .mapToObj(c -> Character.toString((char) c))
                                .toList())
                .list()
                .ofMaxSize(6)
                .map(letters -> String.join("", letters));
    }

    private static void laws(String text) {
        String folded = SearchText.fold(text);
        assertThat(SearchText.fold(folded)).isEqualTo(folded);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            assertThat(SearchText.fold(Identifier.fold(kind, text))).isEqualTo(folded);
        }
        assertThat(SearchText.fold(Normalizer.normalize(text, Normalizer.Form.NFD)))
                .isEqualTo(folded);
        assertThat(SearchText.words(folded)).isEqualTo(SearchText.words(text));
    }

    @Property(tries = 3000)
    void foldingTwiceIsFoldingOnce(@ForAll("hard") String text) {
        laws(text);
    }

    @Property(tries = 3000)
    void foldingTwiceIsFoldingOnceInEveryScript(@ForAll("assigned") String text) {
        laws(text);
    }

    @Property(tries = 500)
    void plainTextsOnlyLoseTheirCase(@ForAll @CharRange(from = ' ', to = '~') String text) {
        assertThat(SearchText.fold(text)).isEqualTo(text.toLowerCase(Locale.ROOT));
    }
}
