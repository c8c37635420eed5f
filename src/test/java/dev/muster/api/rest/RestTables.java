package dev.muster.api.rest;

import dev.muster.api.DialectTables;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.http.Reply;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public final class RestTables implements DialectTables {
    @Override
    public String page() {
        return "rest";
    }

    @Override
    public Map<String, Stream<String>> tables() {
        return Map.of(
                "refusals",
                RefusalSamples.REFUSALS.stream()
                        .map(refusal -> row(refusal, RestErrors.of(refusal), RestErrors.reply(refusal, "id"))),
                "faults",
                RefusalSamples.FAULTS.stream()
                        .map(fault -> row(fault, RestErrors.of(fault), RestErrors.reply(fault, "id"))));
    }

    private static String row(Object why, ErrorText error, Reply reply) {
        String headers = Stream.of("WWW-Authenticate", "Retry-After", "RateLimit")
                .filter(name -> reply.header(name) != null)
                .map(name -> "`" + name + ": " + reply.header(name) + "`")
                .collect(Collectors.joining(", "));
        return DialectTables.row(why, error.status(), "`" + error.code() + "`", error.title(), error.detail(), headers);
    }
}
