package dev.muster.api.smileid;

import static dev.muster.api.evidence.Zips.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.api.evidence.Zips;
import dev.muster.http.json.Json;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.security.KeyGenerator;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tests the calls about jobs, from the upload to the signed result, its pictures and its history.
@Tag("both-databases")
final class JobCallsTest extends SmileIdTest {
    /// Submits a job and its zip without recording them in the transcript.
    private void quietly(String userId, String jobId, int type, String sandboxResult) {
        String params = type + (sandboxResult == null ? "" : ",\"sandbox_result\":\"" + sandboxResult + "\"");
        Transcript.Answer reserved = transcript.quietly(UPLOAD, upload(userId, jobId, params, "", signed()), JSON);
        assertThat(reserved.status()).as(reserved.body()).isEqualTo(200);
        Transcript.Answer uploaded = transcript.quietlyHand(put(reserved), Zips.good(), ZIP);
        assertThat(uploaded.status()).as(uploaded.body()).isEqualTo(200);
    }

    @Test
    void anEnrolment() {
        transcript.remark("As the official client asks for it: an enrolment of somebody unknown.");
        Transcript.Answer reserved = transcript.tell(UPLOAD, """
                {"callback_url":"https://acme.example/hook","file_name":"selfie.zip","model_parameters":{},\
                "partner_params":{"user_id":"ann","job_id":"job-1","job_type":4,"optional_info":"we are one"},\
                "smile_client_id":"acme","use_enrolled_image":false,"entered":"false",%s,\
                "source_sdk":"javascript","source_sdk_version":"3.2.1"}""".formatted(signed()), JSON);
        transcript.remark("Nothing came yet.");
        asksFor("ann", "job-1", "");
        transcript.remark("The zip, and the outcome, which is immediate in the test environment.");
        puts(reserved);
        Transcript.Answer told = asksFor("ann", "job-1", ",\"history\":true,\"image_links\":true");
        transcript.remark("The picture, for whoever has the link and for a quarter of an hour.");
        String link = path(told.field("selfie_image"));
        transcript.ask("GET " + link);
        transcript.ask("GET " + link.replace("job-1", "job-2"));
        advance(Duration.ofMinutes(15));
        transcript.ask("GET " + link);
        transcript.remark("An authentication, and the user's state by then.");
        puts(asksToUpload("ann", "job-2", 2, ""));
        asksFor("ann", "job-2", ",\"history\":true,\"image_links\":false");
        check("job.txt");
        assertThat(job("job-1").callbackUrl()).isEqualTo("https://acme.example/hook");
        assertThat(job("job-1").extras()).isEqualTo("{\"optional_info\":\"we are one\"}");
    }

    @Test
    void jobsOfOtherUsers() {
        enrolled("ann");
        enrolled("bob");
        transcript.remark("An unknown job, another user's job, an unknown user.");
        asksFor("ann", "nothing", ",\"history\":true,\"image_links\":true");
        asksFor("bob", "enrols-ann", "");
        asksFor("nobody", "enrols-ann", ",\"history\":true");
        transcript.remark("The same job under its user's id.");
        asksFor(userOf("enrols-ann").toString(), "enrols-ann", "");
        transcript.remark("For an unknown user, with a type that does not require a known one.");
        submitted("stranger", "checks-stranger", 5, Outcome.PASSED);
        asksFor("stranger", "checks-stranger", ",\"history\":true");
        asksFor("ann", "checks-stranger", "");
        check("no-job.txt");
    }

    private java.util.UUID userOf(String jobId) {
        return java.util.Objects.requireNonNull(job(jobId).user());
    }

    /// Records the result of every job type with every outcome.
    @Test
    void results() {
        for (int type : new int[] {1, 4, 6, 11, 2, 8, 5, 7, 9, 10, 12}) {
            for (String outcome : List.of("0", "1", "2")) {
                String user = "user-" + type + "-" + outcome;
                String job = "job-" + type + "-" + outcome;
                if (type == 2 || type == 8) {
                    enrolled(user);
                }
                quietly(user, job, type, outcome);
                asksFor(user, job, "");
            }
        }
        check("results.txt");
    }

