package dev.muster.console.html;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.output.StringOutput;
import org.junit.jupiter.api.Test;

final class IsolatingOutputTest {
    private static String written(String tag, String attribute, String text) {
        StringOutput out = new StringOutput();
        IsolatingOutput isolating = new IsolatingOutput(out);
        isolating.setContext(tag, attribute);
        isolating.writeUserContent(text);
        return out.toString();
    }

    @Test
    void directionControlsAndInvisibleCharactersAreShownAsCodePoints() {
        assertThat(written("td", null, "Ann\u202E <b>\u200Bnna\u202C"))
                .isEqualTo("<bdi>Ann⟨U+202E⟩ &lt;b&gt;⟨U+200B⟩nna⟨U+202C⟩</bdi>");
        assertThat(written("p", null, "soft\u00ADhyphen, \u2066isolate"))
                .isEqualTo("<bdi>soft⟨U+00AD⟩hyphen, ⟨U+2066⟩isolate</bdi>");
        // U+034F is the combining grapheme joiner, which is invisible.
        assertThat(written("td", null, "Ann\u034Fa")).isEqualTo("<bdi>Ann⟨U+034F⟩a</bdi>");
    }

    @Test
    void rightToLeftTextIsIsolated() {
        assertThat(written("a", null, "دانا")).isEqualTo("<bdi>دانا</bdi>");
        // Persian uses zero-width non-joiners within words.
        assertThat(written("a", null, "می\u200Cخواهم")).isEqualTo("<bdi>می\u200Cخواهم</bdi>");
    }

    @Test
    void labelsThatAreReadOutAreIsolatedToo() {
        assertThat(written("summary", "aria-label", "a\u202Eb")).isEqualTo("\u2068a⟨U+202E⟩b\u2069");
        assertThat(written("button", "title", "دانا")).isEqualTo("\u2068دانا\u2069");
        assertThat(written("button", "aria-label", "Ann")).isEqualTo("Ann");
    }

    @Test
    void blanksThatAreLettersAreShown() {
        assertThat(written("td", null, "a\u3164\u2800b")).isEqualTo("<bdi>a⟨U+3164⟩⟨U+2800⟩b</bdi>");
        // Some emoji contain variation selectors.
        assertThat(written("td", null, "\u2764\uFE0F")).isEqualTo("\u2764\uFE0F");
    }

    @Test
    void otherTextIsUnchanged() {
        assertThat(written("td", null, "Zoë Łuczak, 金")).isEqualTo("Zoë Łuczak, 金");
        assertThat(written("title", null, "Ann\u202E")).isEqualTo("Ann⟨U+202E⟩");
        // Forms submit their values unchanged.
        assertThat(written("textarea", null, "Ann\u202E")).isEqualTo("Ann\u202E");
        assertThat(written("input", "value", "Ann\u202E")).isEqualTo("Ann\u202E");
        // Only screen readers use `aria-label`, and forms do not submit it, so it may contain isolate characters.
        assertThat(written("input", "aria-label", "Ann\u202E")).isEqualTo("\u2068Ann⟨U+202E⟩\u2069");
    }
}
