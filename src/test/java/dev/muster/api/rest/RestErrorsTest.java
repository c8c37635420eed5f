package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.RefusalSamples;
import dev.muster.model.Refusal;
import dev.muster.model.value.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class RestErrorsTest {
    @Test
    void aFieldsFaultIsNamed() {
        assertThat(body(new Refusal.Taken("email", RefusalSamples.SOMEBODY, false)))
                .isEqualTo("{\"type\":\"urn:muster:problem:taken\",\"title\":\"The value is taken\",\"status\":409,"
                        + "\"detail\":\"The value of email belongs to 1a123288-24e8-7c6d-a847-501bab184f5a.\","
                        + "\"code\":\"taken\",\"requestId\":\"id\",\"errors\":[{\"field\":\"email\",\"code\":\"taken\","
                        + "\"message\":\"Belongs to 1a123288-24e8-7c6d-a847-501bab184f5a.\"}]}");
    }

    @Test
    void atMostAHundredFaultsAreListed() {
        FieldError fault = new FieldError("x", "unknown", "There is no such field.");
        String body = body(new Refusal.Invalid(Collections.nCopies(100_000, fault)));
        assertThat(body).contains("There are 100000 faults.").hasSizeLessThan(20_000);
    }

    private static String body(Refusal refusal) {
        return new String(RestErrors.reply(refusal, "id").body(), StandardCharsets.UTF_8);
    }
}
