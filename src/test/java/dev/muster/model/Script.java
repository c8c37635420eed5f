package dev.muster.model;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Card;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// A script of requests to a small realm. It contains all kinds of requests, including nonsensical ones, by actors with
/// and without the necessary rights, separated by waits about as long as a hold lasts. Values come from small pools, so
/// requests collide.
record Script(List<Ask> asks) {
    /// One request, `waitSeconds` after the previous one.
    record Ask(int waitSeconds, Who who, @Nullable UserRef target, List<Wish> wishes) {
        Write write(TestRealm realm) {
            Actor actor = switch (who) {
                case ADMIN -> realm.admin;
                case MANAGER -> realm.manager;
                case VIEWER -> realm.viewer;
                case ROOT -> Actor.ROOT;
                case SYSTEM -> Actor.SYSTEM;
            };
            List<Command> commands =
                    wishes.stream().map(wish -> wish.at().apply(realm)).toList();
            return new Write(actor, target, commands, null);
        }
    }

    enum Who {
        ADMIN,
        MANAGER,
        VIEWER,
        ROOT,
        SYSTEM
    }

    /// A command. Some commands contain instants relative to the time of the request, or groups and policies
    /// identified by the order of their creation.
    record Wish(String words, Function<TestRealm, Command> at) {
        @Override
        public String toString() {
            return words;
        }
    }

    /// A request that was executed, with the state before it.
    record Asked(
            TestRealm realm,
            Write write,
            Map<UUID, User> before,
            Map<Fingerprint, UUID> barsBefore,
            Counters countersBefore,
            More more,
            Result<Change> result) {
        List<Event> events() {
            return result instanceof Result.Ok<Change>(var change) ? change.events() : List.of();
        }

        /// Returns the user the request is about, as seen just before it, or null if there is none.
        @Nullable
        User target() {
            for (User user : before.values()) {
                if (isNamed(user, write.target())) {
                    return user.at(realm.now);
                }
            }
            return null;
        }

        private static boolean isNamed(User user, @Nullable UserRef ref) {
            return switch (ref) {
                case UserRef.ById(var id) -> user.id().equals(id);
                case UserRef.ByNumber(var number) -> user.number() == number;
                case UserRef.ByIdentifier(var key) -> {
                    Identifier identifier = user.identifier(key.kind());
                    yield identifier != null && identifier.key().equals(key);
                }
                case UserRef.ByExternalIdOrId(var externalId, var id) -> isNamed(user, externalId) || isNamed(user, id);
                case null -> false;
            };
        }

        /// Returns the command, or null if there are several.
        @Nullable
        Command only() {
            return write.commands().size() == 1 ? write.commands().getFirst() : null;
        }
    }

    /// The rest of the state before a request.
    record More(
            Map<UUID, Group> groups,
            Map<UUID, Policy> policies,
            Map<UUID, Affiliations> affiliations,
            Map<UUID, Set<UUID>> policiesOfGroups,
            Map<String, Job> jobs) {
        static More of(TestRealm realm) {
            return new More(
                    new HashMap<>(realm.groups),
                    new HashMap<>(realm.policies),
                    new HashMap<>(realm.affiliations),
                    new HashMap<>(realm.policiesOfGroups),
                    new HashMap<>(realm.jobs));
        }
    }

    interface Law {
        void holdsFor(Asked asked);
    }

    /// Runs the script in a realm with a few users and checks `law` after each request.
    TestRealm run(Law law) {
        TestRealm realm = peopled();
        for (Ask ask : asks) {
            realm.now = realm.now.plusSeconds(ask.waitSeconds);
            Write write = ask.write(realm);
            Map<UUID, User> before = new HashMap<>(realm.users);
            Map<Fingerprint, UUID> bars = new HashMap<>(realm.bars);
            Counters counters = realm.counters;
            More more = More.of(realm);
            Result<Change> result = realm.ask(write);
            law.holdsFor(new Asked(realm, write, before, bars, counters, more, result));
        }
        return realm;
    }

