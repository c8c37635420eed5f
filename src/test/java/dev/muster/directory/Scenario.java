package dev.muster.directory;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Card;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.ReplayableRandom;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Generates random requests that conflict with each other. They use every command, but only a few people, identifiers,
/// cards, groups, policies and jobs.
final class Scenario {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    /// The number of different external ids, usernames and email addresses. More users are registered, so some
    /// registrations fail.
    private static final int PEOPLE = 6;

    /// The number of different idempotency keys, signatures and job ids.
    static final int FEW = 6;

    /// The start of each phase in seconds. Holds expire between any two phases, reservations only before the last
    /// phase.
    private static final int[] PHASES = {0, 200, 400, 4200};

    private final Random random;
    private final Actor actor;

    /// The ids of groups that may exist, by realm. The requests to create them may have been refused.
    private final Map<Long, List<UUID>> groups = new HashMap<>();

    private final Map<Long, List<UUID>> policies = new HashMap<>();
    private int number;
    private int phase;
    private long realm;
    private boolean begins;

    Scenario(long seed, Actor actor) {
        this.random = new Random(seed);
        this.actor = actor;
    }

    static int phases() {
        return PHASES.length;
    }

    static Instant at(int phase) {
        return START.plusSeconds(PHASES[phase]);
    }

    /// Returns the random source of the request with this number.
    static ReplayableRandom randomness(int number) {
        byte[] seed = new byte[ReplayableRandom.SEED_BYTES];
        seed[0] = (byte) number;
        seed[1] = (byte) (number >> 8);
        seed[2] = (byte) (number >> 16);
        return new ReplayableRandom(seed);
    }