    /// In production, the partner's own verifier gives the verdict later.
    @Test
    void production() {
        secret = tenancy.productionKey().apiSecret();
        advance(Duration.ofMillis(7));
        Actor verifier = server.actor(tenancy.production(), tenancy.productionKey());
        transcript.remark("sandbox_result has no effect here; the job waits for its verdict.");
        puts(transcript.tell(
                UPLOAD,
                upload("ann", "job-1", "\"1\",\"sandbox_result\":\"1\"", ",\"retry\":\"false\"", signed()),
                JSON));
        asksFor("ann", "job-1", ",\"history\":\"true\",\"image_links\":\"true\"");
        transcript.remark("A provisional one, and the one that follows it.");
        judge(verifier, new Verdict(Outcome.PROVISIONAL, new BigDecimal("97.5"), "hardly to be seen"));
        asksFor("ann", "job-1", "");
        judge(verifier, new Verdict(Outcome.PASSED, new BigDecimal("99"), null));
        asksFor("ann", "job-1", ",\"history\":true");
        check("production.txt");
    }

    private void judge(Actor verifier, Verdict verdict) {
        server.execute(tenancy.production(), verifier, null, new JobCommand.GiveVerdict("job-1", verdict));
    }

    @Test
    void shapes() {
        transcript.remark("No JSON.");
        transcript.tell(UPLOAD, "{\"partner_params\":", JSON);
        transcript.tell(UPLOAD, "[]", JSON);
        transcript.tell(STATUS, "", JSON);
        transcript.remark("What is missing.");
        transcript.tell(UPLOAD, "{}", JSON);
        transcript.tell(STATUS, "{}", JSON);
        String good = upload("ann", "job-1", 4, "", signed());
        for (String field : List.of(
                "partner_params", "user_id", "job_id", "job_type", "smile_client_id", "timestamp", "signature")) {
            transcript.tell(UPLOAD, good.replace("\"" + field + "\":", "\"no_" + field + "\":"), JSON);
        }
        transcript.tell(UPLOAD, good.replace("\"ann\"", "\"\""), JSON);
        transcript.tell(UPLOAD, good.replace("\"job-1\"", "null"), JSON);
        transcript.remark("What is of another type, or breaks a rule.");
        for (String wrong : List.of(
                good.replace("\"ann\"", "7.5"),
                good.replace("\"ann\"", "\" \\n\""),
                good.replace("\"ann\"", "\"" + "x".repeat(256) + "\""),
                good.replace("\"ann\"", "\"\\ud800\""),
                good.replace("\"job-1\"", "true"),
                good.replace("\"job_type\":4", "\"job_type\":{}"),
                good.replace("\"job_type\":4", "\"job_type\":\"four\""),
                good.replace("\"job_type\":4", "\"job_type\":4.5"),
                good.replace("{\"user_id\"", "[{\"user_id\"").replace("}", "}]").replaceFirst("]$", ""),
                good.replace("\"acme\"", "7"),
                good.replace("\"job_type\":4", "\"job_type\":4,\"sandbox_result\":\"3\""),
                good.replace("\"job_type\":4", "\"job_type\":4,\"more\":\"" + "x".repeat(8200) + "\""),
                good.replace("\"job_type\":4", "\"job_type\":4,\"more\":\"\\u0000\""),
                good.replace("{\"partner", "{\"retry\":\"yes\",\"allow_new_enroll\":1,\"callback_url\":7,\"partner"))) {
            transcript.tell(UPLOAD, wrong, JSON);
        }
        String question = status("ann", "job-1", "", signed());
        transcript.tell(STATUS, question.replace("}", ",\"history\":1,\"image_links\":\"perhaps\"}"), JSON);
        transcript.remark("A type of job that there is not.");
        for (String type : List.of("3", "\"13\"", "0", "-4", "99999999999999")) {
            transcript.tell(UPLOAD, good.replace("\"job_type\":4", "\"job_type\":" + type), JSON);
        }
        transcript.remark("Another method and path.");
        transcript.ask("GET /smileid/v1/upload");
        transcript.tell("POST /smileid/v1/id_verification", good, JSON);
        transcript.remark(
                "What clients ask for that were given the server's address with a slash too many or too few.");
        transcript.tell("POST /smileid/v1//upload", good, JSON);
        transcript.tell("POST /smileid/v1upload", good, JSON);
        transcript.tell("POST /smileid/upload", good, JSON);
        transcript.tell("POST /smileid/v1/upload/", good, JSON);
        transcript.ask("GET /smileid");
        check("job-shapes.txt");
    }

