package dev.muster.api.allthenticate;

import static dev.muster.api.RefusalSamples.SOMEBODY;
import static dev.muster.api.RefusalSamples.hold;
import static java.util.stream.Collectors.joining;

import dev.muster.Golden;
import dev.muster.api.ErrorText;
import dev.muster.api.RefusalSamples;
import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/dialects/allthenticate.md is what [AllthenticateErrors] says, whole: one row for each refusal and each fault
/// there is.
final class RefusalTableTest {
    private static final Path FILE = Path.of("docs/dialects/allthenticate.md");

    private static final List<Refusal> REFUSALS = RefusalSamples.then(
            "job-1",
            "key " + SOMEBODY,
            new Refusal.NotFound("user", "7"),
            new Refusal.NotFound("group", SOMEBODY.toString()),
            new Refusal.Erased(),
            new Refusal.Invalid("email_id", "required", "Is required."),
            new Refusal.Invalid("", "malformed", "The body must be a JSON object."),
            new Refusal.Taken("cards[0].number", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, true),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Held(List.of(hold(HoldKind.BLOCKED, Hold.MAIN, null))),
            new Refusal.StillHeld(List.of(
                    hold(HoldKind.BLOCKED, Hold.MAIN, null),
                    hold(HoldKind.SUSPENDED, "legal", Instant.parse("2026-12-01T00:00:00Z")))),
            new Refusal.StillHeld(List.of(hold(HoldKind.DEACTIVATED, Hold.MAIN, null))),
            new Refusal.StillHeld(List.of(hold(HoldKind.REMOVED, Hold.MAIN, null))));
    private static final List<Fault> FAULTS = RefusalSamples.faults(
            new Fault.MethodNotAllowed("PUT", List.of("POST")), "The body must be a form or JSON.", 1_048_576);

    @Test
    void theTableHasARowForEach() {
        RefusalSamples.checkWhole(REFUSALS, FAULTS);
    }

    @Test
    void theTableIsWhatIsSaid() {
        Golden.check(
                FILE,
                """
                # What `allthenticate` says when it says no

                Made from the code by `RefusalTableTest`; do not edit. Every error is `{"error": text}` and changes nothing. A
                400 names every fault of its request, and fields and headers as clients write them.

                ## What the register refuses

                | refusal | status | error | Retry-After |
                |---|---|---|---|
                """ + rows(REFUSALS.stream().map(refusal -> row(refusal, AllthenticateErrors.of(refusal)))) + """

                Names of holds and waiting times are examples.

                ## What the server refuses before

                | fault | status | error | Retry-After |
                |---|---|---|---|
                """
                        + rows(FAULTS.stream().map(fault -> row(fault, ErrorText.of(fault)))) + """

                `405` carries `Allow`; `429` and `503` here carry `Retry-After`.
                """);
    }

    private static String rows(Stream<String> rows) {
        return rows.collect(joining());
    }

    private static String row(Object what, ErrorText error) {
        return "| `%s` | %d | %s | %s |\n"
                .formatted(
                        what.getClass().getSimpleName(),
                        error.status(),
                        error.text(),
                        error.retryAfter() == null ? "" : error.retryAfter().toSeconds() + " s");
    }
}
