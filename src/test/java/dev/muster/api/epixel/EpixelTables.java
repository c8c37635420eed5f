package dev.muster.api.epixel;

import dev.muster.api.DialectTables;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.http.json.Json;
import dev.muster.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

public final class EpixelTables implements DialectTables {
    @Override
    public String page() {
        return "epixel";
    }

    @Override
    public Map<String, Stream<String>> tables() {
        return Map.of(
                "refusals",
                RefusalSamples.REFUSALS.stream().map(refusal -> row(refusal, EpixelErrors.of(refusal))),
                "credentials",
                Stream.of(
                        row("no API key, no token, or another scheme than Bearer", EpixelErrors.NOT_PROVIDED),
                        row("no operator with that name and password", EpixelErrors.NO_ACCOUNT),
                        row("any other", EpixelErrors.of(new Refusal.Unauthenticated()))),
                "faults",
                RefusalSamples.FAULTS.stream().map(fault -> row(fault, EpixelErrors.of(fault))));
    }

    private static String row(Object what, ErrorText error) {
        Map<String, ?> errors = error.errors().isEmpty() ? Map.of("detail", error.text()) : error.byField("");
        return DialectTables.row(
                what,
                error.status(),
                "`" + new String(Json.write(errors), StandardCharsets.UTF_8) + "`",
                DialectTables.seconds(error.retryAfter()));
    }
}