    /// Numbers and booleans may also be sent as strings, and `sandbox_result` and ids as numbers.
    @Test
    void texts() {
        puts(transcript.tell(
                UPLOAD,
                upload(
                        "ann",
                        "job-1",
                        "\"4\",\"sandbox_result\":1",
                        ",\"retry\":\"true\",\"allow_new_enroll\":\"false\",\"callback_url\":\"\"",
                        signed()),
                "Content-Type: text/plain"));
        asksFor("ann", "job-1", ",\"history\":\"true\",\"image_links\":\"true\"");
        transcript.remark("Ids that are numbers are the texts of their digits.");
        puts(transcript.tell(
                UPLOAD,
                upload("17", "18", "4", "", signed()).replace("\"17\"", "17").replace("\"18\"", "18"),
                JSON));
        transcript.tell(
                STATUS, status("17", "18", "", signed()).replace("\"17\"", "17").replace("\"18\"", "18"), JSON);
        asksFor("17", "18", "");
        check("job-texts.txt");
    }

    @Test
    void refused() {
        transcript.remark("An invalid signature, one for an unknown partner, and one from a reply.");
        String good = upload("ann", "job-1", 4, "", signed());
        transcript.tell(UPLOAD, good.replace("acme", "nobody"), JSON);
        transcript.tell(UPLOAD, upload("ann", "job-1", 4, "", "\"timestamp\":\"now\",\"signature\":\"x\""), JSON);
        String reply = replyTime();
        transcript.tell(
                STATUS,
                status(
                        "ann",
                        "job-1",
                        "",
                        "\"timestamp\":\"" + reply + "\",\"signature\":\"" + sign(secret, reply) + "\""),
                JSON);
        transcript.remark("What the key lacks.");
        KeyGenerator.GeneratedKey viewer = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        transcript.tell(
                UPLOAD, upload("ann", "job-1", 4, "", signedWith("a viewer's signature", viewer.apiSecret())), JSON);
        KeyGenerator.GeneratedKey writer = key(Set.of(Scope.JOBS_WRITE));
        transcript.tell(
                STATUS, status("ann", "job-1", "", signedWith("a writer's signature", writer.apiSecret())), JSON);
        transcript.remark("Who may not act.");
        for (HoldKind kind : List.of(HoldKind.DEACTIVATED, HoldKind.SUSPENDED, HoldKind.BLOCKED)) {
            person(kind.wireName(), new Command.EnsureHold(kind));
            asksToUpload(kind.wireName(), "job-1", 4, "");
        }
        transcript.remark("Who is removed, deleted, erased.");
        person("removed", new Command.Remove(null, null));
        asksToUpload("removed", "job-1", 4, "");
        User deleted = person("deleted", new Command.Bar(null, null));
        asksToUpload("deleted", "job-1", 4, "");
        done(deleted, new Command.Erase(null, null));
        asksToUpload("deleted", "job-1", 4, "");
        User erased = person("erased", new Command.Erase(null, null));
        asksToUpload(erased.id().toString(), "job-1", 4, "");
        transcript.remark("Who is enrolled already, is not, must enrol again first.");
        enrolled("enrolled");
        asksToUpload("enrolled", "job-1", 4, "");
        asksToUpload("nobody", "job-1", 2, "");
        person("somebody");
        asksToUpload("somebody", "job-1", 8, "");
        enrolled("again");
        done(userNamed("again"), new Command.AllowReenrolment(true));
        asksToUpload("again", "job-1", 2, "");
        transcript.remark("A job id that is taken, by a job and by one that is only reserved.");
        asksToUpload("somebody", "enrols-again", 4, "");
        asksToUpload("somebody", "job-1", 4, "");
        asksToUpload("somebody", "job-1", 4, "");
        transcript.remark("Replaced only for the same user and type.");
        asksToUpload("somebody", "job-1", 4, ",\"retry\":true");
        asksToUpload("somebody", "job-1", 1, ",\"retry\":true");
        asksToUpload("another", "job-1", 4, ",\"retry\":true");
        check("job-refused.txt");
    }

