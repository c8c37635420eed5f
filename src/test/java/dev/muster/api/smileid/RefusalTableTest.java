package dev.muster.api.smileid;

import static dev.muster.api.RefusalSamples.SOMEBODY;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.api.ErrorText;
import dev.muster.api.FieldReader;
import dev.muster.api.RefusalSamples;
import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/dialects/smileid.md is what the dialect says, whole: one row for each refusal and each fault there is, and one
/// for each result.
final class RefusalTableTest {
    private static final Path FILE = Path.of("docs/dialects/smileid.md");

    private static final List<Refusal> REFUSALS = Stream.concat(
                    Stream.of(
                                    new Refusal.Invalid("", FieldReader.MALFORMED, "The body is empty."),
                                    new Refusal.Invalid("job_id", "required", "\"job_id\" is required"),
                                    new Refusal.Invalid("retry", "type", "\"retry\" must be a boolean"),
                                    new Refusal.Invalid(
                                            "job_type", Uploads.UNKNOWN_TYPE, "\"job_type\" must be one of [1, 2, …]"),
                                    new Refusal.Unauthenticated(),
                                    new Refusal.Forbidden("holds:write"),
                                    new Refusal.NotFound("user", "ann"),
                                    new Refusal.NotFound("upload", ""),
                                    new Refusal.Erased(),
                                    new Refusal.Removed(),
                                    new Refusal.Barred(),
                                    new Refusal.Held(List.of(hold(HoldKind.BLOCKED, Hold.MAIN))),
                                    new Refusal.StillHeld(List.of(
                                            hold(HoldKind.BLOCKED, Hold.MAIN), hold(HoldKind.SUSPENDED, "legal"))),
                                    new Refusal.LastSuper(),
                                    new Refusal.NotEnrolled(),
                                    new Refusal.AlreadyEnrolled(),
                                    new Refusal.MustReenrol(),
                                    new Refusal.JobExists("job-1"),
                                    new Refusal.JobComplete("job-1"),
                                    new Refusal.Taken("externalId", SOMEBODY, false),
                                    new Refusal.NotGuest(),
                                    new Refusal.GuestNotAllowed(),
                                    new Refusal.InUse("policy 7"),
                                    new Refusal.Stale(7),
                                    new Refusal.IdempotencyMismatch())
                            .map(Refusal.class::cast),
                    RefusalSamples.last("job " + SOMEBODY).stream())
            .toList();
    private static final List<Fault> FAULTS = RefusalSamples.faults(
            new Fault.MethodNotAllowed("PUT", List.of("POST")), "The body must be application/json.", 10_485_760);

    private static final List<Integer> TYPES = List.of(1, 4, 6, 11, 2, 8, 5, 7, 9, 10, 12);

    private static Hold hold(HoldKind kind, String label) {
        return new Hold(kind, label, null, null, ActorRef.ROOT, Instant.EPOCH, null);
    }

    @Test
    void theTableHasARowForEach() {
        RefusalSamples.checkWhole(REFUSALS, FAULTS);
        assertThat(TYPES).hasSize((int) Stream.iterate(0, type -> type < 100, type -> type + 1)
                .filter(type -> JobType.of(type) != null)
                .count());
    }

    /// Clients read them without looking whether they are there.
    @Test
    void everyResultHasAllActions() {
        for (int type : TYPES) {
            for (Outcome outcome : Outcome.values()) {
                assertThat(JobResult.of(new JobType(type), outcome).actions().keySet())
                        .as("type %s", type)
                        .contains(
                                "Human_Review_Compare",
                                "Human_Review_Liveness_Check",
                                "Human_Review_Update_Selfie",
                                "Liveness_Check",
                                "Register_Selfie",
                                "Return_Personal_Info",
                                "Selfie_To_ID_Authority_Compare",
                                "Selfie_To_ID_Card_Compare",
                                "Selfie_To_Registered_Selfie_Compare",
                                "Update_Registered_Selfie_On_File",
                                "Verify_ID_Number");
            }
        }
    }

