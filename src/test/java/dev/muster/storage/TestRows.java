package dev.muster.storage;

import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.DayEndRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.RealmTables.RealmRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.UUID;

/// Creates rows with any content that the rules allow, using a fixed random seed.
public final class TestRows {
    private static final int[] ODD = {
        'a',
        'Z',
        '0',
        ' ',
        '\'',
        '"',
        '\\',
        '%',
        '_',
        ',',
        '[',
        '{',
        '<',
        0x7f + 0x21,
        0xdf,
        0x130,
        0x131,
        0x301,
        0x3c3,
        0x5d0,
        0x200d,
        0x202e,
        0x2028,
        0xfeff,
        0xffff - 2,
        0x1f468,
        0x1f3fd,
        0x10fffd,
        0x10400
    };

    public final Random random;

    public TestRows(long seed) {
        random = new Random(seed);
    }

    public static Identifier identifier(Identifier.Kind kind, String text) {
        return new Identifier(kind, text, Identifier.fold(kind, text));
    }

    public String text(int longest) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(longest);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(ODD[random.nextInt(ODD.length)]);
        }
        return text.toString();
    }

    private String textOrNull(int longest) {
        return random.nextInt(3) == 0 ? null : text(longest);
    }

    public UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    public Instant instant() {
        return Instant.ofEpochMilli(1_600_000_000_000L + (random.nextLong() >>> 25));
    }

    private Instant instantOrNull() {
        return random.nextBoolean() ? null : instant();
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    public ActorRef actor() {
        return new ActorRef(any(ActorRef.Kind.values()), uuid());
    }

    private Identifier identifierOrNull(Identifier.Kind kind, long number) {
        return random.nextInt(3) == 0 ? null : identifier(kind, text(20) + number);
    }

    /// Creates a user whose optional fields are set at random.
    public UserRow user(long realm, long number) {
        User.Draft draft = new User.Draft(uuid(), number, instant());
        draft.email = identifierOrNull(Identifier.Kind.EMAIL, number);
        draft.externalId = identifierOrNull(Identifier.Kind.EXTERNAL_ID, number);
        draft.username = identifierOrNull(Identifier.Kind.USERNAME, number);
        draft.name = textOrNull(200);
        draft.givenName = textOrNull(20);
        draft.familyName = textOrNull(20);
        draft.tag = any(Tag.values());
        draft.rank = any(Rank.values());
        for (int i = random.nextInt(4); i > 0; i--) {
            draft.holds = draft.holds.with(new Hold(
                    any(HoldKind.values()),
                    random.nextBoolean() ? "main" : "legal-" + i,
                    textOrNull(100),
                    textOrNull(1000),
                    actor(),
                    instant(),
                    instantOrNull(),
                    random.nextBoolean() ? null : new Hold.Alteration(actor(), instant())));
        }
        Enrolment.Enrolled enrolled = new Enrolment.Enrolled(text(255), instant());
        draft.enrolment = switch (random.nextInt(3)) {
            case 0 -> new Enrolment.None();
            case 1 -> enrolled;
            default -> new Enrolment.ReenrolmentAllowed(enrolled);
        };
        List<String> workstations = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            workstations.add(text(255));
        }
        draft.workstations = List.copyOf(workstations);
        draft.metadata = random.nextBoolean() ? null : "{\"k\":\"" + text(5).replaceAll("[\"\\\\]", "") + "\"}";
        draft.updatedAt = instant();
        draft.activeAt = instantOrNull();
        draft.deviceAddedAt = instantOrNull();
        draft.emailConfirmedAt = instantOrNull();
        draft.erasedAt = instantOrNull();
        draft.version = random.nextLong() >>> 1;
        return new UserRow(
                realm,
                draft.build(),
                random.nextInt(4) == 0 ? null : bytes(32),
                random.nextBoolean() ? null : bytes(1 + random.nextInt(300)));
    }

    /// Creates a typical user, with only an email address.
    public UserRow plain(long realm, long number, String email) {
        User.Draft draft = new User.Draft(uuid(), number, Instant.ofEpochMilli(1_000_000 + number * 1000));
        draft.email = identifier(Identifier.Kind.EMAIL, email);
        draft.version = 1;
        return new UserRow(realm, draft.build(), bytes(32), null);
    }

    public JournalRow entry(long realm, long seq, UUID subject) {
        return new JournalRow(
                realm,
                seq,
                bytes(100 + random.nextInt(300)),
                bytes(32),
                instant(),
                actor(),
                any(Event.Action.values()).wireName(),
                new Event.Subject(any(Event.Subject.Type.values()), subject));
    }

    public BatchRow batch(long realm, long no, long lastSeq, long number) {
        return new BatchRow(realm, no, uuid(), lastSeq, lastSeq, bytes(32), number, counters(), instant());
    }

    public DayEndRow dayEnd(long realm, long day) {
        return new DayEndRow(realm, day, random.nextLong() >>> 1, counters());
    }

    private Counters counters() {
        StringJoiner numbers = new StringJoiner(",");
        for (int i = 0; i < 25; i++) {
            numbers.add(Long.toString(random.nextLong() >>> 1));
        }
        return Counters.parse(numbers.toString());
    }

    public KeyRow key(long realm) {
        Role role = random.nextBoolean() ? null : any(Role.values());
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (Scope scope : Scope.values()) {
            if (random.nextBoolean()) {
                scopes.add(scope);
            }
        }
        return new KeyRow(
                realm,
                new ApiKey(
                        uuid(),
                        text(100),
                        role,
                        scopes,
                        any(Rank.values()),
                        random.nextBoolean(),
                        new Digest(bytes(32)),
                        random.nextBoolean() ? null : "x7Kq",
                        null,
                        random.nextBoolean() ? null : AllowedAddresses.parse("10.0.0.0/8 2001:db8::/32"),
                        instant(),
                        instantOrNull(),
                        instantOrNull(),
                        creatorOrNull(),
                        random.nextBoolean() ? null : uuid(),
                        null),
                bytes(60),
                bytes(32));
    }

    public OperatorRow operator(long realm, String name) {
        return new OperatorRow(
                realm,
                new Operator(
                        uuid(),
                        identifier(Identifier.Kind.USERNAME, name),
                        any(Role.values()),
                        "$argon2id$" + text(60),
                        random.nextInt(5),
                        instant(),
                        instantOrNull(),
                        null,
                        random.nextBoolean() ? null : new Operator.Invitation(new Digest(bytes(32)), instant()),
                        creatorOrNull(),
                        random.nextBoolean() ? null : new FederatedIdentity("https://login.example", text(20))),
                bytes(32),
                bytes(32));
    }

    private Creator creatorOrNull() {
        return random.nextBoolean() ? null : new Creator(actor(), random.nextBoolean() ? null : uuid());
    }

    public RetryRow retry(long realm, UUID actor, byte[] key) {
        return new RetryRow(
                realm,
                actor,
                key,
                bytes(32),
                random.nextInt(1000),
                instant(),
                new Event.Subject(any(Event.Subject.Type.values()), uuid()));
    }

    /// Returns a filter for all users of a realm with a number above `after`.
    public static UserFilter allUsers(long realm, long after) {
        return new UserFilter(realm, null, null, null, null, null, null, null, null, after);
    }

    public GroupOrPolicyRow<Group> group(long realm, String name) {
        return GroupOrPolicyRow.of(
                realm, new Group(uuid(), name, textOrNull(1000), random.nextInt(1000), instant(), instant()));
    }

    public GroupOrPolicyRow<Policy> policy(long realm, String name) {
        List<String> resources = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            resources.add(text(200) + i);
        }
        return GroupOrPolicyRow.of(
                realm,
                new Policy(
                        uuid(),
                        name,
                        textOrNull(1000),
                        resources,
                        random.nextInt(1000),
                        random.nextInt(1000),
                        instant(),
                        instant()));
    }

    /// Creates a job in a random stage.
    public JobRow job(long realm, long number, UUID user) {
        String jobId = text(200) + number;
        JobType type = new JobType(1 + random.nextInt(2));
        Job job = new Job(
                uuid(),
                jobId,
                number,
                type,
                user,
                null,
                null,
                null,
                random.nextBoolean(),
                stage(jobId, type),
                random.nextBoolean() ? null : evidence(random.nextLong() >>> 20, instant()),
                instantOrNull());
        return new JobRow(
                realm,
                job,
                random.nextInt(4) == 0 ? null : bytes(1 + random.nextInt(300)),
                random.nextBoolean() ? null : bytes(32),
                random.nextBoolean(),
                user != null || random.nextBoolean() ? null : bytes(16));
    }

    private Job.Stage stage(String jobId, JobType type) {
        Job.Submission submission = new Job.Submission(instant(), random.nextBoolean() ? null : any(HoldKind.values()));
        return switch (random.nextInt(3)) {
            case 0 -> new Job.Reserved(reservation(jobId, type, instant()));
            case 1 -> new Job.Awaiting(submission, random.nextBoolean() ? null : reservation(jobId, type, instant()));
            default ->
                new Job.Completed(
                        submission,
                        new Verdict(
                                any(Outcome.values()),
                                random.nextBoolean()
                                        ? null
                                        : BigDecimal.valueOf(random.nextInt(10_000), 2)
                                                .stripTrailingZeros(),
                                null),
                        any(Outcome.values()),
                        random.nextBoolean() ? null : "fraud",
                        instant(),
                        switch (random.nextInt(3)) {
                            case 0 -> new Job.NoReview();
                            case 1 -> new Job.OpenReview();
                            default -> new Job.ClosedReview(actor(), instant(), null, null);
                        });
        };
    }

    /// Creates a reservation as it is read from a row, without its sealed content.
    public Job.Reservation reservation(String jobId, JobType type, Instant until) {
        return new Job.Reservation(new Digest(bytes(32)), until, actor(), JobRequest.bare(jobId, type));
    }

    /// Creates evidence as it is read from a row, without its sealed key.
    public Evidence evidence(long size, Instant until) {
        return new Evidence(uuid(), size, new Digest(bytes(32)), new Evidence.Key(new byte[0]), until);
    }

    public RealmRow realm(long id) {
        return new RealmRow(
                new Realm(id, "partner-" + id, id % 2 == 0 ? Environment.TEST : Environment.PRODUCTION), bytes(60));
    }

    public Tenant tenant(String partnerId) {
        return new Tenant(uuid(), partnerId, text(50), random.nextInt(100), random.nextInt(100), instant());
    }
}
