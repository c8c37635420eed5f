package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestOutgoing;
import dev.muster.model.WebhookCommand;
import dev.muster.model.value.Edit;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import dev.muster.testing.Receiver.Received;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests changes to a webhook through one server while another server with the same database delivers to it. Also stops
/// a server whose receivers are silent. With an embedded database there is only one server, which then makes the
/// changes itself.
@Timeout(180)
final class DeliveryOfTwoServersTest extends OnWebhooks {
    private Running other;
    private int registered;

    @BeforeEach
    void startOther() {
        // The other server does not deliver, so the first server has the leases.
        other = kind == DatabaseKind.SQLITE ? running : new Running(database.open(), folder, TestOutgoing.none());
    }

    @AfterEach
    void stopOther() {
        other.close();
    }

    private void change(WebhookCommand command) {
        Running.changed(other.execute(null, command));
    }

    private void register() {
        running.register("user" + registered++ + "@example.com");
    }

    /// Registers users until the condition holds. Before that, events may still be delivered as before the change.
    private void registerUntil(BooleanSupplier so) throws InterruptedException {
        eventually(() -> {
            register();
            return so.getAsBoolean();
        });
    }

    @Test
    void aPauseThroughAnotherServerEndsDeliveriesHere() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        long first = head() + 1;
        register();
        settled(webhook);
        change(new WebhookCommand.PauseWebhook(webhook));
        eventually(() -> running.core.deliveries().running() == 0);
        int then = receiver.received().size();
        register();
        Thread.sleep(1_500);
        assertThat(receiver.received()).hasSize(then);
        change(new WebhookCommand.ResumeWebhook(webhook, null));
        settled(webhook);
        receivedAll(receiver, first);
    }

    @Test
    void newSettingsFromAnotherServerAreUsedHere() throws Exception {
        Receiver before = receiver();
        UUID webhook = webhook(before);
        register();
        settled(webhook);
        Receiver after = receiver();
        change(new WebhookCommand.UpdateWebhook(
                webhook,
                new Edit<>(after.url().toString()),
                new Edit<>(List.of("user.registered")),
                new Edit<>(true),
                null,
                null));
        registerUntil(() -> !after.received().isEmpty());
        int then = before.received().size();
        register();
        change(new WebhookCommand.RotateWebhookSecret(webhook, Duration.ZERO, secret(2)));
        register();
        settled(webhook);
        assertThat(before.received()).hasSize(then);
        assertThat(after.received())
                .allMatch(one -> json(one).path("type").asString().equals("user.registered"))
                .allMatch(one -> json(one).path("data").has("changes"));
    }

    @Test
    void aSecretThatIsReplacedThroughAnotherServerSignsHere() throws Exception {
        Receiver receiver = receiver();
        UUID webhook = webhook(receiver);
        register();
        settled(webhook);
        change(new WebhookCommand.RotateWebhookSecret(webhook, Duration.ofHours(1), secret(2)));
        registerUntil(() -> isSigned(last(receiver), secret(2)));
        assertThat(isSigned(last(receiver), SECRET)).isTrue();
        change(new WebhookCommand.RotateWebhookSecret(webhook, Duration.ZERO, secret(3)));
        registerUntil(() -> isSigned(last(receiver), secret(3)));
        settled(webhook);
        assertThat(isSigned(last(receiver), secret(2))).isFalse();
    }

    private static Received last(Receiver receiver) {
        return receiver.received().getLast();
    }

    /// The server aborts the requests in flight and does not record them as failures. Without the stop, they would
    /// fail after 15 seconds.
    @Test
    void aServerStopsWhileReceiversAreSilent() throws Exception {
        Receiver silent = receiver(_ -> new Answer.Silence());
        Receiver drips = receiver(_ -> new Answer.Drip("HTTP/1.1 200 OK\r\n\r\n"));
        for (int i = 0; i < 4; i++) {
            webhook(silent);
            webhook(drips);
        }
        register();
        eventually(() -> silent.received().size() >= 4 && drips.received().size() >= 4);
        Thread stop = Thread.ofPlatform().start(running::close);
        assertThat(stop.join(Duration.ofMinutes(1))).isTrue();
        assertThat(attempts()).isZero();
    }

    private long attempts() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from webhook_attempt")) {
            result.next();
            return result.getLong(1);
        }
    }
}