    @Test
    void theTableIsWhatIsSaid() {
        Golden.check(
                FILE,
                PROSE + """

                ## What the enrollee endpoint says when it says no

                `{"message":…,"status":<HTTP reason>,"code"?}`. Nothing is changed then. A 400 names every fault of its request.

                | refusal | status | message | code | Retry-After |
                |---|---|---|---|---|
                """ + rows(REFUSALS.stream().map(RefusalTableTest::enrolleeRow)) + """

                ## What the calls about jobs say when they say no

                `{"error":…,"code":"22xx"}`, the code left out where the vendor has none. What is behind the colon of a 2203,
                2204, 2212 or 2213 names all that is wrong.

                | refusal | status | error | code | Retry-After |
                |---|---|---|---|---|
                """
                        + rows(REFUSALS.stream().map(RefusalTableTest::jobsRow)) + """
                | a bad zip | 400 | Invalid zip: it holds no info.json. | 2203 |  |

                Ids, names of holds and waiting times are examples.

                ## What the server refuses before

                The same in both shapes, without a code.

                | fault | status | text |
                |---|---|---|
                """
                        + rows(FAULTS.stream().map(RefusalTableTest::faultRow)) + """

                `405` carries `Allow`; `429` and `503` here carry `Retry-After`.

                ## What came of a job

                | types | outcome | ResultCode | ResultText | ResultType | Actions | job_success | IsFinalResult |
                |---|---|---|---|---|---|---|---|
                """
                        + rows(TYPES.stream().flatMap(RefusalTableTest::resultRows)));
    }

