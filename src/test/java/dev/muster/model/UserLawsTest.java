package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Card;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/// Properties of every user of a realm that hold after any sequence of requests.
class UserLawsTest {
    @Provide
    Arbitrary<Script> scripts() {
        return Script.any(3);
    }

    @Provide
    Arbitrary<Script> ofCards() {
        return Script.ofCards();
    }

    @Provide
    Arbitrary<Script> ofSupers() {
        return Script.ofSupers();
    }

    /// Generates requests with one command each, so that a law knows which command was executed.
    @Provide
    Arbitrary<Script> single() {
        return Script.any();
    }

    // Holds

    @Property(tries = 250)
    void aHoldComesAndGoesWithoutTouchingAnother(@ForAll("single") Script script) {
        script.run(asked -> {
            User before = asked.target();
            if (before == null || asked.only() == null || asked.events().isEmpty()) {
                return;
            }
            Set<String> moved = moves(asked.only(), before);
            User after = asked.realm().get(before.id()).at(asked.realm().now);
            assertThat(others(after, moved)).isEqualTo(others(before, moved));
        });
    }

    private static List<Hold> others(User user, Set<String> moved) {
        return user.holds().only(hold -> !moved.contains(hold.field())).all();
    }

    /// Returns the fields of the holds that the command may change.
    private static Set<String> moves(Command command, User user) {
        return switch (command) {
            case Command.PlaceHold(var kind, var label, var _, var _, var _) -> Set.of(field(kind, label));
            case Command.EnsureHold(var kind) -> Set.of(field(kind, "main"));
            case Command.ReleaseHold(var kind, var label, var _, var _) -> Set.of(field(kind, label));
            case Command.LiftHold(var kind) -> Set.of(field(kind, "main"));
            case Command.ToggleSuspension() -> Set.of("holds.suspended.main");
            case Command.Reinstate _ -> Set.of("holds.suspended.main", "holds.deactivated.main", "holds.removed.main");
            case Command.Remove _, Command.Expel _, Command.Restore _ -> Set.of("holds.removed.main");
            case Command.AnnulBar _ -> Set.of("holds.barred.main");
            // These commands may change every hold.
            case Command.Bar _, Command.Erase _ -> {
                Set<String> all = new HashSet<>(Set.of("holds.barred.main", "holds.removed.main"));
                user.holds().all().forEach(hold -> all.add(hold.field()));
                yield all;
            }
            default -> Set.of();
        };
    }

    private static String field(HoldKind kind, String label) {
        return "holds." + kind.wireName() + "." + label;
    }

    @Property(tries = 200)
    void activeAtIsWhenTheUserLastCameIntoGoodStanding(@ForAll("single") Script script) {
        Map<UUID, Instant> expected = new HashMap<>();
        Map<UUID, Instant> seenAt = new HashMap<>();
        script.run(asked -> {
            Instant now = asked.realm().now;
            asked.before().forEach((id, user) -> {
                Instant from = seenAt.getOrDefault(id, TestRealm.START);
                for (Instant end : ends(user)) {
                    boolean passed = end.isAfter(from) && !end.isAfter(now);
                    if (passed && !allowed(user, end.minusMillis(1)) && allowed(user, end)) {
                        expected.put(id, end);
                    }
                }
            });
            asked.realm().users.forEach((id, user) -> {
                User before = asked.before().get(id);
                if (before == null || (!allowed(before, now) && allowed(user, now))) {
                    expected.put(id, now);
                }
                seenAt.put(id, now);
                assertThat(user.at(now).activeAt()).isEqualTo(expected.getOrDefault(id, TestRealm.START));
            });
        });
    }

    private static boolean allowed(User user, Instant at) {
        return user.holds().decision(at) == Decision.ALLOW;
    }

    private static Set<Instant> ends(User user) {
        Set<Instant> ends = new TreeSet<>();
        for (Hold hold : user.holds().all()) {
            if (hold.until() != null) {
                ends.add(hold.until());
            }
        }
        return ends;
    }

    @Property(tries = 200)
    void seeingAUserTwiceIsSeeingThemOnce(@ForAll("scripts") Script script, @ForAll @IntRange(max = 60) int later) {
        TestRealm realm = script.run(_ -> {});
        Instant far = realm.now.plusSeconds(60);
        for (User user : realm.users.values()) {
            User between = user.at(realm.now.plusSeconds(later));
            assertThat(between.at(far)).isEqualTo(user.at(far));
            assertThat(between.holds()).isEqualTo(user.holds().at(realm.now.plusSeconds(later)));
        }
    }

