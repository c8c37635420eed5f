package dev.muster.directory;

import dev.muster.directory.callbacks.CallbackFormat;
import dev.muster.directory.callbacks.CallbackSender;
import dev.muster.directory.callbacks.SealedReplies;
import dev.muster.directory.chores.ApprovalExpiry;
import dev.muster.directory.chores.CheckpointSigner;
import dev.muster.directory.chores.CheckpointThinning;
import dev.muster.directory.chores.ChoreLeases;
import dev.muster.directory.chores.Cleanup;
import dev.muster.directory.chores.CredentialMacBackfill;
import dev.muster.directory.chores.HoldExpiry;
import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.chores.RewindRecorder;
import dev.muster.directory.chores.Schedule;
import dev.muster.directory.chores.SearchIndexer;
import dev.muster.directory.chores.SharedChore;
import dev.muster.directory.chores.WeeklyReconciliation;
import dev.muster.directory.delivery.Courier;
import dev.muster.directory.delivery.Dispatcher;
import dev.muster.directory.delivery.WebhookTargets;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.Events;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.CheckpointWitness;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.Lanes;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.CheckpointStore;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.DeliveryStore;
import dev.muster.storage.EvidenceStore;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.search.TextIndex;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All services behind the dialects, connected to one database.
///
/// @param names resolves the names of keys and operators
/// @param journalHeads notifies listeners when a realm's journal has grown
/// @param internals the write lanes, stores and background tasks
public record Core(
        Directory directory,
        Groups groups,
        Jobs jobs,
        JobCallbacks callbacks,
        EvidenceFiles evidence,
        Journal journal,
        JournalVerifier verifications,
        Reconciliation reconciliation,
        Overview overview,
        Sessions sessions,
        PendingForms pendingForms,
        Passkeys passkeys,
        TokenFamilies tokenFamilies,
        Credentials credentials,
        Approvals approvals,
        Webhooks webhooks,
        Deliveries deliveries,
        ActorNames names,
        Events events,
        EventReader eventReader,
        JournalHeads journalHeads,
        AdminTasks maintenance,
        Internals internals)
        implements AutoCloseable {
    /// How long a server that is stopping may continue to sign checkpoints.
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration KEY_USE_INTERVAL = Duration.ofMinutes(1);

    /// The write lanes, stores and background tasks.
    ///
    /// @param schedule runs all background tasks
    /// @param stopping whether [#announceStop] was called
    record Internals(
            RealmKeys realmKeys,
            Lanes lanes,
            ChoreStore choreStore,
            EvidenceStore evidenceStore,
            OutgoingHttp outgoing,
            Courier courier,
            Schedule schedule,
            HoldExpiry holdExpiry,
            ApprovalExpiry approvalExpiry,
            CheckpointSigner signer,
            RewindRecorder rewinds,
            Cleanup cleanup,
            SearchIndexer indexer,
            WeeklyReconciliation weekly,
            ChoreLeases leases,
            CallbackSender callbackSender,
            AtomicBoolean stopping) {}

    /// The core's settings, apart from the database.
    ///
    /// @param lanes the number of threads that write; one on SQLite
    /// @param checkpointUrl where each signed checkpoint is posted; null to post none
    /// @param random a cryptographically secure source
    public record Settings(
            int lanes,
            MasterKeys masterKeys,
            CheckpointKey checkpointKey,
            @Nullable URI checkpointUrl,
            Paths paths,
            InstantSource clock,
            RandomGenerator random,
            Outgoing outgoing) {}

    /// How webhooks are called.
    ///
    /// @param urls the rules for which URLs may be called
    /// @param http the HTTP client, which is closed together with the core
    /// @param delivers whether to send events and not only pings; tests without a receiver send only pings
    public record Outgoing(CallableUrls urls, OutgoingHttp http, boolean delivers) {}

    /// The core's files and folders outside the database.
    ///
    /// @param masterKeys the file to which a new master key is added
    /// @param checkpoints the folder for signed checkpoints, one file per realm
    /// @param backups the folder for backups of the embedded database
    /// @param database the embedded database's file; empty for PostgreSQL
    public record Paths(Path masterKeys, Path checkpoints, Path backups, Optional<Path> database) {}

    /// Observes every commit, for metrics.
    public interface Watch {
        /// Called when a transaction is durable.
        ///
        /// @param requests the number of requests that the transaction executed
        /// @param took the time from the first lock to the confirmed commit
        void committed(int requests, Duration took);
    }

    /// Starts the lanes and background tasks on an open database. If the database is new, creates the system realm
    /// first.
    ///
    /// @throws dev.muster.sealing.KeyUnavailableException if the master keys do not match the database
    public static Core open(Database database, Settings settings, Watch watch) {
        RandomGenerator random = settings.random();
        ReadClock now = new ReadClock(settings.clock());
        RealmKeys realmKeys =
                RealmKeys.of(database, settings.masterKeys(), settings.paths().masterKeys());
        Credentials credentials = new Credentials(database, realmKeys, now, System::nanoTime);
        ChoreStore choreStore = database.choreStore();
        EvidenceStore evidenceStore = database.evidence();
        // This throws an exception if the master keys do not match the database.
        if (realmKeys.find(Realm.SYSTEM) == null) {
            createSystemRealm(choreStore, settings.masterKeys(), random);
            realmKeys.get(Realm.SYSTEM);
        }
        new CredentialMacBackfill(database, choreStore, settings.masterKeys(), random).run();
        DeliveryStore deliveryStore = database.deliveryStore();
        ChoreLeases leases = ChoreLeases.of(database, choreStore);
        Cleanup cleanup = new Cleanup(
                database,
                choreStore,
                evidenceStore,
                deliveryStore,
                now,
                realmKeys,
                Sessions.RETENTION,
                PendingForms.RETENTION,
                Passkeys.CHALLENGE_RETENTION,
                () -> leases.holds(SharedChore.CLEANUP));
        SealedReplies replies = new SealedReplies(realmKeys, random);
        CallbackSender callbackSender =
                new CallbackSender(database, choreStore.callbacks(), realmKeys, replies, now, random);
        SearchIndexer indexer = new SearchIndexer(choreStore.textIndex(TextIndex.FROM), leases);
        CheckpointFolder checkpoints = new CheckpointFolder(settings.paths().checkpoints());
        CheckpointWitness witness = new CheckpointWitness(settings.checkpointUrl());
        CheckpointStore signed = choreStore.checkpoints();
        CheckpointSigner signer = new CheckpointSigner(
                database, signed, realmKeys, now, settings.checkpointKey(), checkpoints, witness, leases, random);
        JournalHeads journalHeads = new JournalHeads(
                realms -> database.read(reads -> reads.journal().heads(realms)));
        EventReader eventReader = new EventReader(database, realmKeys, journalHeads);
        WebhookTargets targets = new WebhookTargets(database, realmKeys, random);
        Courier courier =
                new Courier(settings.outgoing().http(), settings.outgoing().urls(), now);
        Deliveries deliveries = new Deliveries(
                database,
                deliveryStore,
                targets,
                courier,
                eventReader,
                new Dispatcher(database, deliveryStore, targets, courier, eventReader, journalHeads, now, random),
                now,
                random);
        Schedule schedule = new Schedule();
        leases.start(schedule);
        Runnable wakeCleanup = schedule.add("cleanup", Duration.ZERO, cleanup);
        RewindRecorder rewinds = new RewindRecorder(rewind -> {
            journalHeads.rewound(rewind.realm(), rewind.found().seq());
            deliveries.rewound(rewind);
        });
        Lanes lanes = new Lanes(
                settings.lanes(),
                database,
                realmKeys,
                settings.clock(),
                () -> new UUID(random.nextLong(), random.nextLong()),
                new CommitListeners(
                        now,
                        realmKeys,
                        credentials,
                        cleanup,
                        wakeCleanup,
                        indexer,
                        signer,
                        callbackSender,
                        deliveries,
                        journalHeads,
                        rewinds,
                        watch));
        Directory directory = new Directory(database, realmKeys, lanes, random, now);
        SignIns signIns = new SignIns(directory);
        Jobs jobs = new Jobs(database, directory, credentials, realmKeys, now);
        VerificationLimit walks = new VerificationLimit();
        Journal journal = new Journal(database, realmKeys, walks, checkpoints, settings.checkpointKey());
        Reconciliation reconciliation = new Reconciliation(database, realmKeys, walks);
        WeeklyReconciliation weekly = new WeeklyReconciliation(
                database,
                reconciliation,
                walks,
                now,
                settings.paths().checkpoints().resolveSibling("reconciled.txt"),
                () -> leases.holds(SharedChore.RECONCILIATION));
        HoldExpiry holdExpiry = new HoldExpiry(choreStore, directory::execute, now);
        ApprovalExpiry approvalExpiry = new ApprovalExpiry(choreStore, directory::execute, now);
        rewinds.start(schedule, directory::execute);
        leases.wakes(SharedChore.CLEANUP, wakeCleanup);
        leases.add(schedule, SharedChore.APPROVALS, approvalExpiry);
        leases.add(schedule, SharedChore.HOLD_EXPIRY, holdExpiry);
        leases.add(schedule, SharedChore.CHECKPOINT_THINNING, new CheckpointThinning(database, signed, now));
        schedule.add("key uses", KEY_USE_INTERVAL, () -> noteKeyUses(credentials, choreStore));
        leases.wakes(SharedChore.CHECKPOINTS, schedule.add("checkpoints", Duration.ZERO, signer));
        leases.wakes(SharedChore.SEARCH_INDEX, schedule.add("search index", Duration.ZERO, indexer));
        schedule.add("journal heads", JournalHeads.INTERVAL, () -> journalHeads.tidy(database.isShared()));
        schedule.add("reconciliation", WeeklyReconciliation.CHECK_INTERVAL, weekly);
        if (settings.outgoing().delivers()) {
            deliveries.start(schedule, directory::execute);
        }
        return new Core(
                directory,
                new Groups(database, directory, realmKeys, now),
                jobs,
                new JobCallbacks(database, choreStore.callbacks(), realmKeys, replies, now, callbackSender::wake),
                new EvidenceFiles(database, evidenceStore, jobs, realmKeys, now, random),
                journal,
                new JournalVerifier(database, choreStore, journal, walks, now),
                reconciliation,
                new Overview(database, evidenceStore, realmKeys, now),
                new Sessions(database, choreStore, realmKeys, now, random, signIns),
                new PendingForms(database, choreStore, realmKeys, now, random),
                new Passkeys(database, choreStore, realmKeys, now),
                new TokenFamilies(database, choreStore, realmKeys, System::nanoTime, signIns),
                credentials,
                new Approvals(database, realmKeys, now),
                new Webhooks(
                        database,
                        realmKeys,
                        now,
                        Webhooks.Destinations.of(settings.outgoing().urls())),
                deliveries,
                new ActorNames(database, realmKeys),
                new Events(eventReader, journalHeads),
                eventReader,
                journalHeads,
                new AdminTasks(database, choreStore, realmKeys, now, random, settings.paths()),
                new Internals(
                        realmKeys,
                        lanes,
                        choreStore,
                        evidenceStore,
                        settings.outgoing().http(),
                        courier,
                        schedule,
                        holdExpiry,
                        approvalExpiry,
                        signer,
                        rewinds,
                        cleanup,
                        indexer,
                        weekly,
                        leases,
                        callbackSender,
                        new AtomicBoolean()));
    }

    private static Duration noteKeyUses(Credentials credentials, ChoreStore choreStore) {
        List<ChoreStore.KeyUse> uses = credentials.takeUsed();
        if (!uses.isEmpty()) {
            choreStore.used(uses);
        }
        return KEY_USE_INTERVAL;
    }

    /// Creates the system realm in a new database. If two servers do so at the same time, both use the realm that
    /// was created first.
    private static void createSystemRealm(ChoreStore choreStore, MasterKeys masterKeys, RandomGenerator random) {
        Realm system = new Realm(Realm.SYSTEM, "", Environment.PRODUCTION);
        byte[] wrapped = masterKeys.wrap(RealmKey.create(Realm.SYSTEM, random), random);
        choreStore.createIfAbsent(new RealmRow(system, wrapped));
    }

    /// Starts sending callbacks. Until this is called, they wait.
    ///
    /// @param format formats the results
    public void startCallbacks(CallbackFormat format) {
        startCallbacks(format, internals.courier);
    }

    /// Starts sending callbacks with their own courier.
    public void startCallbacks(CallbackFormat format, Courier courier) {
        internals.callbackSender.start(internals.schedule, format, courier);
    }

    /// Starts to exchange the numbers of failed attempts with other servers. Returns null if there can be none.
    public @Nullable FailureCounts exchangeFailures(FailureCounts.Listener to) {
        return internals.leases.areNeeded()
                ? FailureCounts.start(internals.choreStore.failures(), internals.schedule, to)
                : null;
    }

    /// Whether storage is available and the server is not about to stop.
    public boolean isAnswering() {
        return !internals.stopping.get() && credentials.isReady();
    }

    /// Whether the master key file has all keys that were needed so far. False if storage is unavailable.
    public boolean hasMasterKeys() {
        return internals.realmKeys.hasMasterKeys();
    }

    /// Reports from now on that the server is not ready, although it still answers, so that load balancers send
    /// their requests to others before it stops.
    public void announceStop() {
        internals.stopping.set(true);
    }

    /// Whether the journal of any realm contradicts its signed checkpoints because the database was altered or
    /// restored to an earlier state.
    public boolean isContradicted() {
        return internals.signer.isContradicted();
    }

    /// How many times a journal was found to have lost what this server had committed.
    public long rewoundJournals() {
        return internals.rewinds.count();
    }

    /// The number of writes that are queued.
    public int waiting() {
        return internals.lanes.depth();
    }

    /// The total size of the queued writes, in bytes.
    public long waitingBytes() {
        return internals.lanes.bytes();
    }

    /// The number of writes that were refused because the queue was full.
    public long refusedWrites() {
        return internals.lanes.refused();
    }

    /// Refuses new writes, completes the accepted ones, signs the last checkpoints, and closes the connections.
    @Override
    public void close() {
        internals.schedule.close();
        internals.leases.release();
        deliveries.close();
        internals.outgoing.close();
        internals.lanes.close();
        internals.signer.signRemaining(STOP_TIMEOUT);
        internals.cleanup.afterCommits();
        internals.evidenceStore.close();
        internals.choreStore.close();
    }
}
