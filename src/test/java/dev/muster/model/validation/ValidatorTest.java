package dev.muster.model.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.user.Card;
import dev.muster.model.value.FieldError;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules for single values, with examples of accepted and refused values.
class ValidatorTest {
    private static final NewPassword.Estimator HARD = _ -> new NewPassword.Estimate(20, NewPassword.Pattern.OTHER);
    private static final String EMOJI = "\ud83d\ude00";
    private static final String SMALL_LONG_S = "\u017f";

    private final Validator checks = new Validator();

    private static List<String> codes(Consumer<Validator> check) {
        Validator checks = new Validator();
        check.accept(checks);
        return checks.faults().stream().map(FieldError::code).toList();
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("Ada", "Ada", null),
                Arguments.of("  Ada \t\n", "Ada", null),
                Arguments.of("\u3000Ada\u3000", "Ada", null),
                Arguments.of("A d a", "A d a", null),
                Arguments.of("", "", "blank"),
                Arguments.of(" \t ", "", "blank"),
                Arguments.of("A\nda", "A\nda", "control_character"),
                Arguments.of("A\u0000da", "A\u0000da", "control_character"),
                Arguments.of("A\u007fda", "A\u007fda", "control_character"),
                Arguments.of("A\u0085da", "A\u0085da", "control_character"),
                Arguments.of("A\ud83d", "A\ud83d", "not_unicode"),
                Arguments.of("\ude00A", "\ude00A", "not_unicode"),
                Arguments.of("\ude00\ud83d", "\ude00\ud83d", "not_unicode"),
                Arguments.of("A\u0378", "A\u0378", "unassigned"),
                Arguments.of("A\uffff", "A\uffff", "unassigned"),
                Arguments.of("\u0391\u05d0\u4e2d" + EMOJI, "\u0391\u05d0\u4e2d" + EMOJI, null));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLine(String raw, String text, @Nullable String code) {
        assertThat(checks.line("name", raw, 20)).isEqualTo(text);
        assertThat(checks.faults()).extracting(FieldError::code).isEqualTo(code == null ? List.of() : List.of(code));
        assertThat(checks.passed()).isEqualTo(code == null);
    }

    @Test
    void noLineIsNoFault() {
        assertThat(checks.line("name", null, 20)).isNull();
        assertThat(checks.email(null)).isNull();
        assertThat(checks.identifier(Identifier.Kind.USERNAME, null)).isNull();
        assertThat(checks.passed()).isTrue();
    }

    /// A character outside the Basic Multilingual Plane is two `char`s but counts as one.
    @Test
    void lengthsAreCountedInCodePoints() {
        assertThat(codes(check -> check.line("name", EMOJI.repeat(200), 200))).isEmpty();
        assertThat(codes(check -> check.line("name", EMOJI.repeat(201), 200))).containsExactly("too_long");
        assertThat(codes(check -> check.line("name", "a".repeat(200) + "  ", 200)))
                .isEmpty();
        assertThat(codes(check -> check.reason(EMOJI.repeat(100)))).isEmpty();
        assertThat(codes(check -> check.reason(EMOJI.repeat(101)))).containsExactly("too_long");
        assertThat(codes(check -> check.note("a".repeat(1000)))).isEmpty();
        assertThat(codes(check -> check.note("a".repeat(1001)))).containsExactly("too_long");
    }

    @Test
    void allErrorsAreReportedTogetherAndInOrder() {
        checks.line("name", " ", 20);
        checks.email("nobody");
        checks.label("Main");
        assertThat(checks.faults()).extracting(FieldError::field).containsExactly("name", "email", "label");
        assertThat(checks.faults()).allMatch(fault -> fault.message().endsWith("."));
    }

