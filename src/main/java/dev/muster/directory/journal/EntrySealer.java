package dev.muster.directory.journal;

import dev.muster.directory.keys.JobDetails;
import dev.muster.directory.keys.WaitingCommands;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobType;
import dev.muster.model.user.Card;
import dev.muster.model.user.User;
import dev.muster.model.webhook.Webhook;
import dev.muster.sealing.JournalHash;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JournalTables.JournalRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Encodes journal entries, and seals and unseals their personal parts, cards, the secrets of API keys and
/// identity providers, job details, and commands that wait for approval. Not thread-safe.
public final class EntrySealer {
    private static final byte[] NOTHING = new byte[0];

    // These names are bound into sealed values, so they must never change.
    private static final String CARDS = "cards";
    private static final String CLIENT_SECRET = "clientSecret";
    private static final String SECRET = "secret";
    private static final String COMMANDS = "commands";
    private static final String DETAILS = "details";
    private static final String WEBHOOK_SECRET = "webhookSecret";

    private final Sealer sealer = new Sealer();
    private final JournalHash chain = new JournalHash();
    private final EntryFormat format = new EntryFormat();

    /// The hash to which a realm's first entry is chained.
    public byte[] origin(long realm) {
        return chain.origin(realm);
    }

    public byte[] hash(byte[] previous, byte[] entry) {
        return chain.next(previous, entry);
    }

    public EntryFormat format() {
        return format;
    }

    /// Encodes an event as the entry that follows `previous`.
    ///
    /// @param key the key of the event's subject; null if it was destroyed, in which case the sealed part is empty
    public JournalRow entry(
            RealmKey realm,
            long seq,
            byte[] previous,
            Event event,
            Origin origin,
            @Nullable SealingKey key,
            ReplayableRandom random) {
        EntryFormat.Opened opened = new EntryFormat.Opened(
                event.changes(),
                event.reason(),
                event.note(),
                origin.onBehalfOf(),
                origin.clientRequestId(),
                event.approvedBy());
        byte[] plainPart = format.plainPart(new EntryFormat.Plain(
                EntryFormat.BOUND,
                realm.realm(),
                seq,
                event.at(),
                event.actor(),
                event.subject(),
                origin.dialect(),
                origin.requestId(),
                event.action().wireName(),
                NOTHING));
        byte[] sealedPart = format.sealedPart(
                key == null || opened.isEmpty()
                        ? NOTHING
                        : sealer.seal(
                                key, new SealingContext.PlainPart(plainPart), random, format.writeOpened(opened)));
        byte[] entry = format.join(plainPart, sealedPart, realm.journalMac(previous, plainPart, sealedPart));
        return new JournalRow(
                realm.realm(),
                seq,
                entry,
                chain.next(previous, entry),
                event.at(),
                event.actor(),
                event.action().wireName(),
                event.subject());
    }

    /// Whether an entry of format 2 was written with the realm's keys as the entry that follows `previous`.
    boolean isGenuine(RealmKey realm, byte[] previous, byte[] entry) {
        int macAt = EntryFormat.macAt(entry);
        byte[] covered = Arrays.copyOf(entry, macAt);
        return MessageDigest.isEqual(
                realm.journalMac(previous, covered), Arrays.copyOfRange(entry, macAt, entry.length));
    }

    /// Parses the plain part of a row's entry.
    ///
    /// @throws UnreadableException if it is not an entry
    EntryFormat.Plain plain(JournalRow row) {
        try {
            return format.read(row.entry());
        } catch (IllegalArgumentException e) {
            throw new UnreadableException("journal entry", Long.toString(row.seq()), e);
        }
    }

    /// Unseals the sealed part of an entry.
    ///
    /// @throws dev.muster.sealing.TamperedException if the entry was altered
    public EntryFormat.Opened open(EntryFormat.Plain plain, SealingKey key) {
        if (plain.sealed().length == 0) {
            return EntryFormat.Opened.EMPTY;
        }
        SealingContext place = plain.format() == EntryFormat.UNBOUND
                ? new SealingContext.JournalEntry(
                        plain.realm(), plain.seq(), plain.subject().id())
                : new SealingContext.PlainPart(format.plainPart(plain));
        return format.readOpened(sealer.open(key, place, plain.sealed()));
    }

