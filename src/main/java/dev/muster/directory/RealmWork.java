package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.ApiKey;
import dev.muster.model.Card;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Environment;
import dev.muster.model.Event;
import dev.muster.model.Evidence;
import dev.muster.model.Fingerprint;
import dev.muster.model.Identifier;
import dev.muster.model.Job;
import dev.muster.model.Judge;
import dev.muster.model.Needs;
import dev.muster.model.Operator;
import dev.muster.model.Picture;
import dev.muster.model.Quotas;
import dev.muster.model.Realm;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.User;
import dev.muster.model.Write;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.Randomness;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Batch;
import dev.muster.storage.Rows.BarRow;
import dev.muster.storage.Rows.BatchRow;
import dev.muster.storage.Rows.CardRow;
import dev.muster.storage.Rows.ClaimRow;
import dev.muster.storage.Rows.DayEndRow;
import dev.muster.storage.Rows.ErasedRow;
import dev.muster.storage.Rows.GroupRow;
import dev.muster.storage.Rows.JobRow;
import dev.muster.storage.Rows.JobSealRow;
import dev.muster.storage.Rows.JournalRow;
import dev.muster.storage.Rows.KeyRow;
import dev.muster.storage.Rows.OperatorRow;
import dev.muster.storage.Rows.PolicyRow;
import dev.muster.storage.Rows.QuotaRow;
import dev.muster.storage.Rows.RealmRow;
import dev.muster.storage.Rows.RetryRow;
import dev.muster.storage.Rows.SignatureRow;
import dev.muster.storage.Rows.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One realm's share of one transaction: the picture of what was loaded, the place in the journal, and what has
/// come of the requests so far. Requests are applied one after the other; one that is refused, rehearsed or
/// throws changes nothing here.
final class RealmWork {
    /// A repeated request is answered as the first time for this long.
    static final Duration RETRIES_KEPT = Duration.ofHours(24);

    /// Some clients sign whole seconds: what they send within one has the same signature, and this is how long after
    /// the first of them another request with it is no replay.
    static final Duration SIGNATURE_SHARED = Duration.ofSeconds(2);

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

    private final Vault.Entry realm;
    private final byte @Nullable [] wrappedKey;
    private final MasterKeys masterKeys;
    private final Fingerprint.Maker prints;
    private final Scribe scribe;
    private final Instant now;
    private final boolean clockIsBehind;
    private final BatchRow last;
    private final Picture picture;

    private final Map<UUID, byte[]> seeds = new HashMap<>();
    private final Set<UUID> seedsDestroyed = new HashSet<>();
    private final Map<UUID, byte[]> sealedCards = new HashMap<>();
    private final Map<UUID, byte[]> sealedSecrets = new HashMap<>();
    private final Map<UUID, byte[]> sealedJobs = new HashMap<>();
    private final Map<UUID, byte[]> jobSeeds = new HashMap<>();

    /// Jobs without a seed that are sealed under the realm's own key.
    private final Set<UUID> realmSealedJobs = new HashSet<>();

    private final Set<UUID> erasedJobs = new HashSet<>();

    /// Users and jobs of whom something sealed does not open.
    private final Set<UUID> unreadable = new HashSet<>();

    private final Map<Fingerprint, SignatureRow> signatures = new HashMap<>();
    private final List<SignatureRow> newSignatures = new ArrayList<>();
    private final List<UUID> droppedEvidence = new ArrayList<>();
    private final Map<RetryId, RetryRow> retries = new HashMap<>();
    private final List<RetryRow> newRetries = new ArrayList<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private long seq;
    private byte[] head;

    private record RetryId(UUID actor, Fingerprint key) {}

