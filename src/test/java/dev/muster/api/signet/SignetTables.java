package dev.muster.api.signet;

import dev.muster.api.DialectTables;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

public final class SignetTables implements DialectTables {
    @Override
    public String page() {
        return "signet";
    }

    @Override
    public Map<String, Stream<String>> tables() {
        return Map.of(
                "refusals",
                RefusalSamples.REFUSALS.stream()
                        .map(refusal -> row(refusal, SignetErrors.of(refusal, ApiVersion.USER))),
                "credentials",
                Stream.of(
                        row("a wrong key or secret", SignetErrors.BAD_KEY_OR_SECRET),
                        row("an invalid or used refresh token", SignetErrors.BAD_REFRESH_TOKEN)),
                "faults",
                RefusalSamples.FAULTS.stream().map(fault -> row(fault, ErrorText.of(fault))));
    }

    private static String row(Object what, ErrorText error) {
        Map<String, List<String>> errors = error.byField("body");
        return DialectTables.row(
                what,
                error.status(),
                error.text(),
                errors.isEmpty() ? "" : "`" + new String(Json.write(errors), StandardCharsets.UTF_8) + "`",
                DialectTables.seconds(error.retryAfter()));
    }
}
