package dev.muster.api.epixel;

import static dev.muster.api.RefusalSamples.SOMEBODY;
import static dev.muster.api.RefusalSamples.hold;
import static java.util.stream.Collectors.joining;

import dev.muster.Golden;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.http.Fault;
import dev.muster.http.json.Json;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/dialects/epixel.md is what [EpixelErrors] says, whole: one row for each refusal and each fault there is.
final class RefusalTableTest {
    private static final Path FILE = Path.of("docs/dialects/epixel.md");

    private static final List<Refusal> REFUSALS = RefusalSamples.then(
            "job-1",
            "key " + SOMEBODY,
            new Refusal.NotFound("user", SOMEBODY.toString()),
            new Refusal.NotFound("group", SOMEBODY.toString()),
            new Refusal.Erased(),
            new Refusal.Invalid("unique_id", "required", "This field is required."),
            new Refusal.Invalid("", "malformed", "The body must be a JSON object."),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Held(List.of(hold(HoldKind.BLOCKED, Hold.MAIN, null))),
            new Refusal.StillHeld(List.of(
                    hold(HoldKind.BLOCKED, Hold.MAIN, null),
                    hold(HoldKind.SUSPENDED, "legal", Instant.parse("2026-12-01T00:00:00Z")))));
    private static final List<Fault> FAULTS = RefusalSamples.faults(
            new Fault.MethodNotAllowed("GET", List.of("POST")),
            "The coding of the body is not spoken here.",
            1_048_576);

    @Test
    void theTableHasARowForEach() {
        RefusalSamples.checkWhole(REFUSALS, FAULTS);
    }

    @Test
    void theTableIsWhatIsSaid() {
        Golden.check(
                FILE,
                """
                # What `epixel` says when it says no

                Made from the code by `RefusalTableTest`; do not edit. Every error is
                `{"status_code":n,"errors":{field:[texts]},"data":{}}`, or `"errors":{"detail":text}` where it is no field's
                fault, and changes nothing. `errors` names the fields as clients write them, and headers by their names. A 400
                names every faulty field of its request.

                ## What the register refuses

                | refusal | status | errors | Retry-After |
                |---|---|---|---|
                """ + rows(REFUSALS.stream().map(refusal -> row(code(refusal), EpixelErrors.of(refusal)))) + """

                Ids, names of holds and waiting times are examples.

                Three more for credentials that the gate did not take:

                | when | status | errors | Retry-After |
                |---|---|---|---|
                """
                        + row("no API key, no token, or another scheme than Bearer", EpixelErrors.NOT_PROVIDED)
                        + row("no operator with that name and password", EpixelErrors.NO_ACCOUNT)
                        + row("any other", EpixelErrors.of(new Refusal.Unauthenticated())) + """

                ## What the server refuses before

                | fault | status | errors | Retry-After |
                |---|---|---|---|
                """
                        + rows(FAULTS.stream().map(fault -> row(code(fault), EpixelErrors.of(fault)))) + """

                `405` carries `Allow`; `429` and `503` here carry `Retry-After`.
                """);
    }

    private static String rows(Stream<String> rows) {
        return rows.collect(joining());
    }

    private static String code(Object what) {
        return "`" + what.getClass().getSimpleName() + "`";
    }

    private static String row(String what, ErrorText error) {
        return "| %s | %d | `%s` | %s |\n"
                .formatted(
                        what,
                        error.status(),
                        errors(error),
                        error.retryAfter() == null ? "" : error.retryAfter().toSeconds() + " s");
    }

    private static String errors(ErrorText error) {
        Object errors = !error.fields().isEmpty() ? error.fields() : Map.of("detail", error.text());
        return new String(Json.write(errors), StandardCharsets.UTF_8);
    }
}
