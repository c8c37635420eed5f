package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.muster.directory.callbacks.CallbackFormat;
import dev.muster.directory.callbacks.JobResultNotice;
import dev.muster.directory.delivery.Courier;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Callback;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingHttp;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Tests callbacks to a partner whose server is a real HTTP server.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
final class CallbacksTest extends OnBothRunning {
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());

    /// The statuses of the partner's next responses; when it is empty, the partner responds with 200.
    private final Deque<Integer> answers = new ArrayDeque<>();

    private HttpServer partner;
    private volatile CountDownLatch silence = new CountDownLatch(0);
    private OutgoingHttp http;

    @BeforeEach
    void listen() throws IOException {
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        partner.createContext("/", this::answer);
        partner.start();
        http = new OutgoingHttp(
                new AddressRules(List.of(AddressBlock.parse("127.0.0.0/8")), "--webhook-allow"),
                (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    @AfterEach
    void hangUp() {
        silence.countDown();
        http.close();
        partner.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            silence.await();
            Integer status;
            synchronized (answers) {
                status = answers.poll();
            }
            byte[] reply = "heard".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status == null ? 200 : status, reply.length);
            exchange.getResponseBody().write(reply);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Formats a result in a minimal dialect.
    private static byte[] words(JobResultNotice notice) {
        return String.join(
                        " ",
                        notice.job().jobId(),
                        notice.result().outcome().wireName(),
                        notice.userId(),
                        notice.submittedBy().text())
                .getBytes(StandardCharsets.UTF_8);
    }

    private void tellPartners() {
        tellPartners(CallbacksTest::words);
    }

    private void tellPartners(CallbackFormat format) {
        CallableUrls urls = new CallableUrls(http.rules(), true);
        running.core.startCallbacks(format, new Courier(http, urls, new ReadClock(running.clock)));
    }

    private JobRequest job(String jobId, String who) {
        Identifier identifier = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, who);
        return new JobRequest(
                jobId,
                new JobType(4),
                new JobRequest.ForUser(UserRef.externalIdOrId(who), who, identifier),
                null,
                "http://127.0.0.1:" + partner.getAddress().getPort() + "/told",
                false,
                false,
                Outcome.PASSED);
    }

    private UUID submit(long realm, JobRequest job) {
        return Running.ok(running.executeIn(realm, new JobCommand.SubmitJob(job, null, null)))
                .job()
                .user();
    }

    private void verdict(String jobId, Outcome outcome) {
        Running.ok(running.executeIn(
                PRODUCTION, new JobCommand.GiveVerdict(jobId, new Verdict(outcome, new BigDecimal("97.5"), null))));
    }

    private void onUser(UUID user, Command command) {
        Write write = new Write(Running.ADMIN, UserRef.id(user), List.of(command), null);
        Running.ok(running.core
                .directory()
                .execute(new WriteRequest(PRODUCTION, write, Running.origin(), null, false, 0)));
    }

    private JobCallbacks.OfJob told(long realm, String jobId) {
        return Running.ok(running.core.callbacks().of(Running.ADMIN, realm, jobId));
    }

    private List<Callback.State> states(String jobId) {
        return told(PRODUCTION, jobId).results().stream()
                .map(history -> history.callback().state())
                .toList();
    }

    private List<JobCallbacks.Attempt> told(String jobId) {
        return told(PRODUCTION, jobId).results().stream()
                .flatMap(history -> history.attempts().stream())
                .toList();
    }

    private List<Callback.Attempt> attempts(String jobId) {
        return told(jobId).stream().map(JobCallbacks.Attempt::attempt).toList();
    }

    private static String line(String jobId, String outcome, String who) {
        return jobId + " " + outcome + " " + who + " " + Running.ADMIN.ref().text();
    }

    @Test
    void eachResultIsToldOnce() throws Exception {
        tellPartners();
        submit(TEST, job("j1", "ann"));
        submit(PRODUCTION, job("j2", "ben"));
        verdict("j2", Outcome.PROVISIONAL);
        eventually(() -> received.size() == 2);
        verdict("j2", Outcome.PASSED);
        eventually(() -> states("j2").equals(List.of(Callback.State.DELIVERED, Callback.State.DELIVERED)));
        assertThat(received)
                .containsExactlyInAnyOrder(
                        line("j1", "passed", "ann"), line("j2", "provisional", "ben"), line("j2", "passed", "ben"));
        assertThat(attempts("j2")).extracting(Callback.Attempt::status).containsExactly(200, 200);
        assertThat(told("j2")).extracting(JobCallbacks.Attempt::reply).containsExactly("heard", "heard");
        assertThat(attempts("j2"))
                .extracting(attempt -> new String(attempt.sealedReply(), StandardCharsets.ISO_8859_1))
                .noneMatch(stored -> stored.contains("heard"));
        assertThat(told(PRODUCTION, "j2").results())
                .extracting(JobCallbacks.CallbackHistory::outcome)
                .containsExactly(Outcome.PROVISIONAL, Outcome.PASSED);
    }

    @Test
    void aJobWithoutAnAddressIsToldNowhere() {
        tellPartners();
        submit(PRODUCTION, new JobRequest("j1", new JobType(5), null, null, null, false, false, Outcome.PASSED));
        verdict("j1", Outcome.PASSED);
        assertThat(Running.no(running.core.callbacks().of(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("callback of job", "j1"));
        assertThat(Running.no(running.core.callbacks().of(Running.ADMIN, PRODUCTION, "j2")))
                .isEqualTo(new Refusal.NotFound("job", "j2"));
        assertThat(Running.no(running.core.callbacks().repeat(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("callback of job", "j1"));
    }

    @Test
    void aFailureIsRetriedForThreeDaysAndLaterResultsOfTheJobWait() throws Exception {
        tellPartners();
        submit(PRODUCTION, job("j1", "ann"));
        submit(PRODUCTION, job("j2", "ben"));
        synchronized (answers) {
            answers.add(500);
        }
        verdict("j1", Outcome.PROVISIONAL);
        eventually(() -> attempts("j1").size() == 1);
        verdict("j1", Outcome.PASSED);
        verdict("j2", Outcome.PASSED);
        eventually(() -> states("j2").equals(List.of(Callback.State.DELIVERED)));
        assertThat(states("j1")).containsExactly(Callback.State.WAITING, Callback.State.WAITING);
        assertThat(received).containsExactly(line("j1", "provisional", "ann"), line("j2", "passed", "ben"));

        running.advance(Duration.ofSeconds(6));
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED, Callback.State.DELIVERED)));
        assertThat(received)
                .endsWith(line("j1", "provisional", "ann"), line("j1", "passed", "ann"))
                .hasSize(4);
    }

    @Test
    void afterThreeDaysItIsGivenUpAndCanBeRepeated() throws Exception {
        tellPartners();
        submit(PRODUCTION, job("j1", "ann"));
        synchronized (answers) {
            answers.addAll(Collections.nCopies(12, 503));
        }
        verdict("j1", Outcome.PASSED);
        Instant began = running.clock.instant();
        for (int attempts = 1; attempts <= 12; attempts++) {
            int made = attempts;
            eventually(() -> attempts("j1").size() == made);
            Instant next =
                    told(PRODUCTION, "j1").results().getFirst().callback().dueAt();
            if (next != null) {
                running.advance(Duration.between(running.clock.instant(), next).plusMillis(1));
            }
        }
        assertThat(Duration.between(began, running.clock.instant()))
                .isBetween(Duration.ofHours(72), Duration.ofHours(74));
        eventually(() -> states("j1").equals(List.of(Callback.State.GAVE_UP)));
        assertThat(attempts("j1").getLast().status()).isEqualTo(503);

        running.core.callbacks().repeat(Running.ADMIN, PRODUCTION, "j1");
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED)));
        assertThat(attempts("j1").getLast().number()).isEqualTo(13);
    }

    /// A job that fails because of a fraud hold must look like any other failed job: there is one callback, with
    /// the same content.
    @Test
    void underAFraudHoldAFailureIsToldLikeAnyOther() throws Exception {
        tellPartners();
        onUser(submit(PRODUCTION, job("j1", "ann")), new Command.PlaceHold(HoldKind.FRAUD, "", "r", null, null));
        submit(PRODUCTION, job("j2", "ben"));
        verdict("j1", Outcome.PROVISIONAL);
        verdict("j2", Outcome.FAILED);
        verdict("j1", Outcome.PASSED);
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.ReviewJob("j1", null, null)));
        eventually(() -> states("j2").equals(List.of(Callback.State.DELIVERED)));
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED)));
        assertThat(received).containsExactlyInAnyOrder(line("j1", "failed", "ann"), line("j2", "failed", "ben"));
    }

    @Test
    void nothingIsToldOfAnErasedUserAndRepliesAreForgotten() throws Exception {
        UUID ann = submit(PRODUCTION, job("j1", "ann"));
        verdict("j1", Outcome.PROVISIONAL);
        verdict("j1", Outcome.PASSED);
        UUID ben = submit(PRODUCTION, job("j2", "ben"));
        verdict("j2", Outcome.PASSED);
        submit(PRODUCTION, job("j3", "eve"));
        verdict("j3", Outcome.PASSED);
        onUser(ann, new Command.Erase(null, null));
        tellPartners();
        eventually(() -> states("j1").equals(List.of(Callback.State.ERASED, Callback.State.ERASED)));
        eventually(() -> states("j3").equals(List.of(Callback.State.DELIVERED)));
        eventually(() -> attempts("j2").size() == 1);
        assertThat(received).containsExactlyInAnyOrder(line("j2", "passed", "ben"), line("j3", "passed", "eve"));
        assertThat(told(PRODUCTION, "j1").url()).isNull();
        assertThat(told(PRODUCTION, "j1").results())
                .extracting(JobCallbacks.CallbackHistory::outcome)
                .containsExactly(null, null);
        assertThat(Running.no(running.core.callbacks().repeat(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("result of job", "j1"));

        onUser(ben, new Command.Erase(null, null));
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.EraseJob("j3")));
        assertThat(attempts("j2")).isEmpty();
        assertThat(attempts("j3")).isEmpty();
    }

    /// The result of an attempt is not stored if the job is erased during the attempt.
    @Test
    void aReplyThatComesAfterTheErasureIsNotKept() throws Exception {
        tellPartners();
        silence = new CountDownLatch(1);
        submit(PRODUCTION, job("j1", "ann"));
        verdict("j1", Outcome.PASSED);
        eventually(() -> received.size() == 1);
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.EraseJob("j1")));
        silence.countDown();
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED)));
        assertThat(attempts("j1")).isEmpty();
    }

    @Test
    void aServerThatStopsDuringAnAttemptMakesItAgain() throws Exception {
        tellPartners();
        silence = new CountDownLatch(1);
        submit(PRODUCTION, job("j1", "ann"));
        verdict("j1", Outcome.PASSED);
        eventually(() -> received.size() == 1);
        Duration ahead = Duration.ofSeconds(31);
        restart();
        silence.countDown();
        running.advance(ahead);
        tellPartners();
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED)));
        assertThat(received).containsExactly(line("j1", "passed", "ann"), line("j1", "passed", "ann"));
        assertThat(attempts("j1")).extracting(Callback.Attempt::number).containsExactly(2);
    }

    /// A server that was suspended during an attempt must not overwrite the results of a later attempt by another
    /// server.
    @Test
    void aLateEndOfAnEarlierAttemptChangesNothing() throws Exception {
        tellPartners();
        silence = new CountDownLatch(1);
        submit(PRODUCTION, job("j1", "ann"));
        verdict("j1", Outcome.PASSED);
        eventually(() -> received.size() == 1);
        // The claim expires, so a second attempt begins; then the first attempt fails.
        CountDownLatch first = silence;
        silence = new CountDownLatch(1);
        running.advance(Duration.ofSeconds(31));
        eventually(() -> received.size() == 2);
        Callback second = told(PRODUCTION, "j1").results().getFirst().callback();
        synchronized (answers) {
            answers.add(500);
        }
        first.countDown();
        eventually(() -> attempts("j1").size() == 1);
        assertThat(told(PRODUCTION, "j1").results().getFirst().callback()).isEqualTo(second);
        silence.countDown();
        eventually(() -> states("j1").equals(List.of(Callback.State.DELIVERED)));
        assertThat(attempts("j1")).extracting(Callback.Attempt::status).containsExactly(500, 200);
    }

    @Test
    void aPartnerThatDoesNotAnswerDelaysNobodyElse() throws Exception {
        tellPartners();
        for (int i = 0; i < 12; i++) {
            submit(PRODUCTION, job("j" + i, "user" + i));
        }
        silence = new CountDownLatch(1);
        for (int i = 0; i < 12; i++) {
            verdict("j" + i, Outcome.PASSED);
        }
        eventually(() -> received.size() == 8);
        CountDownLatch slow = silence;
        silence = new CountDownLatch(0);
        submit(TEST, job("other", "ann"));
        eventually(() -> received.contains(line("other", "passed", "ann")));
        assertThat(received).hasSize(9);
        slow.countDown();
        eventually(() -> received.size() == 13);
    }

    @Test
    void aResultThatCannotBeRenderedIsAFailedAttempt() throws Exception {
        tellPartners(notice -> {
            if (notice.job().jobId().equals("j1")) {
                throw new IllegalStateException("an error in the format");
            }
            return words(notice);
        });
        submit(PRODUCTION, job("j1", "ann"));
        submit(PRODUCTION, job("j2", "ben"));
        verdict("j1", Outcome.PASSED);
        verdict("j2", Outcome.PASSED);
        eventually(() -> states("j2").equals(List.of(Callback.State.DELIVERED)));
        eventually(() -> attempts("j1").size() == 1);
        assertThat(states("j1")).containsExactly(Callback.State.WAITING);
        assertThat(attempts("j1").getFirst().error()).contains("internal error");
        assertThat(received).containsExactly(line("j2", "passed", "ben"));
    }

    @Test
    void itNeedsTheRightsForJobs() {
        submit(PRODUCTION, job("j1", "ann"));
        Actor reader = actor(Set.of(Scope.JOBS_READ));
        assertThat(Running.ok(running.core.callbacks().of(reader, PRODUCTION, "j1"))
                        .results())
                .isEmpty();
        assertThat(Running.no(running.core.callbacks().repeat(reader, PRODUCTION, "j1")))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(Running.no(running.core.callbacks().of(actor(Set.of(Scope.USERS_READ)), PRODUCTION, "j1")))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(Running.no(running.core.callbacks().repeat(Running.ADMIN, PRODUCTION, "j1")))
                .isEqualTo(new Refusal.NotFound("result of job", "j1"));
    }

    private static Actor actor(Set<Scope> scopes) {
        return new Actor(
                new ActorRef(ActorRef.Kind.API_KEY, Running.KEY),
                "some",
                java.util.EnumSet.copyOf(scopes),
                Rank.REGULAR,
                0);
    }
}
