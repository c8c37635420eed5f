package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestOutgoing;
import dev.muster.directory.events.Payload;
import dev.muster.model.WebhookCommand;
import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import dev.muster.testing.Receiver;
import dev.muster.testing.Receiver.Answer;
import dev.muster.testing.Receiver.Received;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Base class for tests of a core whose webhooks send to receivers on this machine.
abstract class OnWebhooks extends OnBothRunning {
    static final String SECRET = secret(1);

    private static final JsonMapper MAPPER = new JsonMapper();

    private final List<Receiver> receivers = new ArrayList<>();

    @Override
    Core.Outgoing outgoing() {
        return TestOutgoing.local();
    }

    @AfterEach
    final void closeReceivers() {
        receivers.forEach(Receiver::close);
    }

    static String secret(int which) {
        byte[] bytes = new byte[24];
        Arrays.fill(bytes, (byte) which);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    final Receiver receiver(Function<Received, Answer> answers) {
        Receiver receiver = new Receiver(answers);
        receivers.add(receiver);
        return receiver;
    }

    final Receiver receiver() {
        return receiver(_ -> Answer.status(204));
    }

    /// Returns a receiver that has stopped listening.
    final Receiver dead() {
        Receiver receiver = receiver();
        receiver.down();
        return receiver;
    }

    static Webhook.Settings settings(Receiver to, boolean full, boolean strict, String... types) {
        return new Webhook.Settings(to.url().toString(), List.of(types), full, null, strict);
    }

    final UUID webhook(Receiver to) {
        return webhook(settings(to, false, false, "*"));
    }

    /// Creates a webhook that starts with the next entry.
    final UUID webhook(Webhook.Settings settings) {
        return webhook(settings, new Webhook.Start.Now());
    }

    final UUID webhook(Webhook.Settings settings, Webhook.Start start) {
        return Running.changed(running.execute(null, new WebhookCommand.CreateWebhook(settings, start, SECRET)))
                .webhook()
                .id();
    }

    final void change(UUID webhook, String url) {
        Running.changed(running.execute(
                null, new WebhookCommand.UpdateWebhook(webhook, new Edit<>(url), null, null, null, null)));
    }

    final Webhooks.Status status(UUID webhook) {
        return Running.ok(running.core.webhooks().get(Running.ADMIN, Running.REALM, webhook));
    }

    /// Waits until all events have been sent or set aside.
    final void settled(UUID webhook) throws InterruptedException {
        eventually(() -> status(webhook).progress().entries() == 0);
    }

    /// Returns the ids of the received events, without duplicates, in order of arrival.
    static List<String> ids(Receiver receiver) {
        return receiver.received().stream()
                .map(one -> one.header("webhook-id"))
                .distinct()
                .toList();
    }

    static JsonNode json(Received one) {
        return MAPPER.readTree(one.body());
    }

    static String subject(Received one) {
        return json(one).path("data").path("subject").path("id").asString();
    }

    static boolean isSigned(Received one, String secret) {
        String signed = one.header("webhook-id") + "." + one.header("webhook-timestamp") + "." + one.text();
        return List.of(one.header("webhook-signature").split(" ", -1)).contains("v1," + hmac(secret, signed));
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Asserts that the received events match the journal: exactly the entries of each subject, in order.
    ///
    /// @param first the first entry that the webhook should receive
    final void receivedAll(Receiver receiver, long first) {
        Map<String, List<String>> bySubject = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (Received one : receiver.received()) {
            String id = one.header("webhook-id");
            if (!id.startsWith("ping_") && seen.add(id)) {
                bySubject.computeIfAbsent(subject(one), _ -> new ArrayList<>()).add(id);
            }
        }
        Map<String, List<String>> expected = new TreeMap<>();
        running.core
                .eventReader()
                .read(Running.REALM, first - 1, 100_000, Payload.THIN)
                .forEach(event -> expected.computeIfAbsent(event.subject().id().toString(), _ -> new ArrayList<>())
                        .add(event.id()));
        assertThat(bySubject).isEqualTo(expected);
    }

    final long head() {
        return running.core.eventReader().head(Running.REALM);
    }
}
