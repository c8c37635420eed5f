package dev.muster.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// What happens to a small realm: requests of all sorts, some of them nonsense, by actors who may and who may not,
/// with waits between them that are about as long as holds last. The pools are small, so that requests meet.
record Script(List<Ask> asks) {
    /// One request, `waitSeconds` after the one before.
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
                    wishes.stream().map(wish -> wish.at().apply(realm.now)).toList();
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

    /// A command, some of which name instants that are counted from when they are asked for.
    record Wish(String words, Function<Instant, Command> at) {
        @Override
        public String toString() {
            return words;
        }
    }

    /// A request as it was carried out.
    record Asked(
            TestRealm realm,
            Write write,
            Map<UUID, User> before,
            Map<Fingerprint, UUID> barsBefore,
            Counters countersBefore,
            Result<Change> result) {
        List<Event> events() {
            return result instanceof Result.Ok<Change>(var change) ? change.events() : List.of();
        }

        /// The user that the request is about, as seen when it was asked; null where there was none.
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

        /// The only command, or null where there are several.
        @Nullable
        Command only() {
            return write.commands().size() == 1 ? write.commands().getFirst() : null;
        }
    }

    interface Law {
        void holdsFor(Asked asked);
    }

    /// Runs it in a realm that has a few users to begin with, and looks at each request when it is done.
    TestRealm run(Law law) {
        TestRealm realm = peopled();
        for (Ask ask : asks) {
            realm.now = realm.now.plusSeconds(ask.waitSeconds);
            Write write = ask.write(realm);
            Map<UUID, User> before = new HashMap<>(realm.users);
            Map<Fingerprint, UUID> bars = new HashMap<>(realm.bars);
            Counters counters = realm.counters;
            Result<Change> result = realm.ask(write);
            law.holdsFor(new Asked(realm, write, before, bars, counters, result));
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

    // How scripts are made.

    static Arbitrary<Script> any() {
        return any(1);
    }

    /// @param most how many commands a request has at most
    static Arbitrary<Script> any(int most) {
        Arbitrary<Ask> register = Combinators.combine(wait_(), who(), registration())
                .as((seconds, who, wish) -> new Ask(seconds, who, null, List.of(wish)));
        Arbitrary<Ask> change = Combinators.combine(
                        wait_(), who(), target(), wish().list().ofMinSize(1).ofMaxSize(most))
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

    /// Only what makes and takes away SUPERs in service, of whom there are two to begin with.
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

    /// Only cards that go from hand to hand.
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

    /// Some differ by letter case alone.
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
                        now -> new Command.PlaceHold(k, l, r, n, seconds == null ? null : now.plusSeconds(seconds))));
        Arbitrary<Command> others = Arbitraries.frequencyOf(
                Tuple.of(3, kind.map(Command.AssertHold::new)),
                Tuple.of(5, Combinators.combine(kind, label, note).as(Command.ReleaseHold::new)),
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
                .as((email, externalId, username, named, metadata) ->
                        new Command.Update(email, externalId, username, named, named, null, metadata, null));
    }

    private static Wish timeless(Command command) {
        return wish(command.toString(), _ -> command);
    }

    private static Wish wish(String words, Function<Instant, Command> at) {
        return new Wish(words, at);
    }

    /// All that happens to the same users in the same order, in groups of `size` that share a moment.
    List<List<Ask>> groups(int size) {
        List<List<Ask>> groups = new ArrayList<>();
        for (int i = 0; i < asks.size(); i += size) {
            groups.add(asks.subList(i, Math.min(asks.size(), i + size)));
        }
        return groups;
    }
}