    private static final String PROSE = """
            # The `smileid` dialect

            Made from the code by `RefusalTableTest`; do not edit.

            Smile ID's clients work against Muster as they are. The endpoint that manages users is
            `POST /api/v2/partner/enrollee`; `POST /v2/block-user` is the vendor's newer name of the same call. Jobs are below
            `/smileid/v1`.

            | official client | `sid_server` is |
            |---|---|
            | JavaScript (`smile-identity-core` 3.2.1) | `https://host/smileid/v1`, with or without `https://` and the slash at its end |
            | Python (`smile-id-core` 3.0.1) | `https://host/smileid/v1`, without a slash at its end |
            | Ruby (`smile-identity-core` 2.3.1) | `https://host/smileid/v1`, without a slash at its end |
            | PHP (`smile-identity/smile-identity-core` 4.0.3) | `https://host/smileid/v1/`, with a slash at its end |
            | Java (`com.smileidentity:smile-identity-core` 2.1.8) | `https://host/smileid/`, with a slash at its end and without `v1` |

            Of these clients work: submitting a job with images (`WebApi.submit_job` and its like), `get_job_status`,
            signatures and their confirmation. These do not yet, or not at all:

            * **Callbacks are not called yet**, though the clients ask for a `callback_url` or for polling: poll (`get_job_status`, or
              the client's `return_job_status`).
            * Muster looks no ID numbers up and makes no web tokens: `IDApi.submit_job`, `WebApi.submit_job` with `job_type` 5, which
              the clients send there too, and `get_web_token` are 404. A job of type 5 is submitted by Muster's own API (`POST /v1/jobs`).
            * In production a job stays pending, and the client's wait for it ends after a minute or so, until somebody passes a
              verdict: in the console, by `POST /v1/jobs/{jobId}/verdict`, or by `muster job verdict JOB passed`.

            Each asks for the vendor's own servers when it is given `0` or `1`. The client for JavaScript speaks TLS only. An
            address that does not fit ends in a path that Muster does not know, which is 404 in the shape below.

            The partner id is the tenant's `partnerId`. What the vendor calls an API key is the `apiSecret` of a Muster key
            that may sign, not its `apiKey`; a realm has at most eight such keys. Test or production is the realm whose
            secret signs. The demonstration prints one as `API secret`. To try the client for JavaScript on it:

            ```sh
            openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout key.pem -out cert.pem -subj /CN=localhost \\
              -addext subjectAltName=DNS:localhost,IP:127.0.0.1
            chmod 600 key.pem
            ./muster serve --demo --tls-cert cert.pem --tls-key key.pem
            # new WebApi('demo', null, '<API secret>', 'https://127.0.0.1:8080/smileid/v1') in job.js
            NODE_EXTRA_CA_CERTS=cert.pem node job.js
            ```

            ## What a signature proves, and what it does not

            The vendor's signature is made over the time, the partner id and a constant. **It does not cover the body.**
            Whoever sees one request can send its signature again with another body, for as long as its time is accepted:

            | call | how old | … without a zone | how far ahead | … without a zone |
            |---|---|---|---|---|
            | enrollees; `upload` with `allow_new_enroll` | 15 min | 12 h 15 min | 15 min | 14 h 15 min |
            | `upload` without it, `job_status` | 24 h | 36 h | 15 min | 14 h 15 min |

            The official client for Python makes one signature for each `WebApi` object and uses it for as long as the object
            lives; hence the 24 hours, for calls that change no user and permit nothing. A time without a zone may be anybody's
            local time, from UTC-12 to UTC+14. Against replays there is:

            * **TLS**, which is assumed. Nobody must see a request but its two ends; over plain HTTP anybody on the way can
              act as the partner.
            * `delete: true`, which cannot be undone, is refused with a signature that was first seen **more than two seconds
              ago** with any other request, whatever became of that one: another deletion, a rehearsal, a question about a job, a
              path with a slash too many, another method, another content type, broken JSON. Within two seconds it is accepted,
              because the clients for Ruby and PHP sign whole seconds, and all that they send in one second has the same
              signature. The same deletion may be sent again. Make a new timestamp and signature for each deletion.
            * Requests that cannot be read are searched for what looks like a signature, a partner id and a time: in the headers
              `smileid-*`, in the query, and in the first 64 KiB of the body (16 KiB where there is no such path or method). What
              Muster never receives it cannot remember: a body that breaks off, is too long or comes too slowly, and requests to
              other paths or servers.
            * The times on Muster's own replies have **nine digits** after the second (`2026-11-21T17:01:02.123482917Z`). The last
              six are a keyed function of realm and millisecond, and a request with such a time is refused, so that no reply can
              be sent back as a request. They never end in 000, so that Java's `Instant.toString()` gives the same text again and
              every official client can confirm the reply. Of a client that signs real nanoseconds, one request in a million is
              refused for it.

            A bad signature, an unknown partner, a time that is stale or in no known form, and a replayed deletion are one
            answer, and the same work: as many signatures are computed for each request as a realm may have keys that sign.
            Failures are limited by address.

            The time may be

            * ISO 8601 with 0 to 9 digits of a fraction, and `Z`, `±hh:mm`, `±hhmm` or no zone;
            * what Ruby's `Time#to_s` gives: `2023-02-13 15:07:42 +0000`, `2023-02-13 15:07:42 UTC`;
            * what JavaScript's `Date.toString()` gives: `Mon Feb 13 2023 15:07:42 GMT+0000 (Coordinated Universal Time)`;
            * a number, in JSON or as text, with up to 9 digits of a fraction: epoch seconds below 100,000,000,000,
              milliseconds from there on. It is signed as its digits or as ISO 8601 with milliseconds.

            ## Enrollees

            | flag | true | false |
            |---|---|---|
            | `active` | releases the hold `deactivated` | places it |
            | `is_fraudulent` | places the hold `fraud` | releases it |
            | `allow_new_enroll` | allows the user to enrol again | withdraws that, if unused |
            | `delete` | bars the user id for good | 400 |

            Several flags are one change, all or nothing, in this order. `user_id` is an external id, else a user's id. The
            person in `email` is journalled beside the key; the scopes of the key decide: `holds:write`, and `bar:write` for
            `delete`. `Idempotency-Key`, `If-Match` and `Muster-Dry-Run` work as everywhere.

            `user_id` may be a whole number in JSON; the id is the text of its digits then, and replies have the text.

            `POST /v2/block-user` takes the same body. Its headers `smileid-partner-id`, `smileid-timestamp` and
            `smileid-request-signature` may carry what the body does not; where both do, they must be the same.

            ## Jobs

            `POST /upload` judges the submission, reserves the job id for an hour and names the address for the zip; `PUT`
            there judges again and submits; `POST /job_status` tells what came of it, signed with the secret that signed the
            question. In the test environment a job has its verdict at once: `sandbox_result` `0` or `0810` passed, `1` or
            `0811` failed, `2` or `0814` provisional, and passed without one; another value is refused. In production it waits
            for the verifier, which is whatever system or person passes verdicts (`POST /v1/jobs/{jobId}/verdict`).

            * Numbers and booleans may be sent as their texts, `user_id` and `job_id` as whole numbers. Replies have ids as texts.
            * The addresses begin with `--public-url`; without it, with the address and port at which the request arrived, never with what `Host` says.
            * The address for the zip is a secret of its own. It takes one good zip, on behalf of the key that asked for it,
              and is told once: `POST /upload` again under the same `Idempotency-Key` is refused. `PUT` takes no
              `Idempotency-Key`; whether a lost answer was a yes, `job_status` tells.
            * A zip that is refused, or is too long, leaves the address good for another. It also frees the job id: `POST
              /upload` for the same user and type gives a new address without `retry`, and the old one ends.
            * A zip may be 10 MiB long and hold 256 entries, inflate to 64 MiB and to a hundred times its length, and its
              `info.json`, which must be there exactly once (whatever the letter case) and be a JSON object, may be 16 MiB
              long. Other entries may share a name. Refused are names that are absolute or lead to another folder, that hold a
              backslash, a colon or a control character, or that are not in UTF-8; links to other files; encrypted entries;
              entries without compression whose length follows them; and anything between the entries, behind the end or in a
              comment.
            * What else stands in `partner_params` is kept with the job, up to 8 KiB, and echoed.
            * `callback_url` must be an absolute `https` URL with a host and without a user, of at most 2,048 characters. It is
              kept with the job. **It is not called yet**: delivery comes with webhooks. Until then a
              client has to ask.
            * `image_links` is for keys that also have `evidence:read`; for others, and where there is no evidence, it is
              empty. The link is to the first picture that `info.json` calls a selfie, else to the first picture, and works
              for 15 minutes, or until its key ends. Of entries that share a name, the n-th image of that name in `info.json`
              is the n-th entry.
            * A failure says nothing of its reason and has no `ConfidenceValue`: whether somebody is suspected of fraud must
              not show. The reason is told by Muster's own API. A job that passed in the test environment without a verifier's
              confidence has `"99"`, as in the vendor's sandbox.
            * `Actions` has all of the vendor's keys. Muster takes each job as one step: the others are `Not Applicable`.
            * `allow_new_enroll` lets this one job enrol an enrolled user again, if the key has `holds:write`; else it is
              ignored.
            * Only submission with a zip is spoken here. The calls of the vendor that look an ID number up, or that make web
              tokens, are not.
            """;

