package dev.muster.api.rest;

import static dev.muster.api.RefusalSamples.SOMEBODY;
import static dev.muster.api.RefusalSamples.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.api.RefusalSamples;
import dev.muster.http.Fault;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Makes `docs/dialects/rest.md` of the words that this API has.
final class RefusalTableTest {
    private static final Instant THEN = Instant.parse("2026-12-01T00:00:00Z");
    private static final List<Hold> HOLDS =
            List.of(hold(HoldKind.BLOCKED, Hold.MAIN, null), hold(HoldKind.SUSPENDED, "legal", THEN));

    static final List<Refusal> REFUSALS = RefusalSamples.then(
            "job-7",
            SOMEBODY.toString(),
            new Refusal.NotFound("user", "ann@example.org"),
            new Refusal.NotFound("evidence", "job-7"),
            new Refusal.Invalid("email", "not_an_address", "Must be an e-mail address."),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, true),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Erased(),
            new Refusal.Held(HOLDS),
            new Refusal.StillHeld(HOLDS));
    static final List<Fault> FAULTS = List.of(
            new Fault.Malformed("The body is not JSON: wrong at line 1, column 2."),
            new Fault.NoSuchPath(),
            new Fault.MethodNotAllowed("PUT", List.of("GET", "HEAD")),
            new Fault.BodyTimedOut(),
            new Fault.BodyTooLarge(1_048_576),
            new Fault.UriTooLong(),
            new Fault.UnsupportedCoding("The content type must be application/json."),
            new Fault.TooManyAttempts(Duration.ofSeconds(30)),
            new Fault.HeadersTooLarge(),
            new Fault.Internal(),
            new Fault.Overloaded(Duration.ofSeconds(1)));

    @Test
    void everyRefusalAndEveryFaultIsInTheTable() {
        RefusalSamples.checkWhole(REFUSALS, FAULTS);
    }

    @Test
    void table() {
        StringBuilder page = new StringBuilder("""
                # What Muster's own API says when it says no

                Made from the code by `RefusalTableTest`; do not edit. Every error is `application/problem+json`:
                `{type, title, status, detail, code, requestId, errors?:[{field, code, message}]}`, where `type` is
                `urn:muster:problem:` and the code. Whatever is refused has changed nothing, save `OutcomeUnknown`,
                of which that is not known.

                ## What the register refuses

                | refusal | status | code | title | detail | headers |
                |---|---|---|---|---|---|
                """);
        for (Refusal refusal : REFUSALS) {
            append(page, refusal, RestErrors.of(refusal), RestErrors.reply(refusal, "id"));
        }
        page.append("""

                ## What the engine refuses

                Besides these headers it sends `Allow` with 405, and `Retry-After` with 429 and 503.

                | fault | status | code | title | detail | headers |
                |---|---|---|---|---|---|
                """);
        for (Fault fault : FAULTS) {
            append(page, fault, RestErrors.of(fault), RestErrors.reply(fault, "id"));
        }
        page.append("\nIds, names of holds and waiting times are examples.\n");
        Golden.check(Path.of("docs/dialects/rest.md"), page.toString());
    }

    private static void append(StringBuilder page, Object why, Problem problem, Reply reply) {
        List<String> headers = Stream.of("WWW-Authenticate", "Retry-After", "RateLimit")
                .filter(name -> reply.header(name) != null)
                .map(name -> "`" + name + ": " + reply.header(name) + "`")
                .toList();
        List<String> cells = Arrays.asList(
                "`" + why.getClass().getSimpleName() + "`",
                String.valueOf(problem.status()),
                "`" + problem.code() + "`",
                problem.title(),
                problem.detail(),
                String.join(", ", headers));
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    @Test
    void aFieldsFaultIsNamed() {
        assertThat(body(new Refusal.Taken("email", SOMEBODY, false)))
                .isEqualTo("{\"type\":\"urn:muster:problem:taken\",\"title\":\"The value is another's\",\"status\":409,"
                        + "\"detail\":\"The value of email belongs to 1a123288-24e8-7c6d-a847-501bab184f5a.\","
                        + "\"code\":\"taken\",\"requestId\":\"id\",\"errors\":[{\"field\":\"email\",\"code\":\"taken\","
                        + "\"message\":\"Belongs to 1a123288-24e8-7c6d-a847-501bab184f5a.\"}]}");
    }

    @Test
    void ofVeryManyFaultsAHundredAreNamed() {
        dev.muster.model.value.FieldError fault =
                new dev.muster.model.value.FieldError("x", "unknown", "There is no such field.");
        String body = body(new Refusal.Invalid(java.util.Collections.nCopies(100_000, fault)));
        assertThat(body).contains("There are 100000 faults.").hasSizeLessThan(20_000);
    }

    private static String body(Refusal refusal) {
        return new String(RestErrors.reply(refusal, "id").body(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