    /// Returns the requests of the next phase, numbered consecutively.
    List<WriteRequest> requests(int count, long... realms) {
        List<WriteRequest> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            begins = phase == 0 && i < 2 * PEOPLE * realms.length;
            // At first, the realms take turns, and each registers all people and creates a few groups and policies in
            // between.
            realm = begins ? realms[i % realms.length] : realms[random.nextInt(realms.length)];
            all.add(request());
            number++;
        }
        phase++;
        return all;
    }

    private WriteRequest request() {
        UserRef target = null;
        List<Command> commands = new ArrayList<>();
        switch (begins ? number / 2 % 10 : 3 + random.nextInt(12)) {
            case 0, 1, 2, 3 -> commands.add(register());
            case 4, 5, 6 -> commands.add(onGroups(begins ? 0 : random.nextInt(12)));
            case 7, 8, 9 -> commands.add(onPolicies(begins ? 0 : random.nextInt(15)));
            case 10, 11, 12 -> commands.add(onJobs());
            default -> {
                target = target();
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    commands.add(onUser());
                }
            }
        }
        Write write = new Write(actor, target, commands, random.nextInt(10) == 0 ? Set.of(1L) : null);
        WriteRequest.Retry retry =
                random.nextInt(8) == 0 ? new WriteRequest.Retry("key-" + random.nextInt(FEW), digest(seldom(4))) : null;
        WriteRequest.Proof proof = random.nextInt(10) == 0
                ? new WriteRequest.Proof(signature(random.nextInt(FEW)), digest(seldom(4)), random.nextInt(3) == 0)
                : null;
        Origin origin = new Origin("test", "request-" + number, random.nextInt(5) == 0 ? "ana@example.com" : null);
        return new WriteRequest(realm, write, origin, retry, proof, random.nextInt(8) == 0, 100);
    }

    /// Returns 1 with a probability of one in `many`, otherwise 0.
    private int seldom(int many) {
        return random.nextInt(many) == 0 ? 1 : 0;
    }

    static Digest signature(int which) {
        return digest(100 + which);
    }

    private static Digest digest(int which) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) which;
        return new Digest(bytes);
    }

    /// Returns the id of the object that this request creates if it is accepted.
    private UUID made(Map<Long, List<UUID>> kind) {
        UUID id = randomness(number).uuidV7(at(phase).toEpochMilli());
        kind.computeIfAbsent(realm, _ -> new ArrayList<>()).add(id);
        return id;
    }

    /// Returns one of the objects created last in this realm, rarely one from another realm or an unknown one.
    private UUID one(Map<Long, List<UUID>> kind) {
        List<UUID> some = kind.getOrDefault(random.nextInt(20) == 0 ? realm ^ 3 : realm, List.of());
        int last = Math.min(3, some.size());
        return last == 0 ? new UUID(1, 1) : some.get(some.size() - 1 - random.nextInt(last));
    }

    private Command onGroups(int which) {
        return switch (which) {
            case 0 -> {
                made(groups);
                yield new Command.CreateGroup(name(), wireName());
            }
            case 1 ->
                new Command.UpdateGroup(
                        one(groups),
                        random.nextBoolean() ? new Edit<>(name()) : null,
                        random.nextBoolean() ? new Edit<>(wireName()) : null);
            case 2 -> new Command.DeleteGroup(one(groups));
            case 3, 4, 5 -> new Command.RemoveMember(one(groups), target());
            default -> new Command.AddMember(one(groups), target());
        };
    }

    private Command onPolicies(int which) {
        return switch (which) {
            case 0 -> {
                made(policies);
                yield new Command.CreatePolicy(name(), wireName(), List.of("door " + random.nextInt(3)));
            }
            case 1 ->
                new Command.UpdatePolicy(
                        one(policies),
                        random.nextBoolean() ? new Edit<>(name()) : null,
                        null,
                        random.nextBoolean() ? new Edit<>(List.of("gate")) : null);
            case 2 -> new Command.DeletePolicy(one(policies));
            case 3, 4 -> new Command.UnassignUser(one(policies), target());
            case 5, 6, 7 -> new Command.AssignGroup(one(policies), one(groups));
            case 8 -> new Command.UnassignGroup(one(policies), one(groups));
            default -> new Command.AssignUser(one(policies), target());
        };
    }

    /// Returns a random name. Some names differ only in case.
    private String name() {
        return (random.nextBoolean() ? "Name " : "NAME ") + random.nextInt(8);
    }

    static String jobId(int which) {
        return "job-" + which;
    }

    private Command onJobs() {
        int which = random.nextInt(FEW);
        String jobId = jobId(which);
        return switch (random.nextInt(13)) {
            case 12 -> new JobCommand.FreeJobId(jobId, digest(random.nextInt(2)));
            case 0 -> new Command.NoteSignature();
            case 1, 2 -> new JobCommand.ReserveJob(job(which, true), digest(random.nextInt(2)));
            case 3, 4 -> new JobCommand.SubmitJob(job(which, true), digest(random.nextInt(2)), evidence());
            case 5, 6, 7, 8 ->
                new JobCommand.SubmitJob(
                        job(which, random.nextInt(3) > 0), null, random.nextBoolean() ? evidence() : null);
            case 9, 10 ->
                new JobCommand.GiveVerdict(
                        jobId,
                        new Verdict(
                                outcome(),
                                random.nextBoolean() ? BigDecimal.valueOf(random.nextInt(3)) : null,
                                wireName()));
            default -> new JobCommand.ReviewJob(jobId, wireName(), null);
        };
    }

    /// @param reservable whether the job refers to its user in the way that a reservation requires
    private JobRequest job(int which, boolean reservable) {
        String text = "ext-" + (random.nextInt(4) == 0 ? random.nextInt(PEOPLE + 2) : which);
        JobRequest.ForUser user = reservable
                ? new JobRequest.ForUser(
                        UserRef.externalIdOrId(text),
                        text,
                        random.nextInt(5) == 0 ? null : new Validator().identifier(Identifier.Kind.EXTERNAL_ID, text))
                : new JobRequest.ForUser(target(), "who " + random.nextInt(2), null);
        return new JobRequest(
                jobId(which),
                new JobType(random.nextInt(3) == 0 ? List.of(4, 2, 5).get(random.nextInt(3)) : which % 2 == 0 ? 1 : 5),
                random.nextInt(20) == 0 ? null : user,
                random.nextBoolean() ? "{\"b\":" + random.nextInt(10) + "}" : null,
                random.nextInt(4) == 0 ? "https://example.com/" + wireName() : null,
                random.nextInt(4) == 0,
                random.nextInt(3) > 0,
                outcome());
    }

    /// Returns commands for jobs of one person in every stage, before and after the person is erased.
    List<Command> jobsOfSomebodyWhoIsErased() {
        String text = "ext-1";
        JobRequest.ForUser user = new JobRequest.ForUser(
                UserRef.externalIdOrId(text), text, new Validator().identifier(Identifier.Kind.EXTERNAL_ID, text));
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            JobRequest job = new JobRequest(
                    jobId(i), new JobType(1), user, "{\"b\":1}", "https://example.com", false, true, Outcome.PASSED);
            if (i < 4) {
                number = i;
                commands.add(new JobCommand.SubmitJob(job, null, evidence()));
            }
            if (i > 2) {
                commands.add(new JobCommand.ReserveJob(job, digest(i)));
            }
        }
        Verdict provisional = new Verdict(Outcome.PROVISIONAL, BigDecimal.ONE, "looks well");
        commands.add(new JobCommand.GiveVerdict(jobId(0), provisional));
        commands.add(new Command.PlaceHold(HoldKind.FRAUD, "main", "a reason", null, null));
        commands.add(new JobCommand.GiveVerdict(jobId(1), new Verdict(Outcome.PASSED, null, "well")));
        commands.add(new Command.Erase(null, null));
        for (int i = 0; i < FEW; i++) {
            commands.add(new JobCommand.ReviewJob(jobId(i), "looked at", null));
            commands.add(new JobCommand.GiveVerdict(jobId(i), provisional));
            commands.add(new JobCommand.GiveVerdict(jobId(i), new Verdict(Outcome.PASSED, null, "well")));
            JobRequest again = new JobRequest(jobId(i), new JobType(1), user, null, null, false, true, Outcome.PASSED);
            commands.add(new JobCommand.SubmitJob(again, digest(i), evidence()));
        }
        return commands;
    }

    private Outcome outcome() {
        return any(Outcome.values());
    }

    private Evidence evidence() {
        UUID id = new UUID(0x0199_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
        byte[] key = new byte[32];
        key[0] = (byte) number;
        return new Evidence(id, number, digest(number), new Evidence.Key(key), START.plus(Duration.ofDays(90)));
    }

    private UserRef target() {
        return switch (random.nextInt(4)) {
            case 0, 1 -> UserRef.number(1 + random.nextInt(4));
            case 2 -> UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "ext-" + random.nextInt(PEOPLE));
            default -> UserRef.identifier(Identifier.Kind.EMAIL, "user" + random.nextInt(PEOPLE) + "@example.com");
        };
    }

    private Command register() {
        int which = begins ? number / 2 % PEOPLE : random.nextInt(PEOPLE);
        Command.Register register = new Command.Register(
                new Validator().email("User" + which + "@example.com"),
                which % 2 == 0
                        ? new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "ext-" + which)
                        : random.nextBoolean() ? identifier(Identifier.Kind.EXTERNAL_ID) : null,
                null,
                "Name " + random.nextInt(100),
                null,
                null,
                random.nextInt(5) == 0 ? Tag.GUEST : Tag.USER,
                random.nextBoolean() ? "{\"a\":" + random.nextInt(10) + "}" : null);
        return begins || register.externalId() == null || random.nextInt(4) > 0
                ? register
                : new Command.PutUser(
                        register,
                        random.nextBoolean() ? register.tag() : null,
                        any(Command.PutUser.Precondition.values()));
    }

    private Identifier identifier(Identifier.Kind kind) {
        String text = switch (kind) {
            case EMAIL -> "User" + random.nextInt(PEOPLE) + "@example.com";
            case EXTERNAL_ID -> "ext-" + random.nextInt(PEOPLE);
            case USERNAME -> "user " + random.nextInt(PEOPLE);
        };
        return new Validator().identifier(kind, text);
    }

    private Command onUser() {
        HoldKind kind = List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD)
                .get(random.nextInt(4));
        return switch (random.nextInt(23)) {
            case 20 -> new Command.AllowReenrolment(random.nextInt(3) > 0);
            case 21 -> new Command.Expel(wireName(), null);
            case 22 -> new Command.RequestInvitation();
            case 0, 1, 2 -> new Command.PlaceHold(kind, label(), wireName(), null, until());
            case 3, 4 -> new Command.ReleaseHold(kind, label(), wireName(), wireName());
            case 5 -> new Command.EnsureHold(kind);
            case 6 -> new Command.LiftHold(kind);
            case 7 -> new Command.ToggleSuspension();
            case 8 -> new Command.Reinstate(wireName(), null);
            case 9 -> new Command.Remove(wireName(), null);
            case 10 -> new Command.Restore(null, null);
            case 11 ->
                random.nextInt(4) == 0 ? new Command.Bar(wireName(), null) : new Command.Restore(null, wireName());
            case 12 -> random.nextInt(3) == 0 ? new Command.Erase(wireName(), null) : new Command.ConfirmEmail();
            case 13 -> new Command.ChangeRank(any(Rank.values()));
            case 14 -> new Command.Promote();
            case 15, 16 ->
                new Command.ReplaceCards(
                        List.of(new Card("100" + random.nextInt(4), wireName())), random.nextBoolean());
            case 17 -> new Command.ReplaceWorkstations(List.of("desk-" + random.nextInt(3)));
            case 18 -> new Command.EndHolds();
            default ->
                Command.Update.of(edits -> {
                    edits.email = random.nextBoolean() ? new Edit<>(identifier(Identifier.Kind.EMAIL)) : null;
                    edits.externalId =
                            random.nextInt(4) == 0 ? new Edit<>(identifier(Identifier.Kind.EXTERNAL_ID)) : null;
                    edits.username = random.nextInt(4) == 0 ? new Edit<>(identifier(Identifier.Kind.USERNAME)) : null;
                    edits.name = random.nextBoolean() ? new Edit<>("Renamed " + random.nextInt(50)) : null;
                });
        };
    }

    private String label() {
        return random.nextInt(3) == 0 ? "legal" : "main";
    }

    private @Nullable String wireName() {
        return random.nextBoolean() ? "reason-" + random.nextInt(3) : null;
    }

    private @Nullable Instant until() {
        return random.nextBoolean() ? START.plus(Duration.ofSeconds(random.nextInt(1, 600))) : null;
    }

    /// Returns the command that creates a key with all rights.
    static Command.CreateKey adminKey(UUID id) {
        return new Command.CreateKey(
                id,
                "admin",
                Role.ADMIN,
                Set.copyOf(Role.ADMIN.scopes()),
                Rank.SUPER,
                true,
                null,
                new Digest(new byte[32]),
                "mss_secret");
    }

    static Command.CreateTenant tenant(long test, long production, UUID key) {
        return new Command.CreateTenant("partner-" + test, "Partner", test, adminKey(key), production, adminKey(key));
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