    static TestRealm peopled() {
        TestRealm realm = new TestRealm();
        Enrolment.Enrolled enrolled = new Enrolment.Enrolled("job-1", TestRealm.START);
        realm.user(draft -> {
            draft.email = TestRealm.email("a@x.org");
            draft.externalId = TestRealm.externalId("A");
            draft.rank = Rank.SUPER;
            draft.enrolment = enrolled;
        });
        realm.user(draft -> {
            draft.email = TestRealm.email("b@x.org");
            draft.username = TestRealm.username("b");
            draft.rank = Rank.SUPER;
            draft.enrolment = new Enrolment.ReenrolmentAllowed(enrolled);
        });
        realm.user(draft -> {
            draft.externalId = TestRealm.externalId("C");
            draft.tag = Tag.GUEST;
        });
        realm.user(draft -> {
            draft.username = TestRealm.username("d");
            draft.rank = Rank.ADMIN;
            draft.holds = Holds.NONE.with(new Hold(
                    HoldKind.SUSPENDED,
                    "legal",
                    "r1",
                    "n1",
                    ActorRef.ROOT,
                    TestRealm.START,
                    TestRealm.START.plusSeconds(20)));
        });
        return realm;
    }

    // Generators

    static Arbitrary<Script> any() {
        return any(1);
    }

    /// @param max the maximum number of commands in a request
    static Arbitrary<Script> any(int max) {
        Arbitrary<Ask> register = Combinators.combine(wait_(), who(), registration())
                .as((seconds, who, wish) -> new Ask(seconds, who, null, List.of(wish)));
        Arbitrary<Ask> change = Combinators.combine(
                        wait_(), who(), target(), wish().list().ofMinSize(1).ofMaxSize(max))
                .as(Ask::new);
        Arbitrary<Ask> annul = Combinators.combine(wait_(), target())
                .as((seconds, target) -> new Ask(
                        seconds, Who.ROOT, target, List.of(wish("annul", _ -> new Command.AnnulBar("in error")))));
        Arbitrary<Ask> end = Combinators.combine(wait_(), target())
                .as((seconds, target) ->
                        new Ask(seconds, Who.SYSTEM, target, List.of(wish("endHolds", _ -> new Command.EndHolds()))));
        return Arbitraries.frequencyOf(
                        Tuple.of(3, register), Tuple.of(20, change), Tuple.of(1, annul), Tuple.of(2, end))
                .list()
                .ofMinSize(1)
                .ofMaxSize(25)
                .map(Script::new);
    }

    /// Like [#any], but also with groups, policies and jobs; many later requests refer to those created earlier.
    static Arbitrary<Script> everything(int max) {
        Arbitrary<Ask> change = Combinators.combine(
                        wait_(), who(), target(), wish().list().ofMinSize(1).ofMaxSize(max))
                .as(Ask::new);
        Arbitrary<Ask> leaving = Combinators.combine(wait_(), target(), leaving())
                .as((seconds, target, wish) -> new Ask(seconds, Who.ADMIN, target, List.of(timeless(wish))));
        Arbitrary<Ask> end = Combinators.combine(wait_(), target())
                .as((seconds, target) ->
                        new Ask(seconds, Who.SYSTEM, target, List.of(wish("endHolds", _ -> new Command.EndHolds()))));
        return Arbitraries.frequencyOf(
                        Tuple.of(1, about(registration())),
                        Tuple.of(6, change),
                        Tuple.of(3, leaving),
                        Tuple.of(1, end),
                        Tuple.of(6, about(onGroups())),
                        Tuple.of(6, about(onPolicies())),
                        Tuple.of(9, about(onJobs())))
                .list()
                .ofMinSize(5)
                .ofMaxSize(60)
                .map(Script::new);
    }

    private static Arbitrary<Integer> longWait() {
        return Arbitraries.frequencyOf(Tuple.of(12, wait_()), Tuple.of(1, Arbitraries.just(4000)));
    }