    private static String rows(Stream<String> rows) {
        return rows.collect(joining());
    }

    private static String enrolleeRow(Refusal refusal) {
        ErrorText error = EnrolleeErrors.of(refusal);
        return row(refusal, error.status(), error.text(), error.code(), error.retryAfter());
    }

    private static String jobsRow(Refusal refusal) {
        ErrorText error = JobErrors.of(refusal);
        return row(refusal, error.status(), error.text(), error.code(), error.retryAfter());
    }

    private static String row(Refusal refusal, int status, String text, String code, Duration retryAfter) {
        return "| `%s` | %d | %s | %s | %s |\n"
                .formatted(
                        refusal.getClass().getSimpleName(),
                        status,
                        text,
                        code == null ? "" : code,
                        retryAfter == null ? "" : retryAfter.toSeconds() + " s");
    }

    private static String faultRow(Fault fault) {
        ErrorText text = ErrorText.of(fault);
        assertThat(EnrolleeErrors.reply(text).status()).isEqualTo(fault.status());
        return "| `%s` | %d | %s |\n".formatted(fault.getClass().getSimpleName(), text.status(), text.text());
    }

    /// Those that say more than that they do not apply.
    private static String actions(JobResult result) {
        return result.actions().entrySet().stream()
                .filter(action -> !action.getValue().equals("Not Applicable"))
                .map(action -> action.getKey() + ": " + action.getValue())
                .collect(joining(", "));
    }

    private static Stream<String> resultRows(int type) {
        return Stream.of(Outcome.values()).map(outcome -> {
            JobResult result = JobResult.of(new JobType(type), outcome);
            return "| %d | %s | %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            type,
                            outcome.word(),
                            result.code(),
                            result.text(),
                            result.type(),
                            actions(result),
                            outcome == Outcome.PASSED,
                            outcome != Outcome.PROVISIONAL);
        });
    }
}