    /// Seals a user's cards. Each line contains a number and, if the card has a label, a tab and the label.
    public byte[] sealCards(RealmKey realm, User user, byte[] seed, ReplayableRandom random) {
        StringBuilder lines = new StringBuilder();
        for (Card card : user.cards()) {
            lines.append(card.number());
            if (card.label() != null) {
                lines.append('\t').append(card.label());
            }
            lines.append('\n');
        }
        return sealer.seal(
                realm.person(seed),
                column(realm, user.id(), CARDS),
                random,
                lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    public List<Card> openCards(RealmKey realm, UUID user, byte[] seed, byte[] sealed) {
        String lines =
                new String(sealer.open(realm.person(seed), column(realm, user, CARDS), sealed), StandardCharsets.UTF_8);
        List<Card> cards = new ArrayList<>();
        for (int start = 0; start < lines.length(); ) {
            int end = lines.indexOf('\n', start);
            String line = lines.substring(start, end);
            int tab = line.indexOf('\t');
            cards.add(tab < 0 ? new Card(line, null) : new Card(line.substring(0, tab), line.substring(tab + 1)));
            start = end + 1;
        }
        return List.copyOf(cards);
    }

    public byte[] sealSecret(RealmKey realm, ApiKey key, ReplayableRandom random) {
        String secret = key.secret();
        if (secret == null) {
            throw new IllegalArgumentException("a key without its secret");
        }
        return sealer.seal(
                realm.own(), column(realm, key.id(), SECRET), random, secret.getBytes(StandardCharsets.UTF_8));
    }

    public String openSecret(RealmKey realm, UUID key, byte[] sealed) {
        return new String(sealer.open(realm.own(), column(realm, key, SECRET), sealed), StandardCharsets.UTF_8);
    }

    public byte[] sealSecret(RealmKey realm, SsoProvider provider, ReplayableRandom random) {
        String secret = provider.settings().clientSecret();
        if (secret == null) {
            throw new IllegalArgumentException("a provider without its secret");
        }
        return sealer.seal(
                realm.own(),
                column(realm, provider.id(), CLIENT_SECRET),
                random,
                secret.getBytes(StandardCharsets.UTF_8));
    }

    public String openClientSecret(RealmKey realm, UUID provider, byte[] sealed) {
        return new String(
                sealer.open(realm.own(), column(realm, provider, CLIENT_SECRET), sealed), StandardCharsets.UTF_8);
    }

    /// Seals the secret of a webhook that was just set. The current and the previous secret have the same context,
    /// so that a rotation can move the sealed secret without unsealing it. The row's MAC ensures that the two
    /// cannot be swapped.
    public byte[] sealSecret(RealmKey realm, Webhook webhook, ReplayableRandom random) {
        String secret = webhook.secret();
        if (secret == null) {
            throw new IllegalArgumentException("a webhook without its secret");
        }
        return sealer.seal(
                realm.own(),
                column(realm, webhook.id(), WEBHOOK_SECRET),
                random,
                secret.getBytes(StandardCharsets.UTF_8));
    }

    /// Unseals the current or the previous secret of a webhook.
    public String openWebhookSecret(RealmKey realm, UUID webhook, byte[] sealed) {
        return new String(
                sealer.open(realm.own(), column(realm, webhook, WEBHOOK_SECRET), sealed), StandardCharsets.UTF_8);
    }

    public byte[] sealJob(RealmKey realm, Job job, SealingKey key, ReplayableRandom random) {
        return sealer.seal(
                key,
                column(realm, job.id(), DETAILS),
                random,
                JobDetails.of(job).bytes());
    }

    public JobDetails openJob(RealmKey realm, UUID job, SealingKey key, byte[] sealed, String jobId, JobType type) {
        return JobDetails.read(sealer.open(key, column(realm, job, DETAILS), sealed), jobId, type);
    }

    /// Seals the commands of a request for approval.
    public byte[] sealCommands(
            RealmKey realm, UUID approval, SealingKey key, List<Command.Deferrable> commands, ReplayableRandom random) {
        return sealer.seal(key, column(realm, approval, COMMANDS), random, WaitingCommands.bytes(commands));
    }

    public List<Command.Deferrable> openCommands(RealmKey realm, UUID approval, SealingKey key, byte[] sealed) {
        return WaitingCommands.read(sealer.open(key, column(realm, approval, COMMANDS), sealed));
    }

    private static SealingContext column(RealmKey realm, UUID id, String column) {
        return new SealingContext.Column(realm.realm(), id, column);
    }
}