    // Versions and journal

    @Property(tries = 250)
    void theVersionGoesUpByOneForEachRequestThatChangedTheUserAndNeverOtherwise(@ForAll("scripts") Script script) {
        script.run(asked -> {
            boolean changed = asked.events().stream()
                    .anyMatch(event -> event.action() != Event.Action.USER_HOLD_ENDED
                            && event.action() != Event.Action.USER_INVITATION_REQUESTED);
            UUID about = asked.events().isEmpty()
                    ? null
                    : asked.events().getFirst().subject().id();
            asked.realm().users.forEach((id, after) -> {
                User before = asked.before().get(id);
                if (before == null) {
                    assertThat(after.version()).isEqualTo(1);
                } else if (changed && id.equals(about)) {
                    assertThat(after.version()).isEqualTo(before.version() + 1);
                    assertThat(after.updatedAt()).isEqualTo(asked.realm().now);
                } else {
                    assertThat(after.version()).isEqualTo(before.version());
                    assertThat(after.updatedAt()).isEqualTo(before.updatedAt());
                    assertThat(after.at(asked.realm().now)).isEqualTo(before.at(asked.realm().now));
                }
            });
        });
    }

    @Property(tries = 200)
    void refusedRequestsChangeNothing(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (asked.result() instanceof Result.Refused<Change>) {
                assertThat(asked.realm().users).isEqualTo(asked.before());
                assertThat(asked.realm().bars).isEqualTo(asked.barsBefore());
                assertThat(asked.realm().counters).isEqualTo(asked.countersBefore());
                // The same request must be refused again.
                assertThat(asked.realm().ask(asked.write())).isEqualTo(asked.result());
            }
        });
    }

    @Property(tries = 250)
    void aCommandRepeatedAtOnceChangesNothing(@ForAll("single") Script script) {
        script.run(asked -> {
            boolean repeatable = switch (asked.only()) {
                case Command.ToggleSuspension _, Command.Promote _, Command.RequestInvitation _, Command.Register _ ->
                    false;
                case null, default -> true;
            };
            if (asked.result() instanceof Result.Ok<Change>(var change) && repeatable) {
                UserRef same = UserRef.id(change.user().id());
                Write write = asked.write();
                Change again = TestRealm.ok(asked.realm().ask(new Write(write.actor(), same, write.commands(), null)));
                assertThat(again.events()).isEmpty();
                assertThat(again.user()).isEqualTo(change.user());
            }
        });
    }

    @Property(tries = 200)
    void eachEntryFollowsInTimeAndTellsOfWhatChanged(@ForAll("scripts") Script script) {
        Map<UUID, Instant> last = new HashMap<>();
        script.run(asked -> asked.events().forEach(event -> {
            UUID user = event.subject().id();
            assertThat(event.at()).isBetween(last.getOrDefault(user, TestRealm.START), asked.realm().now);
            last.put(user, event.at());
            boolean ended = event.action() == Event.Action.USER_HOLD_ENDED;
            assertThat(event.actor())
                    .isEqualTo(ended ? ActorRef.SYSTEM : asked.write().actor().ref());
            assertThat(event.changes().isEmpty())
                    .isEqualTo(event.action() == Event.Action.USER_ERASED
                            || event.action() == Event.Action.USER_INVITATION_REQUESTED);
            if (ended) {
                assertThat(event.changes().byField()).doesNotContainKeys("version", "updatedAt");
            }
        }));
    }

    /// How requests are grouped into transactions must not be observable.
    @Property(tries = 200)
    void batchingIsInvisible(@ForAll("scripts") Script script, @ForAll @IntRange(min = 2, max = 8) int size) {
        runsTheSameInGroups(script, size);
    }

    @Property(tries = 200)
    void batchingIsInvisibleToCards(@ForAll("ofCards") Script script, @ForAll @IntRange(min = 2, max = 8) int size) {
        runsTheSameInGroups(script, size);
    }

    private static void runsTheSameInGroups(Script script, int size) {
        TestRealm alone = Script.peopled();
        TestRealm together = Script.peopled();
        for (List<Script.Ask> group : script.groups(size)) {
            alone.now = alone.now.plusSeconds(group.getFirst().waitSeconds());
            together.now = alone.now;
            List<Result<Change>> apart = new ArrayList<>();
            group.forEach(ask -> apart.add(alone.ask(ask.write(alone))));
            List<Write> writes = group.stream().map(ask -> ask.write(together)).toList();
            assertThat(together.batch(writes)).isEqualTo(apart);
        }
        assertThat(together.users).isEqualTo(alone.users);
        assertThat(together.bars).isEqualTo(alone.bars);
        assertThat(together.counters).isEqualTo(alone.counters);
        assertThat(together.journal).isEqualTo(alone.journal);
    }

    // The realm as a whole

    @Property(tries = 250)
    void countersAreACountAndNumbersDense(@ForAll("scripts") Script script) {
        script.run(asked -> {
            TestRealm realm = asked.realm();
            Counters counted = Counters.ZERO;
            Set<Long> numbers = new TreeSet<>();
            for (User user : realm.users.values()) {
                counted = counted.moved(null, user);
                numbers.add(user.number());
            }
            assertThat(present(realm.counters)).isEqualTo(present(counted));
            // The current state reveals only the difference between placed and ended holds.
            assertThat(realm.counters.holdsPlaced() - realm.counters.holdsEnded())
                    .isEqualTo(counted.holdsPlaced());
            assertThat(realm.lastNumber).isEqualTo(realm.users.size());
            assertThat(numbers).hasSize(realm.users.size()).allMatch(number -> number >= 1 && number <= numbers.size());
            assertThat(realm.counters.supersInService())
                    .isEqualTo(realm.users.values().stream()
                            .filter(user -> user.rank() == Rank.SUPER && !user.isRemoved() && !user.isBarred())
                            .count());
        });
    }

    @Property(tries = 250)
    void identifiersAreUniqueAndEveryUserHasOne(@ForAll("scripts") Script script) {
        script.run(asked -> {
            Set<Identifier.Key> seen = new HashSet<>();
            for (User user : asked.realm().users.values()) {
                int has = 0;
                for (Identifier.Kind kind : Identifier.Kind.values()) {
                    Identifier identifier = user.identifier(kind);
                    if (identifier != null) {
                        has++;
                        assertThat(seen.add(identifier.key())).isTrue();
                    }
                }
                assertThat(has > 0).isNotEqualTo(user.isErased());
                assertThat(user.emailConfirmedAt() != null && user.email() == null)
                        .isFalse();
            }
        });
    }

    @Property(tries = 250)
    void cardsAreOneUsersUnlessTheCallerAllowsOtherwise(@ForAll("ofCards") Script script) {
        script.run(asked -> {
            if (asked.only() instanceof Command.ReplaceCards(var cards, var duplicates)
                    && !duplicates
                    && asked.target() != null
                    && !asked.events().isEmpty()) {
                User before = asked.target();
                for (Card card : cards) {
                    boolean had = before.cards().stream()
                            .anyMatch(mine -> mine.number().equals(card.number()));
                    assertThat(had
                                    || asked.before().values().stream()
                                            .noneMatch(other -> !other.id().equals(before.id())
                                                    && other.cards().stream()
                                                            .anyMatch(theirs -> theirs.number()
                                                                    .equals(card.number()))))
                            .isTrue();
                }
            }
        });
    }

    // Bars, removal, erasure

    @Property(tries = 250)
    void aBarredUserNeverChangesButByErasureOrRootsAnnulment(@ForAll("scripts") Script script) {
        script.run(asked -> asked.before().forEach((id, before) -> {
            if (before.isBarred()) {
                assertThat(before.holds().nextEnd()).isNull();
            }
            if (before.isBarred() && !asked.realm().get(id).equals(before)) {
                assertThat(asked.events()).allMatch(event -> switch (event.action()) {
                    case USER_ERASED -> true;
                    case USER_BAR_ANNULLED -> event.actor().equals(ActorRef.ROOT);
                    default -> false;
                });
            }
        }));
    }

    @Property(tries = 250)
    void noUserTakesABarredIdentifier(@ForAll("single") Script script) {
        Map<Identifier.Key, UUID> barred = new HashMap<>();
        script.run(asked -> {
            asked.realm().users.forEach((id, user) -> {
                for (Identifier.Kind kind : List.of(Identifier.Kind.EMAIL, Identifier.Kind.EXTERNAL_ID)) {
                    Identifier identifier = user.identifier(kind);
                    if (identifier != null) {
                        if (user.isBarred()) {
                            barred.put(identifier.key(), id);
                        } else {
                            barred.remove(identifier.key(), id);
                            assertThat(barred).doesNotContainKey(identifier.key());
                        }
                    }
                }
            });
            assertThat(asked.realm().bars).hasSize(barred.size());
            barred.forEach((key, id) -> assertThat(asked.realm().bars).containsEntry(TestRealm.PRINTS.of(key), id));
        });
    }

    @Property(tries = 250)
    void barredGoesBeforeTakenAndBeforeNotFound(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (!(asked.result() instanceof Result.Refused<Change>(var refusal))) {
                return;
            }
            if (refusal instanceof Refusal.NotFound
                    && asked.write().target() instanceof UserRef.ByIdentifier(var key)) {
                assertThat(asked.barsBefore()).doesNotContainKey(TestRealm.PRINTS.of(key));
            }
            if (refusal instanceof Refusal.Taken && asked.only() != null) {
                User owner = asked.target();
                for (Identifier.Kind kind : List.of(Identifier.Kind.EMAIL, Identifier.Kind.EXTERNAL_ID)) {
                    Identifier wanted = wanted(asked.only(), kind);
                    Identifier own = owner == null ? null : owner.identifier(kind);
                    if (wanted != null && (own == null || !own.key().equals(wanted.key()))) {
                        assertThat(asked.barsBefore()).doesNotContainKey(TestRealm.PRINTS.of(wanted.key()));
                    }
                }
            }
        });
    }

    private static @Nullable Identifier wanted(Command command, Identifier.Kind kind) {
        return switch (command) {
            case Command.Register register -> register.identifier(kind);
            case Command.Update update -> {
                Edit<@Nullable Identifier> edit = update.identifier(kind);
                yield edit == null ? null : edit.value();
            }
            default -> null;
        };
    }

    @Property(tries = 250)
    void aRemovedUserAllowsFewChangesAndAnErasedOneNone(@ForAll("single") Script script) {
        script.run(asked -> {
            User before = asked.target();
            if (before == null || asked.result() instanceof Result.Refused<Change>) {
                return;
            }
            if (before.isErased()) {
                assertThat(asked.only()).isInstanceOfAny(Command.Erase.class, Command.EndHolds.class);
                assertThat(asked.events()).allMatch(event -> event.action() == Event.Action.USER_HOLD_ENDED);
            } else if (before.isRemoved()) {
                assertThat(asked.only())
                        .isNotInstanceOfAny(
                                Command.ToggleSuspension.class,
                                Command.ChangeRank.class,
                                Command.Promote.class,
                                Command.ConfirmEmail.class,
                                Command.RequestInvitation.class,
                                Command.ReplaceCards.class,
                                Command.ReplaceWorkstations.class,
                                Command.AllowReenrolment.class);
                User after = asked.realm().get(before.id());
                if (!after.isErased()) {
                    assertThat(after.rank()).isEqualTo(before.rank());
                    assertThat(after.tag()).isEqualTo(before.tag());
                    assertThat(after.deviceAddedAt()).isEqualTo(before.deviceAddedAt());
                }
            }
        });
    }

    // Ranks

    @Property(tries = 250)
    void ranksComeFromSuperActorsOnlyAndGuestsHaveNone(@ForAll("scripts") Script script) {
        script.run(asked -> {
            asked.realm().users.forEach((id, user) -> {
                assertThat(user.tag() == Tag.GUEST && user.rank() != Rank.REGULAR)
                        .isFalse();
                User before = asked.before().get(id);
                if (user.rank() != (before == null ? Rank.REGULAR : before.rank())) {
                    assertThat(asked.write().actor().rank()).isEqualTo(Rank.SUPER);
                }
                if (before != null && before.tag() == Tag.USER) {
                    assertThat(user.tag()).isEqualTo(Tag.USER);
                }
            });
        });
    }

    @Property(tries = 250)
    void theLastSuperIsNeverLost(@ForAll("ofSupers") Script script) {
        script.run(asked -> {
            if (asked.countersBefore().supersInService() > 0) {
                assertThat(asked.realm().counters.supersInService()).isPositive();
            }
        });
    }

    @Property(tries = 200)
    void forbiddenActionsAreRefused(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (asked.result() instanceof Result.Ok<Change>) {
                Actor actor = asked.write().actor();
                assertThat(asked.write().commands()).allMatch(command -> switch (command) {
                    case Command.AnnulBar _ -> actor.isRoot();
                    case Command.EndHolds _ -> actor.ref().equals(ActorRef.SYSTEM);
                    default -> command.scope() != null && actor.may(command.scope());
                });
            }
        });
    }

    /// Returns the counters without those of past events.
    private static List<String> present(Counters counters) {
        return Stream.of(counters.text().split(",", -1))
                .filter(counter -> !counter.startsWith("holds") && !counter.startsWith("keys"))
                .toList();
    }
}
