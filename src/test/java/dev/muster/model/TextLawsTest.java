package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/// Properties of folded identifiers, single values and timestamps that hold for all strings.
class TextLawsTest {
    /// Letters that are known to be difficult for case folding, among ordinary ones.
    private static final String HARD =
            "aAeEiIsSkK \u0131\u0130\u00df\u1e9e\ufb03\u0149\u01f0\u0390\u1fb3\u1fb4\u1f80\u03b1\u03c3\u03c2\u03a3\u0345"
                    + "\u0301\u0300\u0307\u0308\u0323\u0342\u2126\u212a\u00e9\u01c5\u0587\u1c80\u13a0\uab70";

    @Provide
    Arbitrary<String> hard() {
        return Arbitraries.of(HARD.chars().mapToObj(c -> (char) c).toList())
                .list()
                .ofMaxSize(6)
                .map(letters -> letters.stream().map(String::valueOf).reduce("", String::concat));
    }

    @Provide
    Arbitrary<String> assigned() {
        return Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(c ->
                        Character.getType(c) != Character.UNASSIGNED && Character.getType(c) != Character.SURROGATE)
                .list()
                .ofMaxSize(4)
                .map(points -> points.stream().map(Character::toString).reduce("", String::concat));
    }

    private static String folded(String text) {
        return Identifier.fold(Identifier.Kind.USERNAME, text);
    }

    private static void foldsToOne(String text) {
        String folded = folded(text);
        assertThat(folded(folded)).isEqualTo(folded);
        assertThat(folded(Normalizer.normalize(text, Normalizer.Form.NFC))).isEqualTo(folded);
        assertThat(folded(Normalizer.normalize(text, Normalizer.Form.NFD))).isEqualTo(folded);
        String exact = Identifier.fold(Identifier.Kind.EXTERNAL_ID, text);
        assertThat(exact).isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
        assertThat(folded(exact)).isEqualTo(folded);
    }

    @Property(tries = 2000)
    void foldingTwiceIsFoldingOnce(@ForAll("hard") String text) {
        foldsToOne(text);
    }

    @Property(tries = 2000)
    void foldingTwiceIsFoldingOnceInEveryScript(@ForAll("assigned") String text) {
        foldsToOne(text);
    }

    /// Tests a capital omega with iota subscript and a circumflex, whose marks have a different order in each case.
    @Example
    void marksKeepTheirPlacesWhateverTheLetterCase() {
        foldsToOne("\u1ffc\u0342");
        letterCaseMakesNoOtherUser("\u1ffc\u0342");
    }

    @Property(tries = 2000)
    void letterCaseMakesNoOtherUser(@ForAll("hard") String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        assertThat(folded(composed.toLowerCase(Locale.ROOT))).isEqualTo(folded(text));
    }

    // Values

    @Provide
    Arbitrary<String> nearlyAddresses() {
        return Arbitraries.strings()
                .withChars("ab1.@-_+!#\u00e9 \"(")
                .ofMaxLength(12)
                .map(text -> "a" + text);
    }

    /// The regular expression that the HTML standard gives for `input type=email`.
    private static final Pattern HTML = Pattern.compile("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]"
            + "(?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$");

    @Property(tries = 2000)
    void anAddressIsWhatHtmlTakes(@ForAll("nearlyAddresses") String text) {
        Validator checks = new Validator();
        checks.email(text);
        assertThat(checks.passed())
                .isEqualTo(HTML.matcher(Identifier.trimmed(text)).matches());
    }

    @Property(tries = 1000)
    void acceptedLinesAreStorable(@ForAll String text, @ForAll @IntRange(min = 1, max = 20) int longest) {
        Validator checks = new Validator();
        String line = checks.line("name", text, longest);
        if (checks.passed()) {
            assertThat(line).isEqualTo(Identifier.trimmed(text)).isNotBlank();
            assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(longest);
            assertThat(line.codePoints()).noneMatch(Character::isISOControl);
            assertThat(new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(line);
            assertThat(new Validator().line("name", line, longest)).isEqualTo(line);
        }
    }

    @Property(tries = 500)
    void nothingThatIsIndexedIsTooLong(
            @ForAll("assigned") String text, @ForAll @IntRange(min = 1, max = 120) int times) {
        for (Identifier.Kind kind : List.of(Identifier.Kind.EXTERNAL_ID, Identifier.Kind.USERNAME)) {
            Validator checks = new Validator();
            Identifier identifier = checks.identifier(kind, text.repeat(times));
            if (checks.passed()) {
                assertThat(identifier.folded().getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThanOrEqualTo(Validator.INDEXED_BYTES);
                assertThat(UserRef.identifier(kind, text.repeat(times)))
                        .isEqualTo(new UserRef.ByIdentifier(identifier.key()));
            }
        }
    }

    // Timestamps

    /// The first and last millisecond of the years 0 to 9999.
    private static final long FIRST = -62_167_219_200_000L;

    private static final long LAST = 253_402_300_799_999L;

    @Property(tries = 2000)
    void aTimestampIsReadAsItWasWritten(@ForAll @LongRange(min = FIRST, max = LAST) long millis) {
        Instant at = Instant.ofEpochMilli(millis);
        String text = Timestamps.text(at);
        assertThat(text).hasSize(24).isEqualTo(withMillis(at));
        assertThat(Timestamps.parse(text)).isEqualTo(at);
        assertThat(Instant.parse(text)).isEqualTo(at);
    }

    private static String withMillis(Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                local.getYear(),
                local.getMonthValue(),
                local.getDayOfMonth(),
                local.getHour(),
                local.getMinute(),
                local.getSecond(),
                local.getNano() / 1_000_000);
    }

    @Property(tries = 1000)
    void anOffsetChangesTheTextAndNotTheInstant(
            @ForAll @LongRange(min = FIRST + 86_400_000, max = LAST - 86_400_000) long millis,
            @ForAll @IntRange(min = -1080, max = 1080) int minutes) {
        Instant at = Instant.ofEpochMilli(millis);
        OffsetDateTime elsewhere = at.atOffset(ZoneOffset.ofTotalSeconds(minutes * 60));
        assertThat(Timestamps.parse(elsewhere.toString())).isEqualTo(at);
    }

    @Property(tries = 1000)
    void noTextThrows(@ForAll String text, @ForAll @LongRange(min = -999_999_999, max = 999_999_999) long year) {
        assertThat(Timestamps.parse(text)).isNull();
        String sign = year > 9999 ? "+" : year < 0 ? "-" : "";
        String dated = "%s%04d-12-31T23:59:59-18:00".formatted(sign, Math.abs(year));
        // In UTC, this is already the next day.
        boolean named = year >= -1 && year < 9999;
        assertThat(Timestamps.parse(dated) != null).isEqualTo(named);
    }
}
