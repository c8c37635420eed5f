package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.validation.Validator;
import dev.muster.model.value.FieldError;
import dev.muster.model.value.Identifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VisibleNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann\u200Ba",
                "ann\u202Ea",
                "an\u200Dna",
                "an\u00ADna",
                "an\uFEFFna",
                "an\u2060na",
                "an\u3164na",
                "an\u2800na",
                "an\uFE0Fna",
                "an\u115Fna",
                "an\u1160na",
                "an\uFFA0na",
                "an\u034Fna",
                "an\u17B4na",
                "an\u180Bna",
                "an\u2028na",
                "an\uDB40\uDD00na",
                "an\uD834\uDD59na"
            })
    void identifiersHideNothing(String text) {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Validator checks = new Validator();
            checks.identifier(kind, kind == Identifier.Kind.EMAIL ? text + "@example.org" : text);
            assertThat(checks.faults()).as("%s", kind).isNotEmpty();
        }
        Validator checks = new Validator();
        checks.jobId(text);
        checks.name(text);
        checks.visibleLine("name", text, 100);
        checks.partnerId(text);
        assertThat(checks.faults())
                .extracting(FieldError::code)
                .containsExactly("invisible", "invisible", "invisible", "not_a_partner_id");
        // Names of people may contain such a character, and existing identifiers that contain one are still found.
        Validator lenient = new Validator();
        lenient.line("name", text, 200);
        lenient.existing(Identifier.Kind.EXTERNAL_ID, text);
        lenient.existingJobId(text);
        assertThat(lenient.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin1", "админ1", "διαχειριστής", "管理者", "かんりカンリ管理", "관리자管理", "مدير", "zoë.łuczak-2"})
    void operatorsNamesAreOfOneScript(String text) {
        Validator checks = new Validator();
        checks.operatorName(text);
        assertThat(checks.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0430dmin1", "admi\u0578", "\u03BFperator", "管理admin", "かんり관리"})
    void othersLookLikeOthersNames(String text) {
        Validator checks = new Validator();
        checks.operatorName(text);
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("mixed_scripts");
        // A username may mix scripts.
        Validator user = new Validator();
        user.identifier(Identifier.Kind.USERNAME, text);
        assertThat(user.faults()).isEmpty();
    }

    /// The compatibility form of each of these is `maria`, `k2` or `fin`.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFF4Daria",
                "\uD835\uDDC6aria",
                "mar\u2071a",
                "\u24DCaria",
                "k\u00B2",
                "\uFB01n",
                "\uFF2D\uFF21ria"
            })
    void variantsOfLettersLookLikeOthersNames(String text) {
        Validator checks = new Validator();
        checks.operatorName(text);
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("letter_variants");
        // Existing users with such names are still found.
        Validator existing = new Validator();
        assertThat(existing.existing(Identifier.Kind.USERNAME, text).text()).isEqualTo(text);
        assertThat(existing.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://example.com/a\u202Eb", "https://example.com/\u3164", "https://example.com/a?b=\u200B."})
    void callbacksHideNothing(String text) {
        Validator checks = new Validator();
        checks.callbackUrl(text);
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("invisible");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "https://example.com/hook?a=b",
                "HTTPS://example.com:8443/",
                "https://[2001:db8::1]/hook"
            })
    void callbacksAreHttpsUrls(String text) {
        Validator checks = new Validator();
        assertThat(checks.callbackUrl(text)).isEqualTo(text);
        assertThat(checks.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "javascript:alert(1)",
                "http://example.com",
                "http://localhost/",
                "http://127.0.0.1/",
                "//example.com/",
                "/hook",
                "example.com",
                "https:",
                "https:///path",
                "https:example.com",
                "https://user@example.com/",
                "https://user:secret@example.com/",
                "https://@example.com/",
                "https://exa mple.com/",
                "https://exam_ple.com/",
                "https://example.com:99999/",
                "data:text/html,x"
            })
    void othersAreNot(String text) {
        Validator checks = new Validator();
        checks.callbackUrl(text);
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("not_a_url");
    }

    @org.junit.jupiter.api.Test
    void callbacksAreOf2048CharactersAtMost() {
        String start = "https://example.com/";
        Validator checks = new Validator();
        checks.callbackUrl(start + "a".repeat(2048 - start.length()));
        assertThat(checks.faults()).isEmpty();
        checks.callbackUrl(start + "a".repeat(2049 - start.length()));
        assertThat(checks.faults()).extracting(FieldError::code).containsExactly("too_long");
    }
}
