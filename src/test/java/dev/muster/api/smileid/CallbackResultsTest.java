package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.api.evidence.Zips;
import dev.muster.directory.callbacks.JobResultNotice;
import dev.muster.http.json.Json;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserRef;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.security.KeyGenerator;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The content of this dialect's callbacks, and the addresses they are sent to.
final class CallbackResultsTest extends SmileIdTest {
    private static final String CALLBACK = ",\"callback_url\":\"https://acme.example/hook\"";
    private static final String UNSIGNED = "";

    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private OutgoingHttp http;

    /// A callback that would be sent, and its address. The text is empty if the realm has no key that may sign.
    private record Sent(String url, String text) {}

    @BeforeEach
    void listen() {
        http = new OutgoingHttp(new AddressRules(List.of(), "none"), (SSLSocketFactory) SSLSocketFactory.getDefault());
        server.startCallbacks(this::catchAll, http);
    }

    @AfterEach
    void hangUp() {
        http.close();
    }

    /// Records what would be sent, and sends nothing.
    private byte[] catchAll(JobResultNotice notice) {
        byte[] body = new CallbackResults(server.authenticator()).body(notice);
        sent.add(new Sent(
                notice.job().callbackUrl(), body == null ? UNSIGNED : new String(body, StandardCharsets.UTF_8)));
        return null;
    }

    private Sent next() throws InterruptedException {
        Sent next = sent.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a callback").isNotNull();
        return next;
    }

    private void uploaded(String userId, String jobId, String more) {
        Transcript.Answer reserved =
                transcript.quietly(UPLOAD, upload(userId, jobId, 4, CALLBACK + more, signed()), JSON);
        assertThat(reserved.status()).as(reserved.body()).isEqualTo(200);
        Transcript.Answer uploaded = transcript.quietlyHand(put(reserved), Zips.good(), ZIP);
        assertThat(uploaded.status()).as(uploaded.body()).isEqualTo(200);
    }

    private String asked(String userId, String jobId) {
        return transcript
                .quietly(STATUS, status(userId, jobId, "", signed()), JSON)
                .body();
    }

    private static String withNumber(String callback) {
        return callback.replace("\"job_type\":\"4\"", "\"job_type\":4");
    }

    @Test
    void itIsTheBareResultOfTheStatusQueryWithTheTypeAsText() throws Exception {
        uploaded("ann", "job-1", "");
        Sent told = next();
        assertThat(told.url).isEqualTo("https://acme.example/hook");
        assertThat(told.text).contains("\"job_type\":\"4\"").doesNotContain("\"job_type\":4");
        // The clock stands still, so the time and the signature are also the same.
        assertThat(asked("ann", "job-1")).contains(",\"result\":" + withNumber(told.text) + "}");
    }