    private User userNamed(String externalId) {
        return ok(server.directory().find(admin, tenancy.test(), UserRef.externalIdOrId(externalId)))
                .value();
    }

    @Test
    void permissions() {
        enrolled("ann");
        transcript.remark("For this job alone: `allow_new_enroll` of a key that may place holds.");
        puts(asksToUpload("ann", "job-1", 4, ",\"allow_new_enroll\":true"));
        asksToUpload("ann", "job-2", 4, "");
        transcript.remark("Of one that may not it is ignored.");
        KeyGenerator.GeneratedKey writer = key(Set.of(Scope.JOBS_WRITE, Scope.JOBS_READ));
        String signed = signedWith("a writer's signature", writer.apiSecret());
        transcript.tell(UPLOAD, upload("ann", "job-2", 4, ",\"allow_new_enroll\":true", signed), JSON);
        transcript.remark("A key without evidence:read gets everything except the links.");
        String reply = replyTime();
        transcript.name(sign(writer.apiSecret(), reply), "<the server's signature with the writer's secret>");
        transcript.tell(STATUS, status("ann", "job-1", ",\"image_links\":true", signed), JSON);
        check("job-permissions.txt");
    }

    /// In a test realm, the desired outcome may be given as the vendor's result code or as its digit.
    @Test
    void sandboxResults() {
        List<String> outcomes = List.of("passed", "failed", "provisional");
        List<String> codes = List.of("0810", "0811", "0814");
        for (int i = 0; i < codes.size(); i++) {
            quietly("user-" + i, "digit-" + i, 5, Integer.toString(i));
            quietly("user-" + i, "code-" + i, 5, codes.get(i));
            assertThat(job("digit-" + i).outcomeWord()).isEqualTo(outcomes.get(i));
            assertThat(job("code-" + i).outcomeWord()).isEqualTo(outcomes.get(i));
        }
        String asked = upload("ann", "job-1", "4,\"sandbox_result\":\"0812\"", "", signed());
        assertThat(transcript.tell(UPLOAD, asked, JSON).body())
                .isEqualTo("{\"error\":\"A parameter is of the wrong data type: \\\"partner_params.sandbox_result\\\""
                        + " must be one of [0, 1, 2, 0810, 0811, 0814]\",\"code\":\"2204\"}");
    }

    /// After a zip was refused, its URL and the job id can be used again.
    @Test
    void anUploadThatWasOfNoUse() {
        transcript.remark("After a bad zip, the URL accepts another.");
        Transcript.Answer first = asksToUpload("ann", "job-1", 4, "");
        transcript.hand(put(first), Zips.of("a.jpg", new byte[1]), "a zip without info.json", ZIP);
        puts(first);
        transcript.remark("After a bad zip, the job id can be reserved again for the same user and type.");
        Transcript.Answer second = asksToUpload("bob", "job-2", 4, "");
        asksToUpload("bob", "job-2", 4, "");
        transcript.hand(put(second), utf8("no zip"), "no zip", ZIP);
        asksToUpload("bob", "job-2", 1, "");
        asksToUpload("cid", "job-2", 4, "");
        Transcript.Answer third = asksToUpload("bob", "job-2", 4, "");
        transcript.remark("And after one that is too long.");
        asksToUpload("bob", "job-2", 4, "");
        transcript.ask(put(third), ZIP, "Content-Length: 10485761");
        Transcript.Answer fourth = asksToUpload("bob", "job-2", 4, "");
        transcript.remark("The newest address counts.");
        puts(third);
        puts(fourth);
        transcript.remark("A dry run frees nothing.");
        Transcript.Answer fifth = asksToUpload("bob", "job-3", 2, "");
        transcript.hand(put(fifth), utf8("no zip"), "no zip", ZIP, "Muster-Dry-Run: true");
        asksToUpload("bob", "job-3", 2, "");
        check("useless-uploads.txt");
    }

