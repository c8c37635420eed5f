package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which passwords the server's real estimator refuses as easy to guess.
final class NewPasswordTest {
    private static final List<String> NAMES = List.of("ada.lovelace", "acme", "Acme Analytical Engines");

    private final Validator checks = new Validator();

    private NewPassword made(String password) {
        return checks.newPassword(password, NAMES, new PasswordEstimator());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "aaaaaaaaaaaa, repetitive",
                "abcabcabcabc, repetitive",
                "abcabcabcabca, repetitive",
                "monkey-monkey, repetitive",
                "Hunter2 hunter2, repetitive",
                "............, repetitive",
                "password1234, common",
                "P@ssw0rd1234, common",
                "passwort12345, common",
                "iloveyou2024, common",
                "administrator, common",
                "1qaz2wsx3edc, common",
                "qwertyuiop12, common",
                "Summer2026!!, common",
                "Sommer.2026., common",
                "!Winter-2025!, common",
                "Frühling2026!, common",
                "August101112, common",
                "MondayFriday1, common",
                "Welcome-2026!, common",
                "abcdefghijkl, sequence",
                "aaaaaaaaaaab, sequence",
                "ada.lovelace, contains_name",
                "Ada.Lovelace1, contains_name",
                "ADALOVELACEada, contains_name",
                "lovelace-ada!, contains_name",
                "acme-acme-2026, contains_name",
                "Acme Engines 1, contains_name",
                "analytical-acme, contains_name",
            })
    void refusesWhatIsEasyToGuess(String password, String code) {
        assertThat(made(password)).isNull();
        assertThat(checks.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.field()).isEqualTo("password");
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.message()).contains("Choose").doesNotContain(password);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "kT9#vLq2xZ!m",
                "ada has many other words",
                "zażółć gęślą jaźń",
                "a long password",
                "may the winds of 2026 carry us",
                "summerhouse by 3 lakes",
                "@({[<|!$+%4862|<(@",
            })
    void takesOtherPasswords(String password) {
        assertThat(made(password).text()).isEqualTo(password);
        assertThat(checks.faults()).isEmpty();
    }
}
