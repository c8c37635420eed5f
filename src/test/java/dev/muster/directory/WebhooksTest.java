package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.directory.chores.Difference;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.Edit;
import dev.muster.model.webhook.Webhook;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.KeyGenerator;
import dev.muster.storage.WebhookTables.ProgressRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import dev.muster.storage.sql.DatabaseKind;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Tests how webhooks are managed: the stored rows, the journal entries, who may change webhooks, and where a webhook
/// begins.
final class WebhooksTest extends OnBothRunning {
    private static final String SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static Webhook.Settings settings(String url, boolean full) {
        return new Webhook.Settings(url, List.of("user.hold.*", "job.completed"), full, "the ledger", false);
    }

    private static WebhookCommand.CreateWebhook creation() {
        return new WebhookCommand.CreateWebhook(
                settings("https://example.org/muster", false), new Webhook.Start.Now(), SECRET);
    }

    private Webhook create() {
        return run(creation());
    }

    private Webhook run(WebhookCommand command) {
        return Running.ok(running.execute(null, command)).webhook();
    }

    private Result<Change> executeAs(Actor actor, WebhookCommand command) {
        Write write = new Write(actor, null, List.of(command), null);
        return running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, write, Running.origin(), null, false, 0));
    }

    private List<Webhooks.Status> list() {
        return Running.ok(running.core.webhooks().list(Running.ADMIN, Running.REALM));
    }

    private Webhooks.Progress progress() {
        return list().getFirst().progress();
    }

    private long fence() {
        return running.database().read(reads -> reads.webhooks().progress(Running.REALM)).stream()
                .map(ProgressRow::fence)
                .findFirst()
                .orElseThrow();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        }
    }

    private List<Difference> differences() {
        return Running.ok(running.core.reconciliation().reconcile(Running.ADMIN, Running.REALM))
                .differences();
    }

    private List<JournalEntry> entries() {
        JournalQuery newest = new JournalQuery(null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 50, null);
        return Running.ok(running.core.journal().page(Running.ADMIN, Running.REALM, newest))
                .items();
    }

    private List<String> actions() {
        return entries().stream().map(JournalEntry::action).toList();
    }

    @Test
    void aWebhookIsReadBackWithoutItsSecretAndBeginsAfterItsOwnEntry() {
        Webhook made = create();
        assertThat(made.secret()).isEqualTo(SECRET);
        assertThat(list()).extracting(Webhooks.Status::webhook).containsExactly(made.withoutSecret());
        long head = entries().getFirst().seq();
        assertThat(progress().cursor()).isEqualTo(head);
        assertThat(progress().entries()).isZero();
        running.register("ann@example.com");
        assertThat(progress().entries()).isEqualTo(1);
        assertThat(differences()).isEmpty();
    }

    @Test
    void eachChangeIsJournalledRaisesTheFenceAndAgreesWithTheRow() {
        UUID id = create().id();
        assertThat(fence()).isEqualTo(1);
        Webhook updated = run(new WebhookCommand.UpdateWebhook(
                id,
                new Edit<>("https://example.org/other"),
                new Edit<>(List.of("*")),
                new Edit<>(true),
                new Edit<>(null),
                new Edit<>(true)));
        assertThat(updated.settings())
                .isEqualTo(new Webhook.Settings("https://example.org/other", List.of("*"), true, null, true));
        assertThat(run(new WebhookCommand.PauseWebhook(id)).state()).isEqualTo(Webhook.State.PAUSED);
        assertThat(run(new WebhookCommand.ResumeWebhook(id, null)).state()).isEqualTo(Webhook.State.ACTIVE);
        run(new WebhookCommand.RotateWebhookSecret(id, Duration.ofHours(1), SECRET));
        assertThat(fence()).isEqualTo(5);
        assertThat(differences()).isEmpty();
        Running.ok(running.execute(null, new WebhookCommand.DeleteWebhook(id)));
        assertThat(list()).isEmpty();
        assertThat(running.database()
                        .<List<ProgressRow>>read(reads -> reads.webhooks().progress(Running.REALM)))
                .isEmpty();
        assertThat(actions())
                .startsWith(
                        "webhook.deleted",
                        "webhook.secret_rotated",
                        "webhook.resumed",
                        "webhook.paused",
                        "webhook.updated",
                        "webhook.created");
        assertThat(entries()).noneMatch(entry -> entry.changes().toString().contains(SECRET));
        assertThat(differences()).isEmpty();
    }

    @Test
    void aChangeThatChangesNothingIsNotJournalled() {
        UUID id = create().id();
        run(new WebhookCommand.ResumeWebhook(id, null));
        run(new WebhookCommand.UpdateWebhook(id, new Edit<>("https://example.org/muster"), null, null, null, null));
        run(new WebhookCommand.PauseWebhook(id));
        run(new WebhookCommand.PauseWebhook(id));
        assertThat(actions()).containsExactly("webhook.paused", "webhook.created", "key.created");
        assertThat(fence()).isEqualTo(2);
    }

    @Test
    void itResumesWhereItStoppedOrWhereRequested() {
        for (int i = 0; i < 5; i++) {
            running.register("user" + i + "@example.com");
        }
        UUID id = run(new WebhookCommand.CreateWebhook(
                        settings("https://example.org", false), new Webhook.Start.At(3), SECRET))
                .id();
        assertThat(progress().cursor()).isEqualTo(2);
        run(new WebhookCommand.PauseWebhook(id));
        run(new WebhookCommand.ResumeWebhook(id, null));
        assertThat(progress().cursor()).isEqualTo(2);
        run(new WebhookCommand.ResumeWebhook(id, new Webhook.Start.At(1)));
        assertThat(progress().cursor()).isZero();
        run(new WebhookCommand.ResumeWebhook(id, new Webhook.Start.Now()));
        assertThat(progress().cursor()).isEqualTo(entries().getFirst().seq());
        // The API refuses a number beyond the end of the journal. Here, it means that the webhook begins with the next
        // entry.
        run(new WebhookCommand.ResumeWebhook(id, new Webhook.Start.At(1_000_000)));
        assertThat(progress().cursor()).isEqualTo(entries().getFirst().seq());
        assertThat(differences()).isEmpty();
    }

    @Test
    void aStartBeyondTheNextEntryIsRefused() {
        long head = entries().getFirst().seq();
        Webhooks webhooks = running.core.webhooks();
        assertThat(Running.ok(webhooks.reachable(Running.REALM, new Webhook.Start.At(head + 1))))
                .isPresent();
        assertThat(Running.no(webhooks.reachable(Running.REALM, new Webhook.Start.At(head + 2))))
                .isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void thePreviousSecretIsKeptForAsLongAsItOverlaps() {
        UUID id = create().id();
        Webhook rotated = run(new WebhookCommand.RotateWebhookSecret(id, Duration.ofHours(2), "whsec_BBBB"));
        assertThat(rotated.previousUntil()).isAfter(running.clock.instant().plus(Duration.ofMinutes(119)));
        assertThat(secrets()).containsExactly("whsec_BBBB", SECRET);
        run(new WebhookCommand.PauseWebhook(id));
        assertThat(secrets()).containsExactly("whsec_BBBB", SECRET);
        run(new WebhookCommand.RotateWebhookSecret(id, Duration.ofHours(2), "whsec_CCCC"));
        assertThat(secrets()).containsExactly("whsec_CCCC", "whsec_BBBB");
        run(new WebhookCommand.RotateWebhookSecret(id, Duration.ZERO, "whsec_DDDD"));
        assertThat(secrets()).containsExactly("whsec_DDDD");
        assertThat(differences()).isEmpty();
    }

    private List<String> secrets() {
        WebhookRow row = running.database()
                .read(reads -> reads.webhooks().webhooks(Running.REALM))
                .getFirst();
        RealmKeys.Entry realm = new RealmKeys(
                        running.database(), MasterKeys.load(running.folder().resolve("master.key")))
                .get(Running.REALM);
        assertThat(realm.macs().hasValidMac(row)).isTrue();
        return Stream.of(row.sealedSecret(), row.sealedPrevious())
                .filter(Objects::nonNull)
                .map(bytes -> new EntrySealer()
                        .openWebhookSecret(realm.key(), row.webhook().id(), bytes))
                .toList();
    }

    @Test
    void theSecretIsNeitherInTheDatabaseNorInTheJournal() throws Exception {
        create();
        try (Connection connection = database.connect();
                var rows = connection.createStatement().executeQuery("select * from webhook")) {
            assertThat(rows.next()).isTrue();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                Object value = rows.getObject(i);
                String text = value instanceof byte[] bytes
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                        : String.valueOf(value);
                assertThat(text).doesNotContain("AAAAAAAA");
            }
        }
    }

    @Test
    void aRowThatWasAlteredIsNotObeyedAndIsFound() throws Exception {
        Webhook webhook = create();
        sql("update webhook set url = 'https://evil.example'");
        assertThat(list()).isEmpty();
        assertThat(Running.no(running.execute(null, new WebhookCommand.PauseWebhook(webhook.id()))))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(differences())
                .extracting(Difference::subject, Difference::field)
                .containsExactlyInAnyOrder(
                        tuple("webhook:" + webhook.id(), "url"), tuple("webhook:" + webhook.id(), "mac"));
    }

    @Test
    void aRowThatWasInsertedOrDeletedIsFound() throws Exception {
        Webhook webhook = create();
        sql("delete from webhook");
        assertThat(differences())
                .extracting(Difference::subject, Difference::journal)
                .containsExactly(tuple("webhook:" + webhook.id(), "created"));
        sql("insert into webhook (realm, id, url, full_payload, strict_order, state, state_since, sealed_secret,"
                + " created_at, made_by_kind, made_by, mac) select realm, key, 'https://evil.example', "
                + (kind == DatabaseKind.SQLITE ? "0, 0" : "false, false")
                + ", 0, 1, mac, 1, 2, key, mac from (select realm, id as key, mac from api_key where realm = "
                + Running.REALM + ") as keys");
        assertThat(list()).isEmpty();
        assertThat(differences())
                .extracting(Difference::subject, Difference::field, Difference::row)
                .contains(tuple("webhook:" + Running.KEY, "row", "present"))
                .anyMatch(each -> each.toList().get(1).equals("mac"));
    }

    @Test
    void theFullPayloadNeedsTheRightToReadTheJournal() {
        Actor withoutJournal = new Actor(Running.ADMIN.ref(), "admin", Set.of(Scope.WEBHOOKS_WRITE), Rank.SUPER, 0);
        UUID thin = create().id();
        assertThat(Running.no(executeAs(
                        withoutJournal,
                        new WebhookCommand.CreateWebhook(
                                settings("https://example.org", true), new Webhook.Start.Now(), SECRET))))
                .isEqualTo(new Refusal.Forbidden("journal:read"));
        assertThat(Running.no(executeAs(
                        withoutJournal,
                        new WebhookCommand.UpdateWebhook(thin, null, null, new Edit<>(true), null, null))))
                .isEqualTo(new Refusal.Forbidden("journal:read"));
        run(new WebhookCommand.UpdateWebhook(thin, null, null, new Edit<>(true), null, null));
        assertThat(Running.no(executeAs(
                        withoutJournal,
                        new WebhookCommand.UpdateWebhook(
                                thin, new Edit<>("https://evil.example"), null, null, null, null))))
                .isEqualTo(new Refusal.Forbidden("journal:read"));
        Running.ok(executeAs(withoutJournal, new WebhookCommand.PauseWebhook(thin)));
    }

    @Test
    void othersThanMusterDisableNothingAndMusterDisablesOnlyWhatItHasSeen() {
        Webhook webhook = create().withoutSecret();
        WebhookCommand disable = new WebhookCommand.DisableWebhook(webhook, Webhook.Cause.GONE);
        assertThat(Running.no(running.execute(null, disable))).isEqualTo(new Refusal.Forbidden("system"));
        run(new WebhookCommand.UpdateWebhook(webhook.id(), null, null, null, new Edit<>("new"), null));
        assertThat(Running.ok(executeAs(Actor.SYSTEM, disable)).events()).isEmpty();
        Webhook now = list().getFirst().webhook();
        Running.ok(executeAs(Actor.SYSTEM, new WebhookCommand.DisableWebhook(now, Webhook.Cause.GONE)));
        assertThat(list().getFirst().webhook().state()).isEqualTo(Webhook.State.DISABLED);
        assertThat(list().getFirst().webhook().cause()).isEqualTo(Webhook.Cause.GONE);
        assertThat(differences()).isEmpty();
        Webhook resumed = run(new WebhookCommand.ResumeWebhook(webhook.id(), null));
        assertThat(resumed.cause()).isNull();
        assertThat(actions()).startsWith("webhook.resumed", "webhook.disabled", "webhook.updated");
        assertThat(differences()).isEmpty();
    }

    @Test
    void aRealmHasAtMost32() {
        for (int i = 0; i < Webhook.MAX_PER_REALM; i++) {
            create();
        }
        assertThat(Running.no(running.execute(null, creation()))).isEqualTo(new Refusal.OverQuota("webhooks", 32));
        Running.ok(running.execute(
                null,
                new WebhookCommand.DeleteWebhook(list().getFirst().webhook().id())));
        create();
    }

    @Test
    void aRepeatedRequestNeverShowsTheSecretAgain() {
        Change first = Running.ok(running.executeAgain("once", null, creation()));
        assertThat(Running.no(running.executeAgain(
                        "once",
                        null,
                        new WebhookCommand.CreateWebhook(
                                creation().settings(), new Webhook.Start.Now(), "whsec_another"))))
                .isEqualTo(new Refusal.SecretNotKept(first.webhook().id().toString()));
        assertThat(list()).hasSize(1);
        WebhookCommand pause = new WebhookCommand.PauseWebhook(first.webhook().id());
        Running.ok(running.executeAgain("twice", null, pause));
        assertThat(Running.ok(running.executeAgain("twice", null, pause)).replayed())
                .isTrue();
        Running.ok(running.execute(
                null, new WebhookCommand.DeleteWebhook(first.webhook().id())));
        assertThat(Running.no(running.executeAgain("twice", null, pause))).isInstanceOf(Refusal.NotFound.class);
    }

    /// An attacker who had a key must not keep receiving events through a webhook that the key created.
    @Test
    void revokingAKeyWithWhatItCreatedDisablesItsWebhooks() {
        UUID key = createKey();
        Actor maker = running.core.credentials().key(Running.REALM, key).actor();
        Webhook theirs = Running.ok(executeAs(maker, creation())).webhook();
        Webhook ours = create();
        Running.ok(running.execute(null, new Command.RevokeKey(createKey(), true)));
        assertThat(list()).allMatch(status -> status.webhook().state() == Webhook.State.ACTIVE);
        Running.ok(running.execute(null, new Command.RevokeKey(key, true)));
        assertThat(list())
                .extracting(Webhooks.Status::webhook)
                .extracting(Webhook::id, Webhook::state, Webhook::cause)
                .containsExactly(
                        tuple(theirs.id(), Webhook.State.DISABLED, Webhook.Cause.REVOKED),
                        tuple(ours.id(), Webhook.State.ACTIVE, null));
        assertThat(actions()).startsWith("webhook.disabled", "key.revoked");
        assertThat(running.database()
                        .<List<ProgressRow>>read(reads -> reads.webhooks().progress(Running.REALM)))
                .filteredOn(row -> row.webhook().equals(theirs.id()))
                .extracting(ProgressRow::fence)
                .containsExactly(2L);
        assertThat(differences()).isEmpty();
    }

    private UUID createKey() {
        KeyGenerator.GeneratedKey minted =
                new KeyGenerator(new SecureRandom()).generate(Running.REALM, Environment.TEST);
        Running.ok(running.execute(null, minted.admin("another", false)));
        return minted.id();
    }
}