    /// @param wrappedKey the keys of a realm that this transaction makes, wrapped; null where the realm is there
    /// @param last the realm's last batch
    /// @param quotas what root has set for the realm, or null for nothing
    /// @param clock what the clock says; the realm's now is never before its last batch
    RealmWork(
            Vault.Entry realm,
            byte @Nullable [] wrappedKey,
            MasterKeys masterKeys,
            Scribe scribe,
            BatchRow last,
            @Nullable QuotaRow quotas,
            Instant clock) {
        this.realm = realm;
        this.wrappedKey = wrappedKey;
        this.masterKeys = masterKeys;
        this.prints = new RememberedPrints(realm.prints());
        this.scribe = scribe;
        this.last = last;
        boolean begun = last.no() > 0;
        this.now = begun && clock.isBefore(last.at()) ? last.at() : clock;
        this.clockIsBehind = begun && clock.plus(CLOCK_TOLERANCE).isBefore(last.at());
        this.seq = last.lastSeq();
        this.head = begun ? last.head() : scribe.origin(realm.realm().id());
        this.picture = new Picture(last.counters(), last.number(), realm.macs().quotas(quotas));
    }

    Instant now() {
        return now;
    }

    /// What has to be loaded for these requests.
    Needs needs(List<Ticket> tickets) {
        Needs all = new Needs();
        tickets.forEach(ticket -> ticket.request.write().needs(all, prints));
        if (picture.isWithoutJobs()) {
            all.jobNames.clear();
        }
        return all;
    }

    /// Where the journal ended before this transaction.
    CheckpointSigner.Position began() {
        return new CheckpointSigner.Position(
                last.lastSeq(),
                last.no() > 0 ? last.head() : scribe.origin(realm.realm().id()));
    }

    /// Where the journal ends after this transaction.
    CheckpointSigner.Position ended() {
        return new CheckpointSigner.Position(seq, head);
    }

    // What storage says.

