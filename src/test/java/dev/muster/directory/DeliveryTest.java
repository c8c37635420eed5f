package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.DeliveryTables.OpenRow;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import dev.muster.testing.Receiver.Received;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Tests deliveries to webhooks while receivers and servers fail in many ways.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
final class DeliveryTest extends OnWebhooks {
    private final AtomicReference<Answer> answer = new AtomicReference<>(Answer.status(200));

    private List<UUID> register(int count) {
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(running.register(UUID.randomUUID() + "@example.com"));
        }
        return users;
    }

    private void suspend(UUID user) {
        Running.changed(running.execute(user, new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, null)));
    }

    private List<String> journalled(UUID subject) {
        return running.core.eventReader().read(Running.REALM, 0, 10_000, Payload.THIN).stream()
                .filter(event -> event.subject().id().equals(subject))
                .map(PublishedEvent::type)
                .toList();
    }

    @Test
    void everyEventArrivesSignedAndInOrder() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        List<UUID> users = register(30);
        users.forEach(this::suspend);
        settled(webhook);

        receivedAll(receiver, first);
        assertThat(receiver.received()).allSatisfy(one -> {
            assertThat(isSigned(one, SECRET)).isTrue();
            assertThat(json(one).path("id").asString()).isEqualTo(one.header("webhook-id"));
            assertThat(one.text()).doesNotContain("example.com");
        });
        assertThat(receiver.received().stream()
                        .map(one -> json(one).path("type").asString()))
                .contains("user.registered", "user.hold.placed", "user.standing.changed");
        assertThat(status(webhook).progress().lastSuccessAt()).isNotNull();
    }

    @Test
    void aReceiverThatIsDownForHoursMissesNothing() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(5);
        settled(webhook);
        receiver.down();
        register(20);
        eventually(() -> status(webhook).progress().failures() == 1);
        for (int hour = 0; hour < 6; hour++) {
            running.advance(Duration.ofHours(1));
            Thread.sleep(300);
            register(1);
        }
        int failures = status(webhook).progress().failures();
        assertThat(failures).isBetween(2, 6);
        receiver.up();
        running.advance(Duration.ofHours(12));
        settled(webhook);

        receivedAll(receiver, first);
        assertThat(status(webhook).progress().failures()).isZero();
        assertThat(status(webhook).progress().failingSince()).isNull();
    }

    @Test
    void theEndpointWaitsWhenEverythingFails() throws Exception {
        answer.set(Answer.status(500));
        Receiver receiver = receiver(_ -> answer.get());
        UUID webhook = webhook(receiver);
        register(20);
        eventually(() -> status(webhook).progress().failures() == 1);
        Thread.sleep(500);
        assertThat(receiver.received()).hasSize(1);
        assertThat(status(webhook).progress().cursor()).isLessThan(head());
        answer.set(Answer.status(200));
        running.advance(Duration.ofSeconds(10));
        settled(webhook);
    }

    @Test
    void theReceiverMaySayWhenToComeBack() throws Exception {
        answer.set(Answer.status(429, "Retry-After: 3600"));
        Receiver receiver = receiver(_ -> answer.get());
        UUID webhook = webhook(receiver);
        register(2);
        eventually(() -> status(webhook).progress().retryAt() != null);
        assertThat(Duration.between(
                        running.clock.instant(), status(webhook).progress().retryAt()))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(73));
        answer.set(Answer.status(200));
        running.advance(Duration.ofMinutes(30));
        Thread.sleep(1_200);
        assertThat(receiver.received()).hasSize(1);
        running.advance(Duration.ofMinutes(45));
        settled(webhook);
    }

    @Test
    void anEventThatIsRefusedIsParkedAndItsSubjectWaits() throws Exception {
        AtomicReference<String> refused = new AtomicReference<>("");
        Receiver receiver = receiver(one -> Answer.status(subject(one).equals(refused.get()) ? 400 : 200));
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        List<UUID> users = register(10);
        settled(webhook);
        refused.set(users.getFirst().toString());
        users.forEach(this::suspend);
        for (int i = 0; i < 2; i++) {
            Thread.sleep(1_200);
            running.advance(Duration.ofSeconds(7));
        }
        settled(webhook);

        List<Deliveries.Delivery> parked = Running.ok(
                        running.core.deliveries().parked(Running.ADMIN, Running.REALM, webhook, null, 50))
                .items();
        // The events of the hold, and of the resulting change of the standing.
        assertThat(parked).extracting(Deliveries.Delivery::state).containsExactly("parked", "waiting");
        assertThat(parked.getFirst().status()).isEqualTo(400);
        assertThat(parked.getFirst().refusals()).isEqualTo(3);
        assertThat(parked.getFirst().retryAt()).isNotNull();

        refused.set("");
        Running.ok(running.core
                .deliveries()
                .redeliver(
                        Running.ADMIN, Running.REALM, webhook, parked.getFirst().event()));
        eventually(() -> Running.ok(running.core.deliveries().parked(Running.ADMIN, Running.REALM, webhook, null, 50))
                .items()
                .isEmpty());
        receivedAll(receiver, first);
    }

    @Test
    void aStrictWebhookIsHeldUpByARefusedEvent() throws Exception {
        AtomicReference<String> refused = new AtomicReference<>("");
        Receiver receiver = receiver(one -> Answer.status(subject(one).equals(refused.get()) ? 422 : 200));
        UUID webhook = webhook(settings(receiver, false, true, "*"));
        List<UUID> users = register(10);
        settled(webhook);
        refused.set(users.get(4).toString());
        users.forEach(this::suspend);
        for (int i = 0; i < 4; i++) {
            Thread.sleep(1_200);
            running.advance(Duration.ofMinutes(40));
        }
        assertThat(status(webhook).progress().entries()).isEqualTo(6);
        refused.set("");
        running.advance(Duration.ofDays(1));
        settled(webhook);
        List<String> ids = ids(receiver);
        List<String> inOrder = running.core.eventReader().read(Running.REALM, head() - 20, 20, Payload.THIN).stream()
                .map(PublishedEvent::id)
                .toList();
        assertThat(ids).containsExactlyElementsOf(inOrder);
    }

    @Test
    void aReceiverThatIsGoneDisablesItsWebhook() throws Exception {
        answer.set(Answer.status(410));
        Receiver receiver = receiver(_ -> answer.get());
        UUID webhook = webhook(receiver);
        register(3);
        eventually(() -> status(webhook).webhook().state() == Webhook.State.DISABLED);
        assertThat(status(webhook).webhook().cause()).isEqualTo(Webhook.Cause.GONE);
        assertThat(receiver.received()).hasSize(1);
        assertThat(journalled(webhook)).contains("webhook.disabled");
        assertThat(Running.ok(running.core.deliveries().attempts(Running.ADMIN, Running.REALM, webhook, null, 10))
                        .items())
                .extracting(Deliveries.Delivery::status)
                .containsExactly(410);

        // Once the receiver works again and the webhook is resumed, it gets every event.
        answer.set(Answer.status(200));
        Running.changed(running.execute(null, new WebhookCommand.ResumeWebhook(webhook, null)));
        settled(webhook);
        assertThat(ids(receiver)).hasSizeGreaterThan(3);
    }

    @Test
    void afterFiveDaysOfFailureAWebhookIsDisabled() throws Exception {
        Receiver receiver = dead();
        UUID webhook = webhook(receiver);
        register(3);
        eventually(() -> status(webhook).progress().failures() == 1);
        for (int day = 0; day < 5; day++) {
            assertThat(status(webhook).webhook().state()).isEqualTo(Webhook.State.ACTIVE);
            int failures = status(webhook).progress().failures();
            running.advance(Duration.ofDays(1).plusHours(6));
            eventually(() -> status(webhook).progress().failures() != failures
                    || status(webhook).webhook().state() == Webhook.State.DISABLED);
        }
        eventually(() -> status(webhook).webhook().state() == Webhook.State.DISABLED);
        assertThat(status(webhook).webhook().cause()).isEqualTo(Webhook.Cause.FAILING);
        assertThat(journalled(webhook)).contains("webhook.disabled");
    }

    @Test
    void redirectsAreFailuresAndNotFollowed() throws Exception {
        Receiver inside = new Receiver("127.0.0.1", 0, _ -> Answer.status(200));
        answer.set(Answer.status(301, "Location: " + inside.url()));
        Receiver receiver = receiver(_ -> answer.get());
        UUID webhook = webhook(receiver);
        register(1);
        eventually(() -> status(webhook).progress().failures() == 1);
        assertThat(inside.connections()).isZero();
        inside.close();
    }

    /// The server's settings or the row may have changed since the URL was accepted.
    @Test
    void anAddressThatIsNotAllowedIsNotCalled() throws Exception {
        UUID webhook = webhook(new Webhook.Settings("http://10.1.2.3/", List.of("*"), false, null, false));
        UUID named = webhook(new Webhook.Settings("http://10.1.2.3.nip.invalid/", List.of("*"), false, null, false));
        register(1);
        for (UUID each : List.of(webhook, named)) {
            eventually(() -> status(each).progress().failures() == 1);
        }
        assertThat(Running.ok(running.core.deliveries().attempts(Running.ADMIN, Running.REALM, webhook, null, 10))
                        .items())
                .extracting(Deliveries.Delivery::error)
                .containsExactly("the URL must not have a private, local or otherwise special address; the server's"
                        + " setting --webhook-allow permits private ones");
        assertThat(attempts(named).getFirst().error())
                .isEqualTo("the host has no address that may be called; the server's setting --webhook-allow permits"
                        + " private ones");
    }

    @Test
    void nothingIsSentIfTheRowWasAltered() throws Exception {
        Receiver receiver = receiver();
        Receiver other = receiver();
        webhook(receiver);
        register(1);
        eventually(() -> !receiver.received().isEmpty());
        running.close();
        assertThat(update("update webhook set url = '" + other.url() + "'")).isEqualTo(1);
        restart();
        register(3);
        Thread.sleep(2_500);
        assertThat(other.connections()).isZero();
    }

    /// A realm can have 32 receivers. Here, 31 of them are silent, drip, refuse connections or respond with 500.
    @Test
    void deadReceiversDoNotSlowALivingOne() throws Exception {
        Receiver silent = receiver(_ -> new Answer.Silence());
        Receiver drips = receiver(_ -> new Answer.Drip("HTTP/1.1 200 OK\r\n\r\n"));
        Receiver broken = receiver(_ -> Answer.status(500));
        Receiver dead = dead();
        List<Receiver> kinds = List.of(silent, drips, broken, dead);
        Receiver living = receiver();
        for (int i = 1; i < Webhook.MAX_PER_REALM; i++) {
            webhook(kinds.get(i % kinds.size()));
        }
        UUID webhook = webhook(living);
        long first = head() + 1;
        register(5);
        register(200);
        settled(webhook);
        receivedAll(living, first);
        // Each dead receiver gets one request.
        assertThat(silent.received().size()).isLessThan(16);
    }

    @Test
    void aDeletedWebhookIsSentNothingMore() throws Exception {
        AtomicInteger received = new AtomicInteger();
        Receiver receiver = receiver(_ -> {
            received.incrementAndGet();
            pause(20);
            return Answer.status(200);
        });
        UUID webhook = webhook(receiver);
        register(100);
        eventually(() -> received.get() > 20);
        Running.changed(running.execute(null, new WebhookCommand.DeleteWebhook(webhook)));
        Thread.sleep(300);
        int then = received.get();
        register(10);
        Thread.sleep(1_500);
        assertThat(received.get()).isEqualTo(then).isLessThan(110);
        assertThat(rows("webhook_progress")).isZero();
        assertThat(rows("webhook_attempt")).isZero();
    }

    private long rows(String table) throws SQLException {
        return number("select count(*) from " + table);
    }

    private long number(String query) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    /// @return the number of rows that the statement changed
    private int update(String statement) throws SQLException {
        try (Connection connection = database.connect();
                Statement prepared = connection.createStatement()) {
            return prepared.executeUpdate(statement);
        }
    }

    private long fence() {
        try {
            return number("select fence from webhook_progress");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The lease has ended as if the database had been unavailable for longer than a lease lasts, and no other
    /// server has taken it since.
    @Test
    void aLeaseThatEndedIsTakenAgain() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(5);
        settled(webhook);
        long fence = fence();
        assertThat(update("update webhook_progress set leased_until = 1")).isEqualTo(1);
        eventually(() -> fence() > fence);
        register(5);
        settled(webhook);
        receivedAll(receiver, first);
    }

    @Test
    void aRealmThatCannotBeReadDoesNotStopOthers() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        Receiver other = receiver();
        for (int i = 0; i < 16; i++) {
            Running.changed(running.executeIn(
                    Running.OTHER_REALM,
                    new WebhookCommand.CreateWebhook(
                            settings(other, false, false, "*"), new Webhook.Start.Now(), SECRET)));
        }
        long first = head() + 1;
        running.close();
        String nothing = kind == DatabaseKind.SQLITE ? "x'00'" : "'\\x00'";
        assertThat(update("update realm set wrapped_key = " + nothing + " where id = " + Running.OTHER_REALM))
                .isEqualTo(1);
        restart();
        register(5);
        settled(webhook);
        receivedAll(receiver, first);
        // Webhooks that are created later are found too.
        Receiver later = receiver();
        settled(webhook(later));
        register(1);
        eventually(() -> !later.received().isEmpty());
    }

    /// Once the realm can be read again, its webhook is served, although the webhook has not been changed and the
    /// server has not been restarted.
    @Test
    void aRealmThatCouldNotBeReadIsTriedAgain() throws Exception {
        Receiver receiver = receiver();
        Running.changed(running.executeIn(
                Running.OTHER_REALM,
                new WebhookCommand.CreateWebhook(
                        settings(receiver, false, false, "*"), new Webhook.Start.Now(), SECRET)));
        running.close();
        update("create table kept as select wrapped_key from realm where id = " + Running.OTHER_REALM);
        String nothing = kind == DatabaseKind.SQLITE ? "x'00'" : "'\\x00'";
        update("update realm set wrapped_key = " + nothing + " where id = " + Running.OTHER_REALM);
        restart();
        // The check that finds the unreadable webhook also starts this readable one. Once it is settled, the other has
        // been tried.
        settled(webhook(receiver()));
        register(1);
        eventually(() -> running.core.deliveries().running() == 1);
        long fence = number("select fence from webhook_progress where realm = " + Running.OTHER_REALM);
        update("update realm set wrapped_key = (select wrapped_key from kept) where id = " + Running.OTHER_REALM);
        update("drop table kept");
        Running.changed(running.executeIn(Running.OTHER_REALM, Running.registration("ann@example.com")));
        // By now, the pause between tries may have doubled several times.
        eventually(
                Duration.ofSeconds(80),
                () -> receiver.received().stream().anyMatch(one -> one.text().contains("user.registered")));
        // The lease was taken only once, when the realm could be read.
        assertThat(number("select fence from webhook_progress where realm = " + Running.OTHER_REALM))
                .isEqualTo(fence + 1);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPausedWebhookResumesWhereItStopped() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(10);
        settled(webhook);
        Running.changed(running.execute(null, new WebhookCommand.PauseWebhook(webhook)));
        Thread.sleep(200);
        int then = receiver.received().size();
        register(10);
        Thread.sleep(1_200);
        assertThat(receiver.received()).hasSize(then);
        Running.changed(running.execute(null, new WebhookCommand.ResumeWebhook(webhook, null)));
        settled(webhook);
        receivedAll(receiver, first);
    }

    @Test
    void anErasedUserIsGoneFromWhatIsStillToBeSent() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(settings(receiver, true, false, "*"));
        UUID user = running.register("erased@example.com");
        settled(webhook);
        assertThat(receiver.received().getLast().text()).contains("erased@example.com");
        receiver.down();
        Running.changed(running.execute(
                user,
                new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, "a reason about erased@example.com", null, null)));
        eventually(() -> status(webhook).progress().failures() > 0);
        Running.changed(running.execute(user, new Command.Erase("asked for", null)));
        int then = receiver.received().size();
        receiver.up();
        running.advance(Duration.ofMinutes(1));
        settled(webhook);

        List<Received> later =
                receiver.received().subList(then, receiver.received().size());
        assertThat(later).isNotEmpty().allSatisfy(one -> {
            assertThat(one.text()).doesNotContain("erased@example.com");
            assertThat(isSigned(one, SECRET)).isTrue();
        });
        assertThat(json(later.getFirst()).path("data").path("erased").asBoolean())
                .isTrue();
    }

    /// The user's events have been read before the erasure and are waiting for an earlier event.
    @Test
    void aUserWhoIsErasedWhileTheirEventsWaitIsGoneFromThem() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Receiver receiver = receiver(_ -> {
            await(go);
            return Answer.status(200);
        });
        UUID webhook = webhook(settings(receiver, true, false, "*"));
        UUID user = running.register("erased@example.com");
        eventually(() -> !receiver.received().isEmpty());
        Running.changed(running.execute(
                user,
                new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, "a reason about erased@example.com", null, null)));
        UUID other = running.register("other@example.com");
        suspend(other);
        // Wait until the events in memory are too old to be sent without checking for an erasure.
        Thread.sleep(1_500);
        Running.changed(running.execute(user, new Command.Erase("asked for", null)));
        go.countDown();
        settled(webhook);

        List<Received> later =
                receiver.received().subList(1, receiver.received().size());
        assertThat(later).noneMatch(one -> one.text().contains("erased@example.com"));
        assertThat(later)
                .filteredOn(one -> subject(one).equals(other.toString()))
                .hasSize(3)
                .allSatisfy(one -> {
                    long seq = json(one).path("data").path("seq").asLong();
                    assertThat(running.core.eventReader().read(Running.REALM, seq - 1, 1, Payload.FULL))
                            .extracting(event -> new String(event.json(), StandardCharsets.UTF_8))
                            .contains(one.text());
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whileASecretIsReplacedEveryMessageHasAValidSignature() throws Exception {
        Set<String> bad = ConcurrentHashMap.newKeySet();
        Receiver receiver = receiver(one -> {
            if (!isSigned(one, SECRET)) {
                bad.add(one.header("webhook-id"));
                return Answer.status(401);
            }
            return Answer.status(200);
        });
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(50);
        Running.changed(running.execute(
                null, new WebhookCommand.RotateWebhookSecret(webhook, Duration.ofHours(24), secret(2))));
        register(50);
        settled(webhook);
        assertThat(bad).isEmpty();
        assertThat(isSigned(receiver.received().getLast(), secret(2))).isTrue();
        receivedAll(receiver, first);

        // After the overlap, messages are signed only with the new secret.
        running.advance(Duration.ofHours(25));
        register(1);
        eventually(() -> !bad.isEmpty());
    }

    @Test
    void aServerThatStopsAndStartsMissesNothing() throws Exception {
        Receiver receiver = receiver(_ -> {
            pause(3);
            return Answer.status(200);
        });
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(150);
        restart();
        register(150);
        restart();
        settled(webhook);
        receivedAll(receiver, first);
        // Deliveries that the server saved when it stopped are not repeated.
        assertThat(receiver.received().size() - ids(receiver).size()).isLessThan(30);
    }

    @Test
    void entriesCanBeSentAgain() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(20);
        settled(webhook);
        List<String> before = ids(receiver);
        int then = receiver.received().size();
        Running.ok(running.core.deliveries().replay(Running.ADMIN, Running.REALM, webhook, first + 5, first + 9));
        eventually(() -> receiver.received().size() >= then + 5);
        running.register("afterwards@example.com");
        settled(webhook);
        Thread.sleep(300);
        List<Received> again =
                receiver.received().subList(then, receiver.received().size());
        assertThat(again.stream().map(one -> one.header("webhook-id")).limit(5))
                .containsExactlyInAnyOrderElementsOf(before.stream()
                        .filter(id -> {
                            long seq = Long.parseLong(id.split("_", -1)[2]);
                            return seq >= first + 5 && seq <= first + 9;
                        })
                        .toList());
        assertThat(again).hasSize(6);

        assertThat(Running.no(running.core.deliveries().replay(Running.ADMIN, Running.REALM, webhook, 1, head() + 1)))
                .isInstanceOf(Refusal.Invalid.class);
        Running.ok(running.core.deliveries().redeliver(Running.ADMIN, Running.REALM, webhook, before.get(3)));
        eventually(() -> receiver.received().getLast().header("webhook-id").equals(before.get(3)));
        assertThat(Running.no(running.core
                        .deliveries()
                        .redeliver(Running.ADMIN, Running.REALM, webhook, "evt_" + Running.OTHER_REALM + "_1")))
                .isInstanceOf(Refusal.NotFound.class);
    }

    /// Returns how often an event was received.
    private static long times(Receiver receiver, String id) {
        return receiver.received().stream()
                .filter(one -> one.header("webhook-id").equals(id))
                .count();
    }

    @Test
    void whatIsRequestedOfAPausedWebhookWaitsUntilItIsResumed() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register(3);
        settled(webhook);
        // Events of different subjects may arrive in any order.
        List<String> ids = ids(receiver).stream().sorted().toList();
        Deliveries deliveries = running.core.deliveries();
        Running.changed(running.execute(null, new WebhookCommand.PauseWebhook(webhook)));
        assertThat(Running.ok(deliveries.redeliver(Running.ADMIN, Running.REALM, webhook, ids.getFirst())))
                .isEqualTo(Webhook.State.PAUSED);
        assertThat(Running.ok(deliveries.replay(Running.ADMIN, Running.REALM, webhook, first + 1, first + 1)))
                .isEqualTo(Webhook.State.PAUSED);
        // During this time, the server checks the webhook several times.
        Thread.sleep(2_500);
        // The event about the pause itself may still have been sent.
        assertThat(ids).allSatisfy(id -> assertThat(times(receiver, id)).isEqualTo(1));
        Running.changed(running.execute(null, new WebhookCommand.ResumeWebhook(webhook, null)));
        for (String id : ids.subList(0, 2)) {
            eventually(() -> times(receiver, id) == 2);
        }
        assertThat(Running.ok(deliveries.redeliver(Running.ADMIN, Running.REALM, webhook, ids.getLast())))
                .isEqualTo(Webhook.State.ACTIVE);
    }

    @Test
    void aPingShowsWhetherAWebhookWorksAndEndsItsWait() throws Exception {
        Receiver receiver = receiver(_ -> answer.get());
        answer.set(new Answer.Response(403, List.of(), "who are you?"));
        UUID webhook = webhook(receiver);
        register(2);
        eventually(() -> status(webhook).progress().failures() == 1);
        running.advance(Duration.ofSeconds(10));
        eventually(() -> status(webhook).progress().failures() == 2);

        Deliveries.PingResult refused =
                Running.ok(running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook));
        assertThat(refused.attempt().status()).isEqualTo(403);
        answer.set(Answer.status(200));
        Deliveries.PingResult pinged =
                Running.ok(running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook));
        assertThat(pinged.attempt().isDelivered()).isTrue();
        settled(webhook);

        Received ping = receiver.received().stream()
                .filter(one -> one.header("webhook-id").equals(pinged.id()))
                .findFirst()
                .orElseThrow();
        assertThat(json(ping).path("type").asString()).isEqualTo("webhook.ping");
        assertThat(isSigned(ping, SECRET)).isTrue();
        eventually(() -> attempts(webhook).size() >= 6);
        assertThat(attempts(webhook))
                .filteredOn(each -> each.event().equals(refused.id()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.reply()).isEqualTo("who are you?".getBytes(StandardCharsets.UTF_8));
                    assertThat(each.state()).isEqualTo("failed");
                });
    }

    private List<Deliveries.Delivery> attempts(UUID webhook) {
        return Running.ok(running.core.deliveries().attempts(Running.ADMIN, Running.REALM, webhook, null, 1_000))
                .items();
    }

    @Test
    void theLastThousandAttemptsAreKeptForThirtyDays() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        for (int i = 0; i < 3; i++) {
            Running.ok(running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook));
        }
        for (int i = 0; i < 11; i++) {
            register(100);
        }
        settled(webhook);
        // The last event need not be the last to get a response, because the events have different subjects.
        eventually(() -> {
            List<Deliveries.Delivery> kept = attempts(webhook);
            return kept.size() == 1_000
                    && kept.stream().anyMatch(each -> each.event().endsWith("_" + head()));
        });
        assertThat(attempts(webhook)).noneMatch(each -> each.event().startsWith("ping_"));
        assertThat(rows("webhook_attempt")).isEqualTo(1_000);
        running.advance(Duration.ofDays(31));
        running.core.internals().cleanup().everything();
        assertThat(rows("webhook_attempt")).isZero();
    }

    @Test
    void aWebhookMayBeginWithEarlierEntries() throws Exception {
        register(300);
        Receiver receiver = receiver();
        UUID webhook = webhook(settings(receiver, false, false, "*"), new Webhook.Start.At(1));
        settled(webhook);
        receivedAll(receiver, 1);
    }

    private Refusal redelivered(UUID webhook, String event) {
        return Running.no(running.core.deliveries().redeliver(Running.ADMIN, Running.REALM, webhook, event));
    }

    private static String code(Refusal refusal) {
        return ((Refusal.Invalid) refusal).faults().getFirst().code();
    }

    /// Stores `count` events that have been set aside.
    private void setAside(int count, OpenRow.State state) throws SQLException {
        int stored =
                update("with recursive number (n) as (select 1 union all select n + 1 from number where n < " + count
                        + ") insert into webhook_open (realm, webhook, seq, part, asked, event, type, subject_type, subject,"
                        + " state, refusals, retry_at, since) select realm, webhook, n, 0, false, 'evt_' || realm || '_' || n,"
                        + " 'user.updated', 0, webhook, " + state.code()
                        + ", 3, 4000000000000, 1 from webhook_progress, number");
        assertThat(stored).isEqualTo(count);
    }

    @Test
    void aWebhookThatBeginsElsewhereForgetsWhatWasSetAside() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        register(3);
        settled(webhook);
        Running.changed(running.execute(null, new WebhookCommand.PauseWebhook(webhook)));
        setAside(5, OpenRow.State.PARKED);
        Running.changed(running.execute(null, new WebhookCommand.ResumeWebhook(webhook, null)));
        assertThat(rows("webhook_open")).isEqualTo(5);
        Running.changed(running.execute(null, new WebhookCommand.ResumeWebhook(webhook, new Webhook.Start.Now())));
        assertThat(rows("webhook_open")).isZero();
    }

    @Test
    void onlySoManyEventsCanBeAskedForAgain() throws Exception {
        UUID webhook = webhook(receiver());
        register(1);
        settled(webhook);
        Running.changed(running.execute(null, new WebhookCommand.PauseWebhook(webhook)));
        register(1);
        String sent = "evt_" + Running.REALM + "_" + head();
        setAside(1_000, OpenRow.State.PARKED);
        // The rows are changed as if all of them and the last entry had been sent.
        update("update webhook_progress set cursor = 1000");
        update("update webhook_open set seq = 1001 where event = '" + sent + "'");
        assertThat(code(redelivered(webhook, sent))).isEqualTo("too_many_open");
        // A request to send a parked event earlier is still accepted.
        Running.ok(running.core
                .deliveries()
                .redeliver(Running.ADMIN, Running.REALM, webhook, "evt_" + Running.REALM + "_1"));
    }

    @Test
    void onlyTypesOfTheWebhookAreSentAgain() throws Exception {
        UUID webhook = webhook(settings(receiver(), false, false, "user.hold.*"));
        register(1);
        settled(webhook);
        assertThat(code(redelivered(webhook, "evt_" + Running.REALM + "_" + head())))
                .isEqualTo("other_type");
    }

    @Test
    void aRealmMayWaitForAFewPings() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        Receiver slow = receiver(_ -> {
            await(answer);
            return Answer.status(200);
        });
        UUID webhook = webhook(slow);
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(Thread.ofVirtual()
                    .start(() -> running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook)));
        }
        eventually(() -> slow.received().size() == 4);
        assertThat(Running.no(running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook)))
                .isInstanceOf(Refusal.Busy.class);
        UUID other = Running.changed(running.executeIn(
                        Running.OTHER_REALM,
                        new WebhookCommand.CreateWebhook(
                                settings(receiver(), false, false, "*"), new Webhook.Start.Now(), SECRET)))
                .webhook()
                .id();
        Running.ok(running.core.deliveries().ping(Running.ADMIN, Running.OTHER_REALM, other));
        answer.countDown();
        for (Thread each : waiting) {
            each.join();
        }
        Running.ok(running.core.deliveries().ping(Running.ADMIN, Running.REALM, webhook));
    }

    /// Each replay is requested as soon as the database shows that the previous one has finished.
    @Test
    void replaysInARowAllHappen() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        register(1);
        settled(webhook);
        long cursor = status(webhook).progress().cursor();
        int then = receiver.received().size();
        for (int i = 1; i <= 20; i++) {
            eventually(() -> running.core.deliveries().replay(Running.ADMIN, Running.REALM, webhook, cursor, cursor)
                    instanceof Result.Ok);
        }
        eventually(() -> receiver.received().size() == then + 20);
    }
}
