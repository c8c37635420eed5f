package dev.muster.api.allthenticate;

import dev.muster.api.DialectTables;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import java.util.Map;
import java.util.stream.Stream;

public final class AllthenticateTables implements DialectTables {
    @Override
    public String page() {
        return "allthenticate";
    }

    @Override
    public Map<String, Stream<String>> tables() {
        return Map.of(
                "refusals",
                RefusalSamples.REFUSALS.stream().map(refusal -> row(refusal, AllthenticateErrors.of(refusal))),
                "faults",
                RefusalSamples.FAULTS.stream().map(fault -> row(fault, ErrorText.of(fault))));
    }

    private static String row(Object what, ErrorText error) {
        return DialectTables.row(what, error.status(), error.text(), DialectTables.seconds(error.retryAfter()));
    }
}