    @Test
    void textMayHaveLinesAndEmptyTextCountsAsAbsent() {
        assertThat(checks.note("one\r\n\ttwo\n")).isEqualTo("one\r\n\ttwo\n");
        assertThat(checks.note("")).isNull();
        assertThat(checks.reason(" \n")).isNull();
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.note("a\u0000"))).containsExactly("control_character");
        assertThat(codes(check -> check.note("a\u001b[0m"))).containsExactly("control_character");
        assertThat(codes(check -> check.note("a\ud83d"))).containsExactly("not_unicode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "ada@x.org",
                "ADA@X.ORG",
                "ada.@x.org",
                ".a@x.org",
                "a..b@x.org",
                "a+b@x.org",
                "!#$%&'*+/=?^_`{|}~-@x.org",
                "a@1.2",
                "a@a-b.c-d",
                " ada@x.org "
            })
    void anAddress(String text) {
        assertThat(codes(check -> check.email(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "@x.org",
                "a@",
                "a@b@c",
                "a@.org",
                "a@x.",
                "a@x..org",
                "a@-x.org",
                "a@x-.org",
                "a b@x.org",
                "a@x org",
                "\"a b\"@x.org",
                "a@[1.2.3.4]",
                "\u00e9@x.org",
                "a@\u00e9.org",
                "a@x_y.org",
                "a,b@x.org"
            })
    void noAddress(String text) {
        assertThat(codes(check -> check.email(text))).containsExactly("not_an_address");
    }

    @Test
    void anAddressesParts() {
        String label = "x".repeat(63);
        assertThat(codes(check -> check.email("a@" + label + ".org"))).isEmpty();
        assertThat(codes(check -> check.email("a@" + label + "x.org"))).containsExactly("not_an_address");
        String longest = "a".repeat(254 - "@x.org".length()) + "@x.org";
        assertThat(codes(check -> check.email(longest))).isEmpty();
        assertThat(codes(check -> check.email("a" + longest))).containsExactly("too_long");
    }

    @Test
    void anIdentifierIsBoundedInCharactersAndFoldedInBytes() {
        String four = "\ud835\udc00";
        assertThat(codes(check -> check.identifier(Identifier.Kind.EXTERNAL_ID, four.repeat(255))))
                .as("1,020 bytes")
                .isEmpty();
        assertThat(codes(check -> check.identifier(Identifier.Kind.EXTERNAL_ID, "a".repeat(256))))
                .containsExactly("too_long");
        // The first character decomposes into three characters of four bytes each; the upper case of the second
        // consists of several characters.
        String musical = "\ud834\udd60";
        assertThat(codes(check -> check.identifier(Identifier.Kind.EXTERNAL_ID, musical.repeat(85))))
                .isEmpty();
        assertThat(codes(check -> check.identifier(Identifier.Kind.EXTERNAL_ID, musical.repeat(86))))
                .containsExactly("too_long");
        String greek = "\u1fb7";
        assertThat(codes(check -> check.identifier(Identifier.Kind.USERNAME, greek.repeat(255))))
                .containsExactly("too_long");
        assertThat(codes(check -> check.identifier(Identifier.Kind.USERNAME, SMALL_LONG_S.repeat(255))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "a", "0", "-", "legal-2", "abcdefghijklmnopqrstuvwxyz012345"})
    void aLabel(String label) {
        assertThat(checks.label(label)).isEqualTo(label);
        assertThat(checks.passed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Main", "a b", "a_b", "a.b", "\u00e4", "abcdefghijklmnopqrstuvwxyz0123456"})
    void noLabel(String label) {
        assertThat(codes(check -> check.label(label))).containsExactly("not_a_label");
    }

    @Test
    void aLabelThatIsNotGivenIsMain() {
        assertThat(checks.label(null)).isEqualTo("main");
    }

    @Test
    void aPartnerId() {
        assertThat(codes(check -> check.partnerId("Az09_-"))).isEmpty();
        assertThat(codes(check -> check.partnerId("a".repeat(64)))).isEmpty();
        assertThat(codes(check -> check.partnerId(null))).isEmpty();
        for (String bad : List.of("", "a".repeat(65), "a b", "a/b", "\u00e4")) {
            assertThat(codes(check -> check.partnerId(bad))).containsExactly("not_a_partner_id");
        }
    }

    @Test
    void workstations() {
        assertThat(checks.workstations(List.of(" ada ", "bob", "ADA"))).containsExactly("ada", "bob", "ADA");
        assertThat(checks.workstations(many(50))).hasSize(50);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.workstations(many(51)))).containsExactly("too_many");
        assertThat(codes(check -> check.workstations(List.of("ada", " ada")))).containsExactly("duplicate");
        assertThat(codes(check -> check.workstations(List.of("a".repeat(256), " "))))
                .containsExactly("too_long", "blank");
        checks.workstations(List.of("ada", ""));
        assertThat(checks.faults()).extracting(FieldError::field).containsExactly("workstations[1]");
    }

    private static List<String> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
    }

    private static List<Card> cards(String... numbers) {
        return Stream.of(numbers).map(number -> new Card(number, null)).toList();
    }

    @Test
    void cardNumbers() {
        assertThat(codes(check -> check.cards(cards("0", "00", "1".repeat(32)), false)))
                .isEmpty();
        for (String bad : List.of("", "1".repeat(33), "1a", " 1", "-1", "\u0661")) {
            assertThat(codes(check -> check.cards(cards(bad), false))).containsExactly("not_digits");
        }
        assertThat(codes(check -> check.cards(cards("1", "2", "1"), false))).containsExactly("duplicate");
        assertThat(codes(check -> check.cards(cards("1", "2", "1"), true))).isEmpty();
        assertThat(codes(check -> check.cards(cards(numbers(20)), false))).isEmpty();
        assertThat(codes(check -> check.cards(cards(numbers(21)), false))).containsExactly("too_many");
        assertThat(checks.cards(List.of(new Card("1", " door ")), false)).containsExactly(new Card("1", "door"));
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void metadataIsBoundedInBytes() {
        assertThat(checks.metadata("{}")).isNull();
        assertThat(checks.metadata(null)).isNull();
        String sharp = "\u00df";
        String fits = "{\"a\":\"" + sharp.repeat((8192 - 8) / 2) + "\"}";
        assertThat(checks.metadata(fits)).isEqualTo(fits);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.metadata(fits.replace("{", "{ ")))).containsExactly("too_long");
    }

    @Test
    void passwords() {
        assertThat(codes(check -> check.newPassword("correct horse", List.of(), HARD)))
                .isEmpty();
        assertThat(codes(check -> check.newPassword(EMOJI.repeat(11) + "a", List.of(), HARD)))
                .isEmpty();
        assertThat(codes(check -> check.newPassword(EMOJI.repeat(11), List.of(), HARD)))
                .containsExactly("too_short");
        assertThat(codes(check -> check.newPassword(null, List.of(), HARD))).containsExactly("too_short");
        assertThat(codes(check -> check.newPassword("a".repeat(1001), List.of(), HARD)))
                .containsExactly("too_long");
        assertThat(codes(check -> check.newPassword("correct horse\ud83d", List.of(), HARD)))
                .containsExactly("not_unicode");
        assertThat(codes(check -> check.newPassword("correct\u0000horse", List.of(), HARD)))
                .containsExactly("not_unicode");
    }

    @Test
    void invisibleCharactersAtTheEndsAreTrimmed() {
        for (String raw : List.of("\u00a0BADGUY", "BADGUY\u200b", "\ufeff BADGUY\u202f", "\tBADGUY\u2003")) {
            assertThat(new Validator()
                            .identifier(Identifier.Kind.EXTERNAL_ID, raw)
                            .text())
                    .isEqualTo("BADGUY");
        }
        Validator checks = new Validator();
        checks.identifier(Identifier.Kind.USERNAME, "\u00a0\u2003\u200b");
        assertThat(checks.passed()).isFalse();
    }

    @Test
    void aGroupsName() {
        assertThat(checks.name("  Night shift ")).isEqualTo("Night shift");
        assertThat(checks.name(null)).isNull();
        assertThat(checks.name(EMOJI.repeat(200))).hasSize(400);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.name(" "))).containsExactly("blank");
        assertThat(codes(check -> check.name("a".repeat(201)))).containsExactly("too_long");
        assertThat(codes(check -> check.name("a\nb"))).containsExactly("control_character");
        // This character decomposes into three characters of four bytes each.
        String musical = "\ud834\udd60";
        assertThat(codes(check -> check.name(musical.repeat(85)))).isEmpty();
        assertThat(codes(check -> check.name(musical.repeat(86)))).containsExactly("too_long");
    }

    @Test
    void aDescription() {
        assertThat(checks.description("all who\nwork at night")).isEqualTo("all who\nwork at night");
        assertThat(checks.description(" ")).isNull();
        assertThat(checks.description("a".repeat(1000))).hasSize(1000);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.description("a".repeat(1001)))).containsExactly("too_long");
    }

    @Test
    void resources() {
        assertThat(checks.resources(List.of(" door:1 ", "DOOR:1"))).containsExactly("door:1", "DOOR:1");
        assertThat(checks.resources(List.of())).isEmpty();
        assertThat(checks.resources(many(100))).hasSize(100);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.resources(many(101)))).containsExactly("too_many");
        assertThat(codes(check -> check.resources(List.of("a", " a", "b".repeat(256), " "))))
                .containsExactly("duplicate", "too_long", "blank");
        checks.resources(List.of("a", ""));
        assertThat(checks.faults()).extracting(FieldError::field).containsExactly("resources[1]");
    }

    @Test
    void aJobId() {
        assertThat(checks.jobId(" job/7 ")).isEqualTo("job/7");
        assertThat(checks.jobId("Job/7")).as("compared exactly").isEqualTo("Job/7");
        assertThat(checks.jobId(null)).isNull();
        assertThat(checks.jobId(EMOJI.repeat(255)).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(Validator.INDEXED_BYTES);
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.jobId("a".repeat(256)))).containsExactly("too_long");
        assertThat(codes(check -> check.jobId(""))).containsExactly("blank");
        assertThat(codes(check -> check.jobId("a\tb"))).containsExactly("control_character");
    }

    @Test
    void extrasAreBoundedInBytes() {
        assertThat(checks.extras("{}")).isNull();
        assertThat(checks.extras(null)).isNull();
        String fits = "{\"a\":\"" + "\u00df".repeat((8192 - 8) / 2) + "\"}";
        assertThat(checks.extras(fits)).isEqualTo(fits);
        assertThat(checks.passed()).isTrue();
        checks.extras(fits.replace("{", "{ "));
        assertThat(checks.faults()).extracting(FieldError::field).containsExactly("extras");
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("too_long");
    }

    @Test
    void aCallbackUrl() {
        assertThat(checks.callbackUrl(" https://example.org/?a=b ")).isEqualTo("https://example.org/?a=b");
        assertThat(checks.passed()).isTrue();
        assertThat(codes(check -> check.callbackUrl("https://example.org/\r\nX: y")))
                .containsExactly("control_character");
    }

    static Stream<Arguments> confidences() {
        return Stream.of(
                Arguments.of("0", "0", null),
                Arguments.of("0.0000000", "0", null),
                Arguments.of("0E+400", "0", null),
                Arguments.of("-0.0", "0", null),
                Arguments.of("100", "100", null),
                Arguments.of("1E+2", "100", null),
                Arguments.of("100.00000", "100", null),
                Arguments.of("99.1200", "99.12", null),
                Arguments.of("0.0001", "0.0001", null),
                Arguments.of("99.99990", "99.9999", null),
                Arguments.of("0.00001", "0.00001", "too_fine"),
                Arguments.of("1E-400", "1E-400", "too_fine"),
                Arguments.of("100.0001", "100.0001", "range"),
                Arguments.of("1E+400", "1E+400", "range"),
                Arguments.of("-0.0001", "-0.0001", "range"));
    }

    @ParameterizedTest
    @MethodSource("confidences")
    void aConfidence(String raw, String text, @Nullable String code) {
        assertThat(checks.confidence(new BigDecimal(raw))).isEqualTo(new BigDecimal(text));
        assertThat(checks.faults()).extracting(FieldError::code).isEqualTo(code == null ? List.of() : List.of(code));
    }

    @Test
    void noConfidenceIsNoFault() {
        assertThat(checks.confidence(null)).isNull();
        assertThat(checks.passed()).isTrue();
    }

    @Test
    void aVerdictsText() {
        assertThat(checks.verdictText("Faces\nmatch")).isEqualTo("Faces\nmatch");
        assertThat(checks.verdictText("")).isNull();
        assertThat(checks.passed()).isTrue();
        checks.verdictText("a".repeat(1001));
        assertThat(checks.faults()).extracting(FieldError::field).containsExactly("text");
    }
}