    private static Arbitrary<Ask> about(Arbitrary<Wish> wish) {
        return Combinators.combine(longWait(), who(), wish)
                .as((seconds, who, its) -> new Ask(seconds, who, null, List.of(its)));
    }

    private static Arbitrary<Command> leaving() {
        return Arbitraries.frequencyOf(
                Tuple.of(
                        8,
                        Arbitraries.of(
                                new Command.Remove(null, null),
                                new Command.Expel(null, null),
                                new Command.Restore(null, null),
                                new Command.Restore(null, null),
                                new Command.Reinstate(null, null),
                                new Command.Promote())),
                Tuple.of(1, Arbitraries.of(new Command.Erase(null, null), new Command.Bar(null, null))));
    }

    /// Returns the id of the group or policy with index `number` (modulo the size) in order of creation, or an
    /// unknown id if there are none.
    private static UUID one(Map<UUID, ?> some, int number) {
        return some.isEmpty() ? new UUID(1, 1) : List.copyOf(some.keySet()).get(number % some.size());
    }

    private static Arbitrary<String> names() {
        return Arbitraries.of("One", "ONE", "two", "three", "four", "\u0130ce");
    }

    private static Arbitrary<Wish> onGroups() {
        Arbitrary<Integer> which = Arbitraries.integers().between(0, 3);
        Arbitrary<@Nullable String> words =
                Arbitraries.of("words", "more words").injectNull(0.5);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        3,
                        Combinators.combine(names(), words)
                                .as(Command.CreateGroup::new)
                                .map(Script::timeless)),
                Tuple.of(
                        1,
                        Combinators.combine(which, names().injectNull(0.3), words)
                                .as((n, name, text) -> wish(
                                        "update group " + n + " " + name + " " + text,
                                        realm -> new Command.UpdateGroup(
                                                one(realm.groups, n),
                                                name == null ? null : new Edit<>(name),
                                                new Edit<>(text))))),
                Tuple.of(
                        1,
                        which.map(n ->
                                wish("delete group " + n, realm -> new Command.DeleteGroup(one(realm.groups, n))))),
                Tuple.of(
                        6,
                        Combinators.combine(which, target())
                                .as((n, user) -> wish(
                                        "join " + n + " " + user,
                                        realm -> new Command.AddMember(one(realm.groups, n), user)))),
                Tuple.of(
                        2,
                        Combinators.combine(which, target())
                                .as((n, user) -> wish(
                                        "leave " + n + " " + user,
                                        realm -> new Command.RemoveMember(one(realm.groups, n), user)))));
    }

    private static Arbitrary<Wish> onPolicies() {
        Arbitrary<Integer> which = Arbitraries.integers().between(0, 3);
        Arbitrary<List<String>> resources =
                Arbitraries.of("door", "gate").list().uniqueElements().ofMaxSize(2);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        3,
                        Combinators.combine(names(), resources)
                                .as((name, its) -> timeless(new Command.CreatePolicy(name, null, its)))),
                Tuple.of(
                        1,
                        Combinators.combine(which, names().injectNull(0.3), resources)
                                .as((n, name, its) -> wish(
                                        "update policy " + n + " " + name + " " + its,
                                        realm -> new Command.UpdatePolicy(
                                                one(realm.policies, n),
                                                name == null ? null : new Edit<>(name),
                                                null,
                                                new Edit<>(its))))),
                Tuple.of(
                        1,
                        which.map(n ->
                                wish("delete policy " + n, realm -> new Command.DeletePolicy(one(realm.policies, n))))),
                Tuple.of(
                        6,
                        Combinators.combine(which, target())
                                .as((n, user) -> wish(
                                        "assign " + n + " " + user,
                                        realm -> new Command.AssignUser(one(realm.policies, n), user)))),
                Tuple.of(
                        1,
                        Combinators.combine(which, target())
                                .as((n, user) -> wish(
                                        "unassign " + n + " " + user,
                                        realm -> new Command.UnassignUser(one(realm.policies, n), user)))),
                Tuple.of(
                        3,
                        Combinators.combine(which, which)
                                .as((n, group) -> wish(
                                        "assign " + n + " to group " + group,
                                        realm -> new Command.AssignGroup(
                                                one(realm.policies, n), one(realm.groups, group))))),
                Tuple.of(
                        1,
                        Combinators.combine(which, which)
                                .as((n, group) -> wish(
                                        "unassign " + n + " from group " + group,
                                        realm -> new Command.UnassignGroup(
                                                one(realm.policies, n), one(realm.groups, group))))));
    }

    /// Generates commands on jobs whose extras and values occur nowhere else, so that a law can search for them.
    private static Arbitrary<Wish> onJobs() {
        Arbitrary<String> jobId = Arbitraries.of("j0", "j1", "j2", "j3", "job-1");
        Arbitrary<String> text = Arbitraries.of("A", "A", "C", "G", "H", "stranger");
        Arbitrary<JobRequest> job = Combinators.combine(
                        jobId,
                        Arbitraries.of(1, 1, 1, 4, 2, 5),
                        text,
                        Arbitraries.of(true, true, false),
                        Arbitraries.of("{\"secret\":1}", "{\"secret\":2}").injectNull(0.4),
                        Arbitraries.of(true, false, false, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(Outcome.class))
                .as((id, type, who, registers, extras, permit, retry, outcome) -> new JobRequest(
                        id,
                        new JobType(type),
                        new JobRequest.ForUser(
                                UserRef.externalIdOrId(who), who, registers ? TestRealm.externalId(who) : null),
                        extras,
                        extras == null ? null : "https://secret.example.com",
                        permit,
                        retry,
                        outcome));
        Arbitrary<Digest> token = Arbitraries.of(1, 2).map(n -> new Digest(new byte[] {n.byteValue()}));
        Arbitrary<@Nullable Evidence> evidence = Arbitraries.of(1, 2, 3)
                .map(n -> new Evidence(
                        new UUID(3, n),
                        n,
                        new Digest(new byte[] {n.byteValue()}),
                        new Evidence.Key(new byte[] {n.byteValue()}),
                        TestRealm.START.plusSeconds(1000 + n)))
                .injectNull(0.4);
        Arbitrary<Command> commands = Arbitraries.frequencyOf(
                Tuple.of(3, Combinators.combine(job, token).as(JobCommand.ReserveJob::new)),
                Tuple.of(1, Combinators.combine(job, token, evidence).as(JobCommand.SubmitJob::new)),
                Tuple.of(1, Combinators.combine(jobId, token).as(JobCommand.FreeJobId::new)),
                Tuple.of(
                        8,
                        Combinators.combine(job, evidence)
                                .as((its, file) -> new JobCommand.SubmitJob(its, null, file))),
                Tuple.of(
                        8,
                        Combinators.combine(
                                        jobId,
                                        Arbitraries.of(
                                                Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.PROVISIONAL),
                                        Arbitraries.of("secret words").injectNull(0.5))
                                .as((id, outcome, words) -> new JobCommand.GiveVerdict(
                                        id,
                                        new Verdict(outcome, words == null ? null : new BigDecimal("99.5"), words)))),
                Tuple.of(2, jobId.map(id -> new JobCommand.ReviewJob(id, "secret note", null))));
        Arbitrary<Wish> promised = Combinators.combine(job, token, evidence)
                .as((its, key, file) -> wish(
                        "submit what is reserved as " + its.jobId() + ", or else " + its,
                        realm -> new JobCommand.SubmitJob(reserved(realm, its), key, file)));
        return Arbitraries.frequencyOf(Tuple.of(9, commands.map(Script::timeless)), Tuple.of(1, promised));
    }

    private static JobRequest reserved(TestRealm realm, JobRequest otherwise) {
        Job job = realm.jobs.get(otherwise.jobId());
        Job.Reservation reservation = job == null ? null : job.reservation();
        return reservation == null ? otherwise : reservation.job();
    }

    /// Generates only commands that add or remove active SUPERs; there are two at first.
    static Arbitrary<Script> ofSupers() {
        Arbitrary<Command> commands = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(Rank.class).map(Command.ChangeRank::new)),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                new Command.Remove(null, null),
                                new Command.Expel(null, null),
                                new Command.Restore(null, null),
                                new Command.Reinstate(null, null),
                                new Command.Erase(null, null))),
                Tuple.of(1, Arbitraries.just(new Command.Bar(null, null))));
        return Combinators.combine(Arbitraries.longs().between(1, 3), commands.map(Script::timeless))
                .as((number, wish) -> new Ask(0, Who.ADMIN, UserRef.number(number), List.of(wish)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(Script::new);
    }

    /// Generates only commands that move cards between users.
    static Arbitrary<Script> ofCards() {
        return Combinators.combine(Arbitraries.longs().between(1, 3), cards().map(Script::timeless))
                .as((number, wish) -> new Ask(0, Who.ADMIN, UserRef.number(number), List.of(wish)))
                .list()
                .ofMinSize(2)
                .ofMaxSize(12)
                .map(Script::new);
    }

    private static Arbitrary<Integer> wait_() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(3, Arbitraries.integers().between(1, 12)));
    }

    private static Arbitrary<Who> who() {
        return Arbitraries.frequency(
                Tuple.of(20, Who.ADMIN), Tuple.of(2, Who.MANAGER), Tuple.of(1, Who.VIEWER), Tuple.of(1, Who.ROOT));
    }

    private static Arbitrary<UserRef> target() {
        Arbitrary<UserRef> number = Arbitraries.longs().between(1, 6).map(UserRef::number);
        Arbitrary<UserRef> identifier = identifier().map(which -> new UserRef.ByIdentifier(which.key()));
        return Arbitraries.frequencyOf(Tuple.of(6, number), Tuple.of(1, identifier));
    }

    private static Arbitrary<Identifier> identifier() {
        return Arbitraries.oneOf(email(), externalId(), username());
    }

    /// Generates email addresses, some of which differ only in case.
    private static Arbitrary<Identifier> email() {
        return Arbitraries.of("a@x.org", "A@X.org", "b@x.org", "c@x.org", "e@x.org", "E@x.org")
                .map(TestRealm::email);
    }

    private static Arbitrary<Identifier> externalId() {
        return Arbitraries.of("A", "a", "C", "G").map(TestRealm::externalId);
    }

    private static Arbitrary<Identifier> username() {
        return Arbitraries.of("b", "B", "d", "h").map(TestRealm::username);
    }

    private static Arbitrary<Wish> registration() {
        return Combinators.combine(
                        email().injectNull(0.3),
                        externalId().injectNull(0.5),
                        username().injectNull(0.7),
                        Arbitraries.of(Tag.class))
                .as((email, externalId, username, tag) ->
                        new Command.Register(email, externalId, username, "Ada", null, "L", tag, "{\"a\":1}"))
                .map(Script::timeless);
    }

    private static Arbitrary<Wish> wish() {
        Arbitrary<@Nullable String> reason = Arbitraries.of("r1", "r2").injectNull(0.5);
        Arbitrary<@Nullable String> note = Arbitraries.of("n1", "n2").injectNull(0.5);
        Arbitrary<HoldKind> kind =
                Arbitraries.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD);
        Arbitrary<String> label =
                Arbitraries.frequency(Tuple.of(3, "main"), Tuple.of(1, "legal"), Tuple.of(1, "other"));
        Arbitrary<Integer> lasting = Arbitraries.integers().between(-1, 30).injectNull(0.4);
        Arbitrary<Wish> place = Combinators.combine(kind, label, reason, note, lasting)
                .as((k, l, r, n, seconds) -> wish(
                        "place " + k + "." + l + " " + r + " " + n + " for " + seconds,
                        realm -> new Command.PlaceHold(
                                k, l, r, n, seconds == null ? null : realm.now.plusSeconds(seconds))));
        Arbitrary<Command> others = Arbitraries.frequencyOf(
                Tuple.of(3, kind.map(Command.EnsureHold::new)),
                Tuple.of(5, Combinators.combine(kind, label, note, note).as(Command.ReleaseHold::new)),
                Tuple.of(3, kind.map(Command.LiftHold::new)),
                Tuple.of(2, Arbitraries.just(new Command.ToggleSuspension())),
                Tuple.of(2, Combinators.combine(reason, note).as(Command.Reinstate::new)),
                Tuple.of(1, Arbitraries.of(Status.class).set().ofMinSize(1).map(Command.ExpectStatus::new)),
                Tuple.of(2, Combinators.combine(reason, note).as(Command.Remove::new)),
                Tuple.of(1, Combinators.combine(reason, note).as(Command.Expel::new)),
                Tuple.of(2, Combinators.combine(reason, note).as(Command.Restore::new)),
                Tuple.of(1, Combinators.combine(reason, note).as(Command.Bar::new)),
                Tuple.of(1, Combinators.combine(reason, note).as(Command.Erase::new)),
                Tuple.of(2, Arbitraries.of(Rank.class).map(Command.ChangeRank::new)),
                Tuple.of(1, Arbitraries.just(new Command.Promote())),
                Tuple.of(1, Arbitraries.just(new Command.ConfirmEmail())),
                Tuple.of(1, Arbitraries.just(new Command.RequestInvitation())),
                Tuple.of(2, cards()),
                Tuple.of(
                        1,
                        Arbitraries.of("w1", "w2")
                                .list()
                                .uniqueElements()
                                .ofMaxSize(2)
                                .map(Command.ReplaceWorkstations::new)),
                Tuple.of(1, Arbitraries.of(true, false).map(Command.AllowReenrolment::new)),
                Tuple.of(4, update()));
        return Arbitraries.frequencyOf(Tuple.of(1, place), Tuple.of(5, others.map(Script::timeless)));
    }

    private static Arbitrary<Command> cards() {
        return Combinators.combine(
                        Arbitraries.of(new Card("1", null), new Card("2", "two"), new Card("3", null))
                                .list()
                                .uniqueElements()
                                .ofMaxSize(2),
                        Arbitraries.of(true, false))
                .as(Command.ReplaceCards::new);
    }

    private static Arbitrary<Command> update() {
        Arbitrary<@Nullable Edit<@Nullable String>> name = Arbitraries.of("Ada", "Grace")
                .injectNull(0.2)
                .map(Edit<@Nullable String>::new)
                .injectNull(0.7);
        return Combinators.combine(
                        email().injectNull(0.2)
                                .map(Edit<@Nullable Identifier>::new)
                                .injectNull(0.5),
                        externalId()
                                .injectNull(0.2)
                                .map(Edit<@Nullable Identifier>::new)
                                .injectNull(0.7),
                        username()
                                .injectNull(0.2)
                                .map(Edit<@Nullable Identifier>::new)
                                .injectNull(0.7),
                        name,
                        Arbitraries.of("{\"b\":2}")
                                .injectNull(0.2)
                                .map(Edit<@Nullable String>::new)
                                .injectNull(0.8))
                .as((email, externalId, username, named, metadata) -> Command.Update.of(edits -> {
                    edits.email = email;
                    edits.externalId = externalId;
                    edits.username = username;
                    edits.name = named;
                    edits.givenName = named;
                    edits.metadata = metadata;
                }));
    }

    private static Wish timeless(Command command) {
        return wish(command.toString(), _ -> command);
    }

    private static Wish wish(String words, Function<TestRealm, Command> at) {
        return new Wish(words, at);
    }

    /// Splits the requests, in order, into groups of `size`. The requests of a group share an instant.
    List<List<Ask>> groups(int size) {
        List<List<Ask>> groups = new ArrayList<>();
        for (int i = 0; i < asks.size(); i += size) {
            groups.add(asks.subList(i, Math.min(asks.size(), i + size)));
        }
        return groups;
    }
}