    /// The time in a callback is refused in requests, so the server that is called cannot act as the partner.
    @Test
    void itsSignatureIsRefusedInRequests() throws Exception {
        uploaded("ann", "job-1", "");
        Json.Result told = Json.read(next().text.getBytes(StandardCharsets.UTF_8));
        Map<?, ?> fields = (Map<?, ?>) ((Json.Result.Value) told).value();
        String timestamp = (String) fields.get("timestamp");
        assertThat(fields.get("signature")).isEqualTo(sign(secret, timestamp));
        String signed = "\"timestamp\":\"" + timestamp + "\",\"signature\":\"" + fields.get("signature") + "\"";
        assertThat(transcript
                        .quietly(STATUS, status("ann", "job-1", "", signed), JSON)
                        .status())
                .isEqualTo(400);
        assertThat(transcript
                        .quietly(ENROLLEE, body("ann", "\"active\":false", signed), JSON)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void provisionallyAndThenFinally() throws Exception {
        secret = tenancy.productionKey().apiSecret();
        later();
        uploaded("ann", "job-1", "");
        judge("job-1", Outcome.PROVISIONAL, "97.5");
        String provisional = next().text;
        assertThat(provisional)
                .contains("\"IsFinalResult\":\"false\"", "\"ResultCode\":\"0814\"", "\"ConfidenceValue\":\"97.5\"");
        assertThat(asked("ann", "job-1")).contains(withNumber(provisional));
    }

    private void judge(String jobId, Outcome outcome, String confidence) {
        Actor verifier = server.actor(tenancy.production(), tenancy.productionKey());
        server.execute(
                tenancy.production(),
                verifier,
                null,
                new JobCommand.GiveVerdict(jobId, new Verdict(outcome, new BigDecimal(confidence), "a remark")));
    }

    @Test
    void aFraudHoldIsNotToBeSeen() throws Exception {
        secret = tenancy.productionKey().apiSecret();
        later();
        uploaded("ann", "job-1", "");
        uploaded("bob", "job-2", "");
        Actor verifier = server.actor(tenancy.production(), tenancy.productionKey());
        server.execute(
                tenancy.production(),
                verifier,
                UserRef.externalIdOrId("ann"),
                new Command.PlaceHold(HoldKind.FRAUD, "", "r", null, null));
        judge("job-1", Outcome.PASSED, "99.9");
        String held = next().text;
        judge("job-2", Outcome.FAILED, "1.5");
        String ordinary = next().text;
        assertThat(held.replace("ann", "bob").replace("job-1", "job-2").replace("0000000001", "0000000002"))
                .isEqualTo(ordinary)
                .contains("\"ResultCode\":\"0811\"", "\"ConfidenceValue\":null");
    }

    @Test
    void itIsSignedUnderTheKeyOfTheUploadOrAnotherThatMaySign() throws Exception {
        later();
        KeyGenerator.GeneratedKey other = key(Role.ADMIN.scopes());
        later();
        KeyGenerator.GeneratedKey uploader = key(Role.ADMIN.scopes());
        secret = uploader.apiSecret();
        uploaded("ann", "job-1", "");
        assertThat(next().text).contains(sign(uploader.apiSecret(), replyTime()));
        secret = tenancy.testKey().apiSecret();

        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(uploader.id(), false));
        repeat();
        assertThat(next().text).contains(sign(other.apiSecret(), replyTime()));

        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(other.id(), false));
        repeat();
        assertThat(next().text).contains(sign(tenancy.testKey().apiSecret(), replyTime()));
        KeyGenerator.GeneratedKey unsigning = server.mint().generate(tenancy.test(), Environment.TEST);
        server.execute(tenancy.test(), Actor.ROOT, null, createKey(unsigning, false, null));
        server.execute(
                tenancy.test(),
                admin,
                null,
                new Command.RevokeKey(tenancy.testKey().id(), false));
        repeat();
        assertThat(next().text).isEqualTo(UNSIGNED);
    }

    private void repeat() {
        ok(server.callbacks().repeat(admin, tenancy.test(), "job-1"));
    }

    // The callback address

    private Transcript.Answer handed(String jobId, String more, String info) {
        Transcript.Answer reserved = transcript.quietly(UPLOAD, upload("ann", jobId, 1, more, signed()), JSON);
        byte[] zip = Zips.of("info.json", Zips.utf8(info), "selfie.jpg", Zips.jpeg());
        return transcript.quietlyHand(put(reserved), zip, ZIP);
    }

    private static String info(String url) {
        return "{\"misc_information\":{\"retry\":\"false\",\"partner_params\":{\"callback_url\":\"no\"},"
                + "\"callback_url\":\"" + url + "\"},\"callback_url\":\"no\",\"images\":[{\"callback_url\":\"no\"}]}";
    }

    @Test
    void theAddressOfTheUploadGoesBeforeThatOfTheZip() throws Exception {
        assertThat(handed("job-1", CALLBACK, info("https://zip.example/")).status())
                .isEqualTo(200);
        assertThat(next().url).isEqualTo("https://acme.example/hook");
        assertThat(job("job-1").callbackUrl()).isEqualTo("https://acme.example/hook");
    }

    @Test
    void withoutACallbackAddressTheOneInTheZipIsUsed() throws Exception {
        assertThat(handed("job-1", "", info("https://zip.example/")).status()).isEqualTo(200);
        assertThat(next().url).isEqualTo("https://zip.example/");
    }

    @Test
    void anAddressThatCannotBeCalledIsRefusedWithTheZip() {
        Transcript.Answer refused = handed("job-1", "", info("http://zip.example/"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("callback_url in its info.json", "2203");
        // The job id is free again, and an address that is not used is not checked.
        assertThat(handed("job-1", CALLBACK, info("http://zip.example/")).status())
                .isEqualTo(200);
        assertThat(handed("job-2", ",\"allow_new_enroll\":true", info("")).status())
                .isEqualTo(200);
        assertThat(job("job-2").callbackUrl()).isNull();
    }
}