    @Test
    void uploads() {
        Transcript.Answer reserved = asksToUpload("ann", "job-1", 4, "");
        transcript.remark("Not a zip, truncated, with path traversal, without info.json, a zip bomb.");
        transcript.hand(put(reserved), utf8("no zip"), "no zip", ZIP);
        transcript.ask(put(reserved), ZIP);
        byte[] good = Zips.good();
        transcript.hand(put(reserved), java.util.Arrays.copyOf(good, good.length - 30), "a zip that is cut short", ZIP);
        transcript.hand(
                put(reserved),
                Zips.of("info.json", utf8("{}"), "../selfie.jpg", new byte[1]),
                "a zip with ../selfie.jpg",
                ZIP);
        transcript.hand(put(reserved), Zips.of("selfie.jpg", Zips.jpeg()), "a zip without info.json", ZIP);
        transcript.hand(
                put(reserved),
                Zips.of("info.json", utf8("{}"), "selfie.jpg", new byte[5 << 20]),
                "a zip of zeros",
                ZIP);
        transcript.remark("More than 10 MiB.");
        transcript.ask(put(reserved), ZIP, "Content-Length: 10485761");
        transcript.remark("Another token, another job, another realm, and a path that is none of them.");
        String line = put(reserved);
        String token = line.substring(line.lastIndexOf('/') + 1);
        transcript.hand(line.replace(token, "A".repeat(43)), good, "a good zip", ZIP);
        transcript.hand(
                line.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11"),
                good,
                "a good zip",
                ZIP);
        transcript.hand(
                line.replace("/" + tenancy.test() + "/", "/" + tenancy.production() + "/"), good, "a good zip", ZIP);
        transcript.hand("PUT /smileid/v1/uploads/x/y/z", good, "a good zip", ZIP);
        transcript.remark("A rehearsal; the good one; and once more.");
        transcript.hand(line, good, "a good zip", ZIP, "Muster-Dry-Run: true");
        transcript.hand(line, good, "a good zip", ZIP);
        transcript.hand(line, good, "a good zip", ZIP);
        transcript.remark("Decided again: the user was blocked meanwhile, and released again.");
        person("bob");
        Transcript.Answer second = asksToUpload("bob", "job-2", 4, "");
        done(userNamed("bob"), new Command.EnsureHold(HoldKind.BLOCKED));
        puts(second);
        done(userNamed("bob"), new Command.LiftHold(HoldKind.BLOCKED));
        puts(second);
        transcript.remark("With a revoked key, nothing can be uploaded.");
        KeyGenerator.GeneratedKey key = key(Role.ADMIN.scopes());
        Transcript.Answer fourth =
                transcript.tell(UPLOAD, upload("eve", "job-4", 4, "", signedWith("signature", key.apiSecret())), JSON);
        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(key.id(), false));
        puts(fourth);
        check("uploads.txt");
    }

    /// Uploads a body of more than 10 MiB without a declared length, then a large file that is not a zip, and then
    /// a valid zip. After each refusal, the job id is free.
    @Test
    void aLongUpload() throws Exception {
        String url = asksToUpload("ann", "job-1", 4, "").field("upload_url");
        byte[] noise = new byte[(10 << 20) + 1];
        new Random(7).nextBytes(noise);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> tooLong = sent(client, url, Zips.stored("info.json", utf8("{}"), "a.jpg", noise));
            assertThat(tooLong.statusCode()).isEqualTo(413);
            assertThat(tooLong.body()).isEqualTo("{\"error\":\"The body is longer than 10485760 bytes.\"}");
            url = asksToUpload("ann", "job-1", 4, "").field("upload_url");
            HttpResponse<String> noZip = sent(client, url, java.util.Arrays.copyOf(noise, 9 << 20));
            assertThat(noZip.statusCode()).isEqualTo(400);
            url = asksToUpload("ann", "job-1", 4, "").field("upload_url");
            byte[] fits = java.util.Arrays.copyOf(noise, (10 << 20) - 300);
            assertThat(sent(client, url, Zips.stored("info.json", utf8("{}"), "a.jpg", fits))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(job("job-1").evidence().size()).isBetween(10_485_400L, 10_485_760L);
    }

    /// Sends the body in chunks, without a declared length.
    private static HttpResponse<String> sent(HttpClient client, String url, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void guards() {
        transcript.remark("A rehearsal reserves nothing, so there is nothing to upload to.");
        transcript.tell(UPLOAD, upload("ann", "job-1", 4, "", signed()), JSON, "Muster-Dry-Run: true");
        transcript.remark("The URL is returned once: repeating the request with the same key is refused.");
        transcript.tell(UPLOAD, upload("ann", "job-1", 4, "", signed()), JSON, "Idempotency-Key: k1");
        transcript.tell(UPLOAD, upload("ann", "job-1", 4, "", signed()), JSON, "Idempotency-Key: k1");
        transcript.tell(UPLOAD, upload("ann", "job-2", 4, "", signed()), JSON, "Idempotency-Key: k1");
        transcript.tell(
                UPLOAD, upload("ann", "job-1", 4, "", signed()), JSON, "Idempotency-Key: ", "Muster-Dry-Run: perhaps");
        check("job-guards.txt");
    }

    /// Neither the text, the length nor a header of a response reveals that a user is suspected of fraud.
    @Test
    void aFailureByFraudLooksLikeAnyOther() {
        enrolled("fraud-1");
        enrolled("plain-1");
        done(userNamed("fraud-1"), new Command.EnsureHold(HoldKind.FRAUD));
        String more = ",\"history\":true,\"image_links\":true";
        for (int type : new int[] {2, 8, 5}) {
            String fraud = "fraud-job-" + type;
            String plain = "plain-job-" + type;
            quietly("fraud-1", fraud, type, "0");
            quietly("plain-1", plain, type, "1");
            Transcript.Answer spoiled = asksFor("fraud-1", fraud, more);
            Transcript.Answer failed = asksFor("plain-1", plain, more);
            assertThat(comparable(spoiled)).isEqualTo(comparable(failed).replace("plain", "fraud"));
            assertThat(spoiled.body()).contains("\"job_success\":false").doesNotContain("uthenticate User");
        }
        secret = tenancy.productionKey().apiSecret();
        Actor verifier = server.actor(tenancy.production(), tenancy.productionKey());
        quietly("fraud-1", "fraud-job-1", 4, null);
        quietly("plain-1", "plain-job-1", 4, null);
        User suspect = ok(server.directory().find(verifier, tenancy.production(), UserRef.externalIdOrId("fraud-1")))
                .value();
        server.execute(
                tenancy.production(), verifier, UserRef.id(suspect.id()), new Command.EnsureHold(HoldKind.FRAUD));
        server.execute(
                tenancy.production(),
                verifier,
                null,
                new JobCommand.GiveVerdict(
                        "fraud-job-1", new Verdict(Outcome.PASSED, new BigDecimal("99.8"), "a match")));
        server.execute(
                tenancy.production(),
                verifier,
                null,
                new JobCommand.GiveVerdict(
                        "plain-job-1", new Verdict(Outcome.FAILED, new BigDecimal("3"), "no match")));
        assertThat(comparable(asksFor("fraud-1", "fraud-job-1", more)))
                .isEqualTo(comparable(asksFor("plain-1", "plain-job-1", more)).replace("plain", "fraud"));
    }

    private static String comparable(Transcript.Answer answer) {
        return (answer.head() + "\n" + answer.body())
                .replaceAll("(?m)^(Date|X-Request-Id): .*$", "")
                .replaceAll("\"SmileJobID\":\"[0-9]{10}\"", "\"SmileJobID\":\"number\"")
                // This is the outcome that the partner itself requested.
                .replaceAll("\"sandbox_result\":\"[0-9]\"", "\"sandbox_result\":\"said\"")
                .replaceAll("/images/([0-9]+)/[\\w-]{75}", "/images/$1/link");
    }

    /// Responses are signed, because the official clients verify the signature.
    @Test
    void theReplyIsSigned() {
        enrolled("ann");
        Transcript.Answer answer = asksFor("ann", "enrols-ann", "");
        assertThat(answer.field("timestamp"))
                .startsWith("2023-02-13T15:07:42.214")
                .hasSize(30);
        assertThat(answer.field("signature")).isEqualTo(sign(secret, answer.field("timestamp")));
        assertThat(answer.field("result", "signature")).isEqualTo(answer.field("signature"));
    }

    /// A response is signed with the secret that signed the request, not with that of another key or of the
    /// tenant's other environment.
    @Test
    void theReplyIsSignedWithTheSecretOfTheRequest() {
        KeyGenerator.GeneratedKey second = server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER);
        for (String each :
                List.of(secret, second.apiSecret(), tenancy.productionKey().apiSecret())) {
            Transcript.Answer answer =
                    transcript.tell(STATUS, status("ann", "job", "", signedWith("signature", each)), JSON);
            assertThat(answer.field("signature")).isEqualTo(sign(each, answer.field("timestamp")));
        }
    }

    /// The history shows the hundred newest jobs, newest first.
    @Test
    void theHistoryHasAnEnd() {
        enrolled("ann");
        for (int i = 1; i <= 101; i++) {
            submitted("ann", "job-" + i, 2, Outcome.PASSED);
        }
        String body = asksFor("ann", "job-1", ",\"history\":true").body();
        assertThat(Json.read(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(Json.Result.Value.class, value -> {
                    List<?> history = (List<?>) ((Map<?, ?>) value.value()).get("history");
                    assertThat(history).hasSize(100);
                    assertThat(history.getFirst().toString()).contains("job_id=job-101,");
                    assertThat(history.getLast().toString()).contains("job_id=job-2,");
                });
    }

    /// Records a picture inside info.json, a picture that info.json does not mention, and evidence without a
    /// picture.
    @Test
    void positionsOfThePicture() {
        String inline = java.util.Base64.getEncoder().encodeToString(Zips.jpeg());
        byte[] inInfo = Zips.of(
                "info.json",
                utf8("{\"images\":[{\"image_type_id\":\"3\",\"image\":\"AAAA\"},{\"image_type_id\":2,\"image\":\""
                        + inline + "\",\"file_name\":\"\"}]}"));
        byte[] undescribed = Zips.of("other.txt", utf8("x"), "first.PNG", utf8("png"), "info.json", utf8("{}"));
        byte[] wrong = Zips.of(
                "info.json",
                utf8("{\"images\":[7,{\"image_type_id\":0,\"file_name\":\"none.jpg\"},{\"image_type_id\":2,"
                        + "\"image\":\"%\"}]}"));
        picture("job-1", inInfo, "image/jpeg", new String(Zips.jpeg(), StandardCharsets.UTF_8));
        picture("job-2", undescribed, "image/png", "png");
        Transcript.Answer none = linked("job-3", wrong);
        assertThat(none.status()).isEqualTo(404);
    }

    private void picture(String jobId, byte[] zip, String type, String content) {
        Transcript.Answer picture = linked(jobId, zip);
        assertThat(picture.status()).as(picture.body()).isEqualTo(200);
        assertThat(picture.head()).contains("Content-Type: " + type);
        assertThat(picture.body()).contains(content);
    }

    private Transcript.Answer linked(String jobId, byte[] zip) {
        Transcript.Answer reserved = asksToUpload("user of " + jobId, jobId, 4, "");
        assertThat(transcript.hand(put(reserved), zip, "a zip", ZIP).status()).isEqualTo(200);
        Transcript.Answer told = asksFor("user of " + jobId, jobId, ",\"image_links\":true");
        return transcript.ask("GET " + path(told.field("selfie_image")));
    }

    /// A link belongs to the key that requested it, and ends with that key.
    @Test
    void aLinkEndsWithItsKey() {
        quietly("ann", "job-1", 4, null);
        KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.ADMIN);
        Transcript.Answer told = transcript.tell(
                STATUS, status("ann", "job-1", ",\"image_links\":true", signedWith("s", key.apiSecret())), JSON);
        String link = "GET " + path(told.field("selfie_image"));
        assertThat(transcript.ask(link).status()).isEqualTo(200);
        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(key.id(), false));
        assertThat(transcript.ask(link).status()).isEqualTo(404);
    }
}
