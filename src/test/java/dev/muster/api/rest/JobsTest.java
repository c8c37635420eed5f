package dev.muster.api.rest;

import static dev.muster.api.rest.RestServer.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.model.JobCommand;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.testing.OnBothDatabases;
import dev.muster.testing.Receiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/// Records every call about jobs and its response, byte for byte, in one golden file per test.
@OnBothDatabases
final class JobsTest extends RestTest {
    @Test
    void inATestRealmTheVerdictIsImmediate() {
        t.remark("An enrolment registers an unknown user.");
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"job/1 ü\",\"type\":4,\"user\":\"external:ann\",\"extras\":{\"a\": [1.50, null]}}",
                admin,
                JSON);
        t.ask("GET /v1/jobs/job%2F1%20%C3%BC", admin);
        t.ask("GET /v1/users/external:ann", admin);
        t.remark("Failed and provisional, as the job asks for.");
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"j-2\",\"type\":2,\"user\":\"external:ann\",\"extras\":{\"sandbox_result\":\"1\"}}",
                admin,
                JSON);
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"j-3\",\"type\":8,\"user\":\"external:ann\",\"extras\":{\"sandbox_result\":\"2\"}}",
                admin,
                JSON);
        t.remark("The unknown user of another type of job is stored as text; and a job without a user.");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-4\",\"type\":5,\"user\":\"external:nobody\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-5\",\"type\":7,\"user\":\"email:no@example.org\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-6\",\"type\":12,\"user\":null,\"extras\":{}}", admin, JSON);
        t.remark("A final verdict cannot be changed; a provisional one can be replaced once.");
        t.tell("POST /v1/jobs/j-2/verdict", "{\"outcome\":\"passed\"}", admin, JSON);
        t.tell("POST /v1/jobs/j-3/verdict", "{\"outcome\":\"passed\",\"confidence\":99.50}", admin, JSON);
        t.tell("POST /v1/jobs/j-3/verdict", "{\"outcome\":\"passed\",\"confidence\":99.5}", admin, JSON);
        t.tell("POST /v1/jobs/j-3/verdict", "{\"outcome\":\"failed\"}", admin, JSON);
        t.check(GOLDEN.resolve("jobs-in-test.txt"));
    }

    /// Erases a single job, and then all jobs with an external id that belong to no user.
    @Test
    void erased() {
        for (int i = 1; i <= 3; i++) {
            t.quietly(
                    "POST /v1/jobs",
                    "{\"jobId\":\"j-" + i + "\",\"type\":5,\"user\":\"external:nobody\",\"extras\":{\"a\":\"b\"}}",
                    admin,
                    JSON);
        }
        t.ask("POST /v1/jobs/j-1/erase", admin);
        t.ask("GET /v1/jobs/j-1", admin);
        t.remark("The same again; and other calls on an erased job.");
        t.ask("POST /v1/jobs/j-1/erase", admin);
        t.tell("POST /v1/jobs/j-1/verdict", "{\"outcome\":\"failed\"}", admin, JSON);
        t.remark("The other jobs under that name: a dry run, the erasure, and once more.");
        String name = "{\"user\":\"external:nobody\"}";
        t.tell("POST /v1/job-erasures", name, admin, JSON, "Muster-Dry-Run: true");
        t.tell("POST /v1/job-erasures", name, admin, JSON);
        t.tell("POST /v1/job-erasures", name, admin, JSON);
        // The page shows only one job, because two jobs may or may not have been erased in the same millisecond.
        t.ask("GET /v1/jobs?limit=1", admin);
        t.remark("Refused.");
        t.ask("POST /v1/jobs/none/erase", admin);
        t.tell("POST /v1/job-erasures", "{\"user\":\" \"}", admin, JSON);
        String manager = key("manager", "\"role\":\"manager\"");
        t.ask("POST /v1/jobs/j-1/erase", manager);
        t.tell("POST /v1/job-erasures", name, manager, JSON);
        t.check(GOLDEN.resolve("jobs-erased.txt"));
    }

    @Test
    void refusals() {
        made("/v1/users", "{\"externalId\":\"ann\"}");
        made("/v1/users", "{\"externalId\":\"sus\"}");
        made("/v1/users", "{\"externalId\":\"gone\"}");
        made("/v1/users", "{\"externalId\":\"eve\"}");
        made("/v1/users", "{\"externalId\":\"old\"}");
        done("PUT /v1/users/external:sus/holds/suspended", "{}", JSON);
        done("DELETE /v1/users/external:gone", null);
        done("POST /v1/users/external:eve/bar", "{\"reason\":\"theft\"}", JSON);
        done("POST /v1/users/number:4/erase", "{}", JSON);
        done("POST /v1/users/number:5/erase", "{}", JSON);
        t.remark("All faults at once.");
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"\",\"type\":3,\"user\":\"ann\",\"extras\":[],\"retry\":1,\"callback\":\"x\"}",
                admin,
                JSON);
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":7,\"type\":\"4\",\"user\":\"external:a\\u0000b\",\"extras\":{\"sandbox_result\":\"3\"}}",
                admin,
                JSON);
        t.tell("POST /v1/jobs", "{\"type\":99}", admin, JSON);
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"j\",\"type\":4,\"user\":\"external:a\",\"extras\":{\"sandbox_result\":0}}",
                admin,
                JSON);
        t.remark("An enrolment without a user, and one whose reference cannot register a user.");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":1}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":1,\"user\":\"email:no@example.org\"}", admin, JSON);
        t.remark("Not enrolled, known or not.");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":2,\"user\":\"external:ann\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":8,\"user\":\"external:nobody\"}", admin, JSON);
        t.remark("Suspended, removed, barred, erased.");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":4,\"user\":\"external:sus\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":4,\"user\":\"external:gone\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":4,\"user\":\"external:eve\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":4,\"user\":\"number:5\"}", admin, JSON);
        t.remark("Enrolled; again without permission; again with permission, before which other jobs are refused.");
        done("POST /v1/jobs", "{\"jobId\":\"j-1\",\"type\":4,\"user\":\"external:ann\"}", JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":4,\"user\":\"external:ann\"}", admin, JSON);
        done("PUT /v1/users/external:ann/reenrolment", "{\"allowed\":true}", JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":2,\"user\":\"external:ann\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":4,\"user\":\"external:ann\"}", admin, JSON);
        t.remark("A job id that is taken.");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":2,\"user\":\"external:ann\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":2,\"user\":\"external:ann\",\"retry\":true}", admin, JSON);
        t.remark("Unknown jobs.");
        t.ask("GET /v1/jobs/none", admin);
        t.ask("GET /v1/jobs/none/evidence", admin);
        t.ask("GET /v1/jobs/j-2/evidence", admin);
        t.tell("POST /v1/jobs/none/verdict", "{\"outcome\":\"passed\"}", admin, JSON);
        t.ask("POST /v1/jobs/none/review", admin);
        t.ask("POST /v1/jobs/j-2/review", admin);
        t.remark("Keys without the scope.");
        String viewer = key("viewer", "\"role\":\"viewer\"");
        t.tell("POST /v1/jobs", "{\"jobId\":\"j\",\"type\":5}", viewer, JSON);
        t.tell("POST /v1/jobs/j-2/verdict", "{\"outcome\":\"passed\"}", viewer, JSON);
        t.ask("POST /v1/jobs/j-2/review", viewer);
        t.ask("GET /v1/jobs/j-2/evidence", viewer);
        t.check(GOLDEN.resolve("jobs-refused.txt"));
    }

    @Test
    void inProductionAVerifierGivesTheVerdict() {
        admin = tenant.production();
        t.remark("Awaits its verdict; sandbox_result has no effect.");
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"j-1\",\"type\":4,\"user\":\"external:ann\",\"extras\":{\"sandbox_result\":\"1\"}}",
                admin,
                JSON);
        t.remark("Replaced only with retry.");
        t.tell(
                "POST /v1/jobs",
                "{\"jobId\":\"j-1\",\"type\":4,\"user\":\"external:ann\",\"extras\":{\"take\":2},\"retry\":true}",
                admin,
                JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-1\",\"type\":4,\"user\":\"external:ann\"}", admin, JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-1\",\"type\":1,\"user\":\"external:ann\",\"retry\":true}", admin, JSON);
        t.remark("Invalid verdicts.");
        t.tell(
                "POST /v1/jobs/j-1/verdict",
                "{\"outcome\":\"pending\",\"confidence\":100.1,\"text\":7,\"by\":\"x\"}",
                admin,
                JSON);
        t.tell("POST /v1/jobs/j-1/verdict", "{\"confidence\":\"99\"}", admin, JSON);
        t.tell("POST /v1/jobs/j-1/verdict", "{\"outcome\":\"passed\",\"confidence\":0.00001}", admin, JSON);
        t.remark("A dry run, and the verdict; repeating it changes nothing.");
        String verdict = "{\"outcome\":\"passed\",\"confidence\":1E+2,\"text\":\"Faces match.\"}";
        t.tell("POST /v1/jobs/j-1/verdict", verdict, admin, JSON, "Muster-Dry-Run: true");
        t.tell("POST /v1/jobs/j-1/verdict", verdict, admin, JSON);
        t.tell("POST /v1/jobs/j-1/verdict", verdict.replace("1E+2", "100.00"), admin, JSON);
        t.ask("GET /v1/users/external:ann", admin);
        t.remark("Under a fraud hold, a job is accepted, fails, and must be reviewed.");
        done("PUT /v1/users/external:ann/holds/fraud", "{\"reason\":\"pattern\"}", JSON);
        t.tell("POST /v1/jobs", "{\"jobId\":\"j-2\",\"type\":2,\"user\":\"external:ann\"}", admin, JSON);
        t.tell("POST /v1/jobs/j-2/verdict", "{\"outcome\":\"passed\",\"confidence\":99.1234}", admin, JSON);
        t.ask("GET /v1/jobs?review=open", admin);
        t.tell("POST /v1/jobs/j-2/review", "{\"note\":7,\"state\":\"done\"}", admin, JSON);
        t.tell("POST /v1/jobs/j-2/review", "{\"decision\":\"perhaps\"}", admin, JSON);
        t.tell("POST /v1/jobs/j-2/review", "{\"note\":\"really them\",\"decision\":\"not_fraud\"}", admin, JSON);
        t.remark("A closed review stays as it is.");
        t.tell("POST /v1/jobs/j-2/review", "{\"decision\":\"fraud\"}", admin, JSON);
        t.ask("POST /v1/jobs/j-2/review", admin);
        t.ask("GET /v1/jobs?review=open", admin);
        t.remark("Only jobs that failed because of fraud are reviewed.");
        t.ask("POST /v1/jobs/j-1/review", admin);
        t.remark("Sent again with its key.");
        String third = "{\"jobId\":\"j-3\",\"type\":5,\"user\":\"external:ann\"}";
        t.tell("POST /v1/jobs", third, admin, JSON, "Idempotency-Key: k-1");
        t.tell("POST /v1/jobs", third, admin, JSON, "Idempotency-Key: k-1");
        t.tell("POST /v1/jobs", third.replace("5", "7"), admin, JSON, "Idempotency-Key: k-1");
        t.remark("Newest first, a page at a time.");
        Transcript.Answer first = t.ask("GET /v1/jobs?limit=1", admin);
        t.ask("GET /v1/jobs?limit=1&after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/jobs?limit=1&offset=2", admin);
        t.remark("Filters combine.");
        t.ask("GET /v1/jobs?outcome=pending,passed&limit=1", admin);
        t.ask("GET /v1/jobs?outcome=provisional", admin);
        t.ask("GET /v1/jobs?user=external:ann&outcome=failed&review=done", admin);
        t.ask("GET /v1/jobs?user=external:nobody", admin);
        t.ask("GET /v1/jobs?user=ann&outcome=passed,,&review=closed&limit=0&after=!&offset=1&type=4", admin);
        t.check(GOLDEN.resolve("jobs-in-production.txt"));
    }

    @Test
    void evidence() throws IOException {
        admin = tenant.production();
        JobRequest job = new JobRequest(
                "j-1",
                new JobType(4),
                new JobRequest.ForUser(
                        UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "ann"),
                        "ann",
                        new Identifier(Identifier.Kind.EXTERNAL_ID, "ann", "ann")),
                null,
                "https://partner.example/callback",
                false,
                false,
                Outcome.PASSED);
        server.submit(admin, new JobCommand.SubmitJob(job, null, null), "what was uploaded");
        t.ask("GET /v1/jobs/j-1", admin);
        t.ask("GET /v1/jobs/j-1/evidence", admin);
        t.ask("HEAD /v1/jobs/j-1/evidence", admin);
        t.ask("GET /v1/jobs/j-1/evidence?part=1", admin);
        t.remark("A verifier's key needs the scope.");
        String verifier = key("verifier", "\"scopes\":[\"jobs:read\",\"jobs:verdict\"]");
        t.ask("GET /v1/jobs/j-1/evidence", verifier);
        t.remark("Erased together with its user.");
        done("POST /v1/users/external:ann/erase", "{}", JSON);
        t.ask("GET /v1/jobs/j-1/evidence", admin);
        t.ask("GET /v1/jobs/j-1", admin);
        t.check(GOLDEN.resolve("evidence.txt"));
    }

    /// Records the calls about callbacks. The server of this test sends none.
    @Test
    void callbacks() throws IOException {
        admin = tenant.production();
        t.remark("A job without a callback address, and one whose address comes from a vendor's API.");
        done("POST /v1/jobs", "{\"jobId\":\"j-1\",\"type\":5}", JSON);
        t.ask("GET /v1/jobs/j-1/callback", admin);
        t.ask("POST /v1/jobs/j-1/callback", admin);
        t.ask("GET /v1/jobs/none/callback", admin);
        JobRequest job = new JobRequest(
                "j-2", new JobType(5), null, null, "https://partner.example/callback", false, false, Outcome.PASSED);
        server.submit(admin, new JobCommand.SubmitJob(job, null, null), "what was uploaded");
        t.ask("GET /v1/jobs/j-2/callback", admin);
        t.remark("No result yet.");
        t.ask("POST /v1/jobs/j-2/callback", admin);
        done("POST /v1/jobs/j-2/verdict", "{\"outcome\":\"provisional\"}", JSON);
        done("POST /v1/jobs/j-2/verdict", "{\"outcome\":\"passed\"}", JSON);
        t.ask("GET /v1/jobs/j-2/callback", admin);
        t.remark("Sent again; not as a dry run; and not by a key that may only read.");
        t.tell("POST /v1/jobs/j-2/callback", "{}", admin, JSON);
        t.ask("POST /v1/jobs/j-2/callback", admin, "Muster-Dry-Run: true");
        t.tell("POST /v1/jobs/j-2/callback", "{\"url\":\"https://other.example/\"}", admin, JSON);
        String viewer = key("viewer", "\"role\":\"viewer\"");
        t.ask("GET /v1/jobs/j-2/callback", viewer);
        t.ask("POST /v1/jobs/j-2/callback", viewer);
        t.remark("Erased.");
        done("POST /v1/jobs/j-2/erase", "{}", JSON);
        t.ask("GET /v1/jobs/j-2/callback", admin);
        t.ask("POST /v1/jobs/j-2/callback", admin);
        t.check(GOLDEN.resolve("jobs-callback.txt"));
    }

    /// The API shows attempts with and without a response as the OpenAPI document describes them.
    @Test
    void attemptsToTellAPartner() throws Exception {
        admin = tenant.production();
        BlockingQueue<Receiver.Answer> answers = new LinkedBlockingQueue<>(
                List.of(new Receiver.Answer.HangUp(), new Receiver.Answer.Response(500, List.of(), "no\u0000t now")));
        AddressRules loopback = new AddressRules(List.of(AddressBlock.parse("127.0.0.0/8")), "--webhook-allow");
        try (Receiver partner = new Receiver(_ -> answers.remove());
                OutgoingHttp http = new OutgoingHttp(loopback, (SSLSocketFactory) SSLSocketFactory.getDefault())) {
            server.startCallbacks(_ -> "{}".getBytes(StandardCharsets.UTF_8), http);
            JobRequest job = new JobRequest(
                    "j-1", new JobType(5), null, null, partner.url().toString(), false, false, Outcome.PASSED);
            server.submit(admin, new JobCommand.SubmitJob(job, null, null), "what was uploaded");
            done("POST /v1/jobs/j-1/verdict", "{\"outcome\":\"passed\"}", JSON);
            assertThat(told(1)).containsPattern("\"status\":null,\"reply\":null,\"error\":\"[^\"]+\"}]");
            done("POST /v1/jobs/j-1/callback", "{}", JSON);
            assertThat(told(2)).contains("\"status\":500,\"reply\":\"no\ufffdt now\",\"error\":null}]");
        }
    }

    /// Waits until the given number of attempts has been made, and returns how the API describes the callback.
    private String told(int attempts) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            String body = t.quietly("GET /v1/jobs/j-1/callback", null, admin).body();
            if (body.split("\"millis\"", -1).length > attempts) {
                return body;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no attempt was made");
    }

    @Test
    void aLargeFileIsHandedOutWhole() throws IOException {
        admin = tenant.production();
        String file = "0123456789abcdef".repeat(100_000);
        JobRequest job = new JobRequest("j-1", new JobType(5), null, null, null, false, false, Outcome.PASSED);
        server.submit(admin, new JobCommand.SubmitJob(job, null, null), file);
        Transcript.Answer answer = t.quietly("GET /v1/jobs/j-1/evidence", null, admin);
        assertThat(answer.head()).contains("Content-Length: 1600000");
        assertThat(answer.body()).isEqualTo(file);
    }
}