    /// Who asks for a user whose row cannot be read is refused; their neighbours in the batch are carried out.
    void loaded(UserRow row) {
        if (!row.readable()) {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            List<Identifier.Key> names = new ArrayList<>(3);
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = row.identifier(kind);
                if (identifier != null) {
                    names.add(identifier.key());
                }
            }
            picture.loadedUnreadable(row.id(), row.number(), names, why);
            return;
        }
        User.Draft draft = row.user().draft();
        if (row.seed() != null) {
            seeds.put(row.user().id(), row.seed());
            if (row.sealedCards() != null) {
                sealedCards.put(row.user().id(), row.sealedCards());
                draft.cards = cards(row.user().id(), row.seed(), row.sealedCards());
            }
        }
        picture.loaded(draft.build());
    }

    private List<Card> cards(UUID user, byte[] seed, byte[] sealed) {
        try {
            return scribe.openCards(realm.key(), user, seed, sealed);
        } catch (TamperedException e) {
            Unreadable.report(realm.realm().id(), "the cards of user", user, e);
            unreadable.add(user);
            return List.of(Card.UNREADABLE);
        }
    }

    private JobDetails details(JobRow row, SealingKey key, byte[] sealed) {
        try {
            return scribe.openJob(realm.key(), row.id(), key, sealed, row.jobId(), row.type());
        } catch (TamperedException e) {
            Unreadable.report(realm.realm().id(), "the details of job", row.id(), e);
            unreadable.add(row.id());
            return JobDetails.UNREADABLE;
        }
    }

    /// What cannot be read is not written anew: that would destroy what a backup of the row could bring back.
    private void mustBeReadable(String what, UUID subject) {
        if (unreadable.contains(subject)) {
            throw new UnreadableException(what, subject.toString());
        }
    }

    /// A key that is not to be obeyed is unknown here.
    void loaded(KeyRow row) {
        if (!realm.macs().obeyed(row)) {
            return;
        }
        sealedSecrets.put(row.key().id(), row.sealedSecret());
        picture.loaded(row.key());
    }

    /// An operator who is not to be obeyed is unknown here, but for the name, which the row keeps.
    void loaded(OperatorRow row) {
        if (!realm.macs().obeyed(row)) {
            picture.loadedAltered(row.operator());
            return;
        }
        seeds.put(row.operator().id(), row.seed());
        picture.loaded(row.operator());
    }

    void loaded(GroupRow row) {
        if (row.readable()) {
            picture.loaded(row.group());
        } else {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            picture.loadedUnreadableGroup(row.id(), row.name(), why);
        }
    }

    void loaded(PolicyRow row) {
        if (row.readable()) {
            picture.loaded(row.policy());
        } else {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            picture.loadedUnreadablePolicy(row.id(), row.name(), why);
        }
    }

    /// To be called when all users are loaded.
    void loaded(JobRow row) {
        if (!JobRows.isReadable(row)) {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            picture.loadedUnreadableJob(row.jobId(), why);
            return;
        }
        if (row.seed() != null) {
            jobSeeds.put(row.id(), row.seed());
        } else if (row.erasedAt() == null && (row.user() == null || row.realmKey())) {
            realmSealedJobs.add(row.id());
        }
        byte[] sealed = row.sealed();
        SealingKey key = sealed == null ? null : new JobKeys(realm.key(), seeds::get).of(row.seal());
        if (sealed == null || key == null) {
            picture.loaded(JobRows.job(row, JobDetails.NONE));
            return;
        }
        sealedJobs.put(row.id(), sealed);
        picture.loaded(JobRows.job(row, details(row, key, sealed)));
    }

    void loaded(SignatureRow row) {
        signatures.put(new Fingerprint(row.signature()), row);
    }

    void loaded(RetryRow row) {
        if (row.at().plus(RETRIES_KEPT).isAfter(now)) {
            retries.put(new RetryId(row.actor(), new Fingerprint(row.key())), row);
        }
    }

    Picture picture() {
        return picture;
    }

    // What requests do.

    /// Carries out one request. What it makes outside this realm, the realms of a new tenant, comes back in `made`.
    Ticket.Answer apply(Ticket ticket, List<RealmWork> made) {
        try {
            return answer(ticket, made);
        } catch (UnreadableException e) {
            return refused(e.refusal());
        } catch (RuntimeException | StackOverflowError e) {
            return new Ticket.Answer.Failed(e);
        }
    }

    private Ticket.Answer answer(Ticket ticket, List<RealmWork> made) {
        if (clockIsBehind) {
            return refused(new Refusal.Clock());
        }
        if (isReplay(ticket)) {
            return refused(new Refusal.Unauthenticated());
        }
        RetryRow wanted = ticket.retry;
        RetryRow earlier =
                wanted == null ? null : retries.get(new RetryId(wanted.actor(), new Fingerprint(wanted.key())));
        if (wanted != null && earlier != null) {
            return Arrays.equals(wanted.request(), earlier.request())
                    ? new Ticket.Answer.Replay(earlier)
                    : refused(new Refusal.IdempotencyMismatch());
        }
        Randomness random = ticket.randomness;
        random.restart();
        Supplier<UUID> freshId = () -> random.uuidV7(now.toEpochMilli());
        Picture overlay = picture.overlay();
        Result<Change> result =
                new Judge(overlay, realm.realm().environment(), prints, now).judge(ticket.request.write(), freshId);
        if (!(result instanceof Result.Ok<Change>(var change)) || ticket.request.dryRun()) {
            return new Ticket.Answer.Judged(result);
        }
        Draft draft = new Draft(overlay, ticket.request.origin(), random);
        draft.keep(change);
        if (change.about() instanceof Change.OfTenant && !change.events().isEmpty()) {
            Command.CreateTenant command =
                    (Command.CreateTenant) ticket.request.write().commands().getFirst();
            made.addAll(firstKeys(command, ticket));
        }
        draft.merge();
        if (wanted != null) {
            RetryRow kept = new RetryRow(
                    realm.realm().id(),
                    wanted.actor(),
                    wanted.key(),
                    wanted.request(),
                    seq,
                    now,
                    subject(change.about()));
            retries.put(new RetryId(kept.actor(), new Fingerprint(kept.key())), kept);
            newRetries.add(kept);
        }
        return new Ticket.Answer.Judged(result);
    }

    /// Notes the signature that a request came with, whatever becomes of the request.
    ///
    /// @return whether it came with another request, longer ago than signatures may be shared, and this one must be
    ///     the only one
    private boolean isReplay(Ticket ticket) {
        SignatureRow shown = ticket.signature(now);
        Request.Proof proof = ticket.request.proof();
        if (shown == null || proof == null) {
            return false;
        }
        SignatureRow earlier = signatures.putIfAbsent(new Fingerprint(shown.signature()), shown);
        if (earlier == null) {
            newSignatures.add(shown);
            return false;
        }
        return proof.alone()
                && !Arrays.equals(earlier.request(), shown.request())
                && now.isAfter(earlier.at().plus(SIGNATURE_SHARED));
    }

    private static Ticket.Answer refused(Refusal refusal) {
        return new Ticket.Answer.Judged(Result.refused(refusal));
    }

    private static Event.Subject subject(Change.About about) {
        return switch (about) {
            case Change.OfUser(var user) -> new Event.Subject(Event.Subject.Type.USER, user.id());
            case Change.OfKey(var key) -> new Event.Subject(Event.Subject.Type.KEY, key.id());
            case Change.OfOperator(var operator) -> new Event.Subject(Event.Subject.Type.OPERATOR, operator.id());
            case Change.OfTenant(var tenant) -> new Event.Subject(Event.Subject.Type.TENANT, tenant.id());
            case Change.OfGroup(var group) -> new Event.Subject(Event.Subject.Type.GROUP, group.id());
            case Change.OfPolicy(var policy) -> new Event.Subject(Event.Subject.Type.POLICY, policy.id());
            case Change.OfJob(var job) -> new Event.Subject(Event.Subject.Type.JOB, job.id());
            case Change.OfQuotas(var _), Change.OfNothing() -> Event.Subject.THE_REALM;
        };
    }

    /// The two realms of a new tenant, each with its first key.
    private List<RealmWork> firstKeys(Command.CreateTenant command, Ticket ticket) {
        return List.of(
                firstKey(command.partnerId(), command.testRealm(), Environment.TEST, command.testKey(), ticket),
                firstKey(
                        command.partnerId(),
                        command.productionRealm(),
                        Environment.PRODUCTION,
                        command.productionKey(),
                        ticket));
    }

    private RealmWork firstKey(
            String partnerId, long number, Environment environment, Command.CreateKey key, Ticket ticket) {
        Vault.Entry fresh =
                new Vault.Entry(new Realm(number, partnerId, environment), RealmKey.create(number, ticket.randomness));
        byte[] wrapped = masterKeys.wrap(fresh.key(), ticket.randomness);
        RealmWork work = new RealmWork(fresh, wrapped, masterKeys, scribe, GroupCommit.nothingYet(number), null, now);
        Needs needs = new Needs();
        needs.key(key.id());
        work.picture.loadedAll(needs);
        Picture overlay = work.picture.overlay();
        Write write = new Write(Actor.ROOT, null, List.of(key), null);
        Result<Change> result = new Judge(overlay, environment, work.prints, now).judge(write, key::id);
        if (!(result instanceof Result.Ok<Change>(var change))) {
            throw new IllegalStateException("a new realm's first key is refused: " + result);
        }
        Draft draft = work.new Draft(overlay, ticket.request.origin(), ticket.randomness);
        draft.keep(change);
        draft.merge();
        return work;
    }

    /// What one request adds, apart until all of it is there.
    private final class Draft {
        private final Picture overlay;
        private final Request.Origin origin;
        private final Randomness random;
        private final List<JournalRow> entries = new ArrayList<>(2);
        private final Map<UUID, byte[]> freshSeeds = new HashMap<>(2);
        private final Map<UUID, byte[]> freshCards = new HashMap<>(0);
        private final Map<UUID, byte[]> freshSecrets = new HashMap<>(0);
        private final Map<UUID, byte[]> freshJobs = new HashMap<>(0);
        private final Map<UUID, byte[]> freshJobSeeds = new HashMap<>(0);
        private final List<UUID> dropped = new ArrayList<>(0);
        private @Nullable UUID erased;
        private @Nullable UUID erasedJob;

        /// An erased user, now or before, of whose jobs nothing can be kept that tells of them.
        private @Nullable UUID nobody;
        private long nextSeq = seq;
        private byte[] nextHead = head;

        Draft(Picture overlay, Request.Origin origin, Randomness random) {
            this.overlay = overlay;
            this.origin = origin;
            this.random = random;
        }

        void keep(Change change) {
            if (change.events().isEmpty()) {
                return;
            }
            switch (change.about()) {
                case Change.OfUser(var user) -> keepUser(user, change);
                case Change.OfKey(var key) -> keepKey(key);
                case Change.OfOperator(var operator) -> seedOf(operator.id());
                case Change.OfJob(var job) -> keepJob(job, change);
                case Change.OfTenant _, Change.OfGroup _, Change.OfPolicy _, Change.OfQuotas _, Change.OfNothing _ -> {}
            }
            change.events().forEach(event -> write(event, change.about()));
        }

        private void keepUser(User user, Change change) {
            byte[] seed = user.isErased() ? seeds.get(user.id()) : seedOf(user.id());
            boolean cardsReplaced =
                    change.events().stream().anyMatch(event -> event.action() == Event.Action.USER_CARDS_REPLACED);
            if (cardsReplaced && seed != null) {
                mustBeReadable("user", user.id());
                freshCards.put(user.id(), scribe.sealCards(realm.key(), user, seed, random));
            }
            if (change.events().stream().anyMatch(event -> event.action() == Event.Action.USER_ERASED)) {
                erased = user.id();
                nobody = erased;
            }
        }

        /// A job may bring its user along, and take the place of other evidence: also of what came in this very
        /// transaction and never stood in a row.
        private void keepJob(Job job, Change change) {
            Job earlier = picture.job(job.jobId());
            Evidence before = earlier == null ? null : earlier.evidence();
            if (before != null
                    && (job.evidence() == null || !job.evidence().id().equals(before.id()))) {
                dropped.add(before.id());
            }
            for (Event event : change.events()) {
                if (event.action() == Event.Action.USER_REGISTERED) {
                    seedOf(event.subject().id());
                }
            }
            if (job.erasedAt() != null) {
                erasedJob = job.id();
                return;
            }
            mustBeReadable("job", job.id());
            if (earlier == null || earlier.submission() == null) {
                seedOfNew(job);
            }
            SealingKey key = jobKey(job);
            if (key == null) {
                nobody = job.user();
            } else {
                freshJobs.put(job.id(), scribe.sealJob(realm.key(), job, key, random));
            }
        }

        /// A reservation is told before it is known whose job it will be, and tells nothing of a person.
        private @Nullable SealingKey jobKey(Event event, Change.About about) {
            if (event.action() == Event.Action.JOB_RESERVED) {
                return realm.key().own();
            }
            return about instanceof Change.OfJob(var job) ? jobKey(job) : null;
        }

        private @Nullable SealingKey jobKey(Job job) {
            UUID user = job.user();
            byte[] seed = jobSeeds.get(job.id());
            return new JobKeys(realm.key(), this::seedNow)
                    .of(new JobSealRow(
                            job.id(),
                            user,
                            seed == null ? freshJobSeeds.get(job.id()) : seed,
                            realmSealedJobs.contains(job.id()),
                            job.erasedAt()));
        }

        /// A job's row may have been that of a reservation that lapsed, and have its seed already.
        private void seedOfNew(Job job) {
            realmSealedJobs.remove(job.id());
            if (!jobSeeds.containsKey(job.id())) {
                freshJobSeeds.computeIfAbsent(job.id(), _ -> random.next(RealmKey.SEED_BYTES));
            }
        }

        private void keepKey(ApiKey key) {
            if (key.secret() != null) {
                freshSecrets.put(key.id(), scribe.sealSecret(realm.key(), key, random));
            }
        }

        private byte[] seedOf(UUID person) {
            byte[] seed = seeds.get(person);
            return seed != null ? seed : freshSeeds.computeIfAbsent(person, _ -> random.next(RealmKey.SEED_BYTES));
        }

        private void write(Event event, Change.About about) {
            long number = nextSeq + 1;
            SealingKey key = switch (event.subject().type()) {
                case USER, OPERATOR -> personKey(event.subject().id());
                case JOB -> jobKey(event, about);
                case KEY, TENANT, REALM, GROUP, POLICY -> realm.key().own();
            };
            JournalRow row = scribe.entry(realm.key(), number, nextHead, event, origin, key, random);
            entries.add(row);
            nextSeq = number;
            nextHead = row.hash();
        }

        /// The key of a person, or null when they were erased before.
        private @Nullable SealingKey personKey(UUID person) {
            byte[] seed = seedNow(person);
            return seed == null ? null : realm.key().person(seed);
        }

        private byte @Nullable [] seedNow(UUID person) {
            byte[] seed = seeds.get(person);
            return seedsDestroyed.contains(person) ? null : seed == null ? freshSeeds.get(person) : seed;
        }

        void merge() {
            overlay.merge();
            journal.addAll(entries);
            seeds.putAll(freshSeeds);
            sealedCards.putAll(freshCards);
            sealedSecrets.putAll(freshSecrets);
            sealedJobs.putAll(freshJobs);
            jobSeeds.putAll(freshJobSeeds);
            if (erasedJob != null) {
                erasedJobs.add(erasedJob);
                jobSeeds.remove(erasedJob);
                realmSealedJobs.remove(erasedJob);
            }
            if (erased != null) {
                seedsDestroyed.add(erased);
            }
            if (nobody != null) {
                // The next request finds of their jobs what it would find in another transaction.
                UUID gone = nobody;
                picture.replaceJobs(job -> {
                    if (!gone.equals(job.user())) {
                        return job;
                    }
                    jobSeeds.remove(job.id());
                    return JobRows.erased(job);
                });
            }
            droppedEvidence.addAll(dropped);
            seq = nextSeq;
            head = nextHead;
        }
    }

    // What storage has to write.

    private static long day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay();
    }

    /// Adds all that came of the requests to `batch`; nothing when nothing did.
    void collect(Batch batch, UUID txn) {
        if (journal.isEmpty() && newRetries.isEmpty() && newSignatures.isEmpty()) {
            return;
        }
        long id = realm.realm().id();
        if (last.no() > 0 && day(last.at()) < day(now)) {
            batch.dayEnds.add(new DayEndRow(id, day(last.at()), last.number(), last.counters()));
        }
        batch.batches.add(new BatchRow(
                id, last.no() + 1, txn, last.lastSeq() + 1, seq, head, picture.lastNumber(), picture.counters(), now));
        batch.journal.addAll(journal);
        Quotas quotas = picture.changedQuotas();
        if (quotas != null) {
            batch.quotas.add(realm.macs().sealed(new QuotaRow(id, quotas, null)));
        }
        batch.retries.addAll(newRetries);
        batch.signatures.addAll(newSignatures);
        for (Picture.Changed<User> changed : picture.changedUsers()) {
            User user = changed.after();
            (changed.before() == null ? batch.newUsers : batch.changedUsers).add(userRow(id, user));
            collectCards(batch, id, changed.before(), user);
        }
        new GroupRows(id, picture, now).collect(batch);
        for (Picture.Changed<Job> changed : picture.changedJobs()) {
            Job job = changed.after();
            (changed.before() == null ? batch.newJobs : batch.changedJobs).add(JobRows.row(id, job, kept(job)));
        }
        picture.claimedJobs().forEach((print, user) -> batch.claimedJobs.add(new ClaimRow(id, print.bytes(), user)));
        seedsDestroyed.forEach(user -> batch.erasedUsers.add(new ErasedRow(id, user)));
        picture.changedBars()
                .forEach((print, user) -> user.ifPresentOrElse(
                        whose -> batch.newBars.add(new BarRow(id, print.bytes(), whose)),
                        () -> batch.annulledBars.add(new BarRow(id, print.bytes(), new UUID(0, 0)))));
        for (Picture.Changed<ApiKey> changed : picture.changedKeys()) {
            byte[] sealed =
                    Objects.requireNonNull(sealedSecrets.get(changed.after().id()));
            (changed.before() == null ? batch.newKeys : batch.changedKeys)
                    .add(realm.macs().sealed(new KeyRow(id, changed.after(), sealed, null)));
        }
        for (Picture.Changed<Operator> changed : picture.changedOperators()) {
            byte[] seed = Objects.requireNonNull(seeds.get(changed.after().id()));
            (changed.before() == null ? batch.newOperators : batch.changedOperators)
                    .add(realm.macs().sealed(new OperatorRow(id, changed.after(), seed, null)));
        }
        RealmRow newRealm = newRealm();
        if (newRealm != null) {
            batch.newRealms.add(newRealm);
        }
        picture.changedTenants().forEach(changed -> batch.newTenants.add(changed.after()));
    }

    private JobRows.Kept kept(Job job) {
        UUID user = job.user();
        byte[] seed = jobSeeds.get(job.id());
        Identifier.Key name = job.name();
        boolean destroyed = job.erasedAt() != null || (user != null && seedsDestroyed.contains(user));
        return destroyed
                ? JobRows.Kept.NOTHING
                : new JobRows.Kept(
                        sealedJobs.get(job.id()),
                        seed,
                        user != null && realmSealedJobs.contains(job.id()),
                        name == null ? null : prints.of(name).bytes());
    }

    private UserRow userRow(long id, User user) {
        boolean destroyed = seedsDestroyed.contains(user.id());
        User.Draft draft = user.draft();
        draft.cards = List.of();
        return new UserRow(
                id,
                draft.build(),
                destroyed ? null : seeds.get(user.id()),
                destroyed || user.cards().isEmpty() ? null : sealedCards.get(user.id()));
    }

    private void collectCards(Batch batch, long id, @Nullable User before, User after) {
        List<Card> old = before == null ? List.of() : before.cards();
        if (old.equals(after.cards())) {
            return;
        }
        Set<Fingerprint> was = cardPrints(old);
        Set<Fingerprint> is = cardPrints(after.cards());
        was.stream()
                .filter(print -> !is.contains(print))
                .forEach(print -> batch.lostCards.add(new CardRow(id, print.bytes(), after.id())));
        is.stream()
                .filter(print -> !was.contains(print))
                .forEach(print -> batch.newCards.add(new CardRow(id, print.bytes(), after.id())));
    }

    private Set<Fingerprint> cardPrints(List<Card> cards) {
        Set<Fingerprint> made = new HashSet<>();
        cards.forEach(card -> made.add(prints.ofCard(card.number())));
        return made;
    }

    Vault.Entry realm() {
        return realm;
    }

    /// The realm's row, where this transaction makes the realm.
    private @Nullable RealmRow newRealm() {
        return wrappedKey == null ? null : new RealmRow(realm.realm(), wrappedKey);
    }

    /// The signatures that requests came with for the first time.
    List<SignatureRow> newSignatures() {
        return newSignatures;
    }

    /// The evidence that no job names any more, as another file took its place.
    List<UUID> droppedEvidence() {
        return droppedEvidence;
    }

    /// Whether somebody was erased.
    boolean erasedAnybody() {
        return !seedsDestroyed.isEmpty();
    }

    /// Whether somebody or a job was erased, so that evidence is to go at once.
    boolean erasedAnything() {
        return !seedsDestroyed.isEmpty() || !erasedJobs.isEmpty();
    }

    /// The highest user number given.
    long lastNumber() {
        return picture.lastNumber();
    }

    /// Whether the realm's quotas were set.
    boolean changedQuotas() {
        return picture.changedQuotas() != null;
    }

    /// The keys and operators that changed, whose cached copies are void once this is committed.
    List<UUID> changedCredentials() {
        List<UUID> ids = new ArrayList<>();
        picture.changedKeys().forEach(changed -> ids.add(changed.after().id()));
        picture.changedOperators().forEach(changed -> ids.add(changed.after().id()));
        return ids;
    }
}
