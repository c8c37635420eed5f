package dev.muster.api.signet;

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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/dialects/signet.md is what [SignetErrors] says, whole: one row for each refusal and each fault there is.
final class RefusalTableTest {
    private static final Path FILE = Path.of("docs/dialects/signet.md");

    private static final List<Refusal> REFUSALS = RefusalSamples.then(
            "job-1",
            "key " + SOMEBODY,
            new Refusal.NotFound("user", SOMEBODY.toString()),
            new Refusal.Erased(),
            new Refusal.Invalid("email", "not_an_address", "Must be an e-mail address."),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, true),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Held(List.of(hold(HoldKind.BLOCKED, Hold.MAIN, null))),
            new Refusal.StillHeld(List.of(
                    hold(HoldKind.BLOCKED, Hold.MAIN, null),
                    hold(HoldKind.SUSPENDED, "legal", Instant.parse("2026-12-01T00:00:00Z")))));
    private static final List<Fault> FAULTS = RefusalSamples.faults(
            new Fault.MethodNotAllowed("PUT", List.of("POST")), "The body must be application/json.", 1_048_576);

    @Test
    void theTableHasARowForEach() {
        RefusalSamples.checkWhole(REFUSALS, FAULTS);
    }

    @Test
    void theTableIsWhatIsSaid() {
        Golden.check(
                FILE,
                """
                # What `signet` says when it says no

                Made from the code by `RefusalTableTest`; do not edit. Every error is
                `{"success":false,"message":…,"errors":{field:[texts]}}` and changes nothing. `errors` names the fields as clients
                write them, headers by their names, and the body as a whole `body`. A 400 names every fault of its request.

                ## What the register refuses

                | refusal | status | message | errors | Retry-After |
                |---|---|---|---|---|
                """ + rows(REFUSALS.stream().map(refusal -> row(refusal, SignetErrors.of(refusal, Naming.USER)))) + """

                Ids, names of holds and waiting times are examples. To the calls that speak of clients the same is said with
                `client` and `clientId` in the place of `user` and `userId`.

                Two more for credentials in the body of `generate-token`:

                | when | status | message | errors | Retry-After |
                |---|---|---|---|---|
                """
                        + row("a wrong key or secret", SignetErrors.BAD_KEY_OR_SECRET)
                        + row("a refresh token that is not good any more", SignetErrors.BAD_REFRESH_TOKEN) + """

                ## What the server refuses before

                | fault | status | message | errors | Retry-After |
                |---|---|---|---|---|
                """
                        + rows(FAULTS.stream().map(fault -> row(fault, ErrorText.of(fault)))) + """

                `405` carries `Allow`; `429` and `503` here carry `Retry-After`.
                """);
    }

    private static String rows(Stream<String> rows) {
        return rows.collect(joining());
    }

    private static String row(Object what, ErrorText error) {
        return "| %s | %d | %s | %s | %s |\n"
                .formatted(
                        what instanceof String when
                                ? when
                                : "`" + what.getClass().getSimpleName() + "`",
                        error.status(),
                        error.text(),
                        errors(error.fields()),
                        error.retryAfter() == null ? "" : error.retryAfter().toSeconds() + " s");
    }

    private static String errors(Map<String, List<String>> errors) {
        return errors.isEmpty()
                ? ""
                : "`" + new String(Json.write(errors), java.nio.charset.StandardCharsets.UTF_8) + "`";
    }
}
