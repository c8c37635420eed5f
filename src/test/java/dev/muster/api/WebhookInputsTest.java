package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.TestOutgoing;
import dev.muster.config.Setting;
import dev.muster.directory.Webhooks;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.FieldError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The error for an invalid webhook URL says which setting of the server would permit it. The error for an invalid
/// event type lists the types that exist.
final class WebhookInputsTest {
    private final WebhookInputs inputs =
            new WebhookInputs(Webhooks.Destinations.of(TestOutgoing.none().urls()));
    private final Validator validator = new Validator();

    private List<FieldError> url(String url) {
        inputs.url(validator, "url", url);
        return validator.faults();
    }

    @Test
    void aRefusedAddressNamesTheSettingThatPermitsIt() {
        String setting = Setting.WEBHOOK_ALLOW.option() + " (" + Setting.WEBHOOK_ALLOW.variable() + ")";
        assertThat(url("https://10.0.0.1/hook"))
                .extracting(FieldError::code, FieldError::message)
                .containsExactly(tuple(
                        "address_not_allowed",
                        "Must not be a private or special address, unless the server's setting " + setting
                                + " permits it."));
    }

    @Test
    void aRefusedHttpUrlNamesTheSettingThatPermitsIt() {
        String setting = Setting.WEBHOOK_HTTP.option() + " (" + Setting.WEBHOOK_HTTP.variable() + ")";
        assertThat(url("http://example.org/hook"))
                .extracting(FieldError::code, FieldError::message)
                .containsExactly(tuple(
                        "not_a_url", "Must begin with https; the server's setting " + setting + " permits http too."));
    }

    /// These URLs are not permitted by any setting.
    @ParameterizedTest
    @ValueSource(strings = {"https://127.1/", "ftp://example.org/", "http://me@example.org/", "https://example.org/#a"})
    void otherUrlsNameNoSetting(String url) {
        assertThat(url(url))
                .singleElement()
                .satisfies(error -> assertThat(error.message()).doesNotContain("--"));
    }

    @Test
    void anUnknownTypeIsToldWhichTypesThereAre() {
        inputs.types(validator, "types", List.of("job.*", "job.finished", "people.*"));
        assertThat(validator.faults()).extracting(FieldError::field).containsExactly("types[1]", "types[2]");
        assertThat(validator.faults().getFirst().message())
                .contains("Types that begin with job: ", "job.completed, ")
                .doesNotContain("user.registered");
        assertThat(validator.faults().getLast().message()).contains("Types begin with approval, ", ", user, webhook");
    }
}
