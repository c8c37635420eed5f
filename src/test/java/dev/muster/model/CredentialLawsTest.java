package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// Properties of keys and operators that hold whoever creates or revokes them.
class CredentialLawsTest {
    /// One request by the `by`th credential ever created, targeting the `about`th.
    record Deed(int by, int about, int waitSeconds, What what) {}

    sealed interface What {}

    record MakeKey(
            Set<Scope> scopes,
            Rank rank,
            @Nullable Integer lasting,
            @Nullable String addresses) implements What {}

    record RotateKey(int overlap, @Nullable Integer lasting) implements What {}

    record RevokeKey(boolean descendants) implements What {}

    record ExpireKey(int lasting) implements What {}

    record MakeOperator(String username, Role role) implements What {}

    record OnOperator(String username, int which) implements What {}

    @Provide
    Arbitrary<List<Deed>> deeds() {
        Arbitrary<Set<Scope>> scopes = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.of(Scope.class).set()),
                Tuple.of(3, Arbitraries.of(Role.class).map(Role::scopes)),
                Tuple.of(1, Arbitraries.just(Set.of(Scope.KEYS_WRITE))));
        Arbitrary<What> what = Arbitraries.frequencyOf(
                Tuple.of(
                        4,
                        Combinators.combine(
                                        scopes,
                                        Arbitraries.of(Rank.class),
                                        Arbitraries.integers().between(-1, 20).injectNull(0.5),
                                        Arbitraries.of("10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0")
                                                .injectNull(0.7))
                                .as(MakeKey::new)),
                Tuple.of(
                        2,
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 8),
                                        Arbitraries.integers().between(-1, 20).injectNull(0.7))
                                .as(RotateKey::new)),
                Tuple.of(4, Arbitraries.of(new RevokeKey(false), new RevokeKey(true))),
                Tuple.of(2, Arbitraries.integers().between(-1, 20).map(ExpireKey::new)),
                Tuple.of(
                        2,
                        Combinators.combine(Arbitraries.of("ada", "ADA", "bob"), Arbitraries.of(Role.class))
                                .as(MakeOperator::new)),
                Tuple.of(
                        2,
                        Combinators.combine(
                                        Arbitraries.of("ada", "bob", "eve"),
                                        Arbitraries.integers().between(0, 7))
                                .as(OnOperator::new)));
        Arbitrary<Integer> index = Arbitraries.integers().between(0, 9);
        return Combinators.combine(index, index, Arbitraries.integers().between(0, 6), what)
                .as(Deed::new)
                .list()
                .ofMaxSize(20);
    }

    private record Done(TestRealm realm, Actor actor, Command command, Result<Change> result, boolean hadMaker) {
        boolean ok() {
            return result instanceof Result.Ok<Change>;
        }
    }

    private interface Law {
        void holdsFor(Done done);
    }

    private static void run(List<Deed> deeds, Law law) {
        TestRealm realm = new TestRealm();
        for (Deed deed : deeds) {
            realm.now = realm.now.plusSeconds(deed.waitSeconds);
            List<Actor> actors = new ArrayList<>();
            realm.keys.values().forEach(key -> actors.add(key.actor()));
            realm.operators
                    .values()
                    .forEach(operator -> actors.add(operator.actor().withProofAt(realm.now)));
            Actor actor = actors.get(deed.by % actors.size());
            List<UUID> keys = List.copyOf(realm.keys.keySet());
            Command command = command(realm, deed, keys.get(deed.about % keys.size()));
            boolean hadMaker = hasMaker(realm);
            law.holdsFor(new Done(realm, actor, command, realm.ask(actor, null, command), hadMaker));
        }
    }

    private static Command command(TestRealm realm, Deed deed, UUID about) {
        return switch (deed.what) {
            case MakeKey(var scopes, var rank, var lasting, var addresses) -> {
                Instant expiresAt = lasting == null ? null : realm.now.plusSeconds(lasting);
                Digest hash = new Digest(new byte[] {1});
                yield new Command.CreateKey(
                        realm.freshId(),
                        "key",
                        null,
                        scopes,
                        rank,
                        lasting != null,
                        expiresAt,
                        addresses == null ? null : AllowedAddresses.parse(addresses),
                        hash,
                        null,
                        "secret");
            }
            case RotateKey(var overlap, var lasting) ->
                new Command.RotateKey(
                        about,
                        realm.freshId(),
                        Duration.ofSeconds(overlap),
                        lasting == null ? null : realm.now.plusSeconds(lasting),
                        new Digest(new byte[] {1}),
                        null,
                        "secret");
            case RevokeKey(var descendants) -> new Command.RevokeKey(about, descendants);
            case ExpireKey(var lasting) -> new Command.ExpireKey(about, realm.now.plusSeconds(lasting));
            case MakeOperator(var username, var role) ->
                new OperatorCommand.CreateOperator(TestRealm.username(username), role, "hash");
            case OnOperator(var username, var which) -> {
                Identifier.Key name = TestRealm.username(username).key();
                yield switch (which) {
                    case 0 -> new OperatorCommand.DisableOperator(name);
                    case 1 -> new OperatorCommand.EnableOperator(name);
                    case 2 -> new OperatorCommand.SignOutOperator(name);
                    case 3 -> new OperatorCommand.DeleteOperator(name);
                    case 4 -> new OperatorCommand.ChangeOperatorRole(name, Role.VIEWER);
                    case 5 -> new OperatorCommand.ChangeOperatorRole(name, Role.MANAGER);
                    case 6 -> new OperatorCommand.ChangeOperatorRole(name, Role.ADMIN);
                    default -> new OperatorCommand.ChangePassword(name, "other");
                };
            }
        };
    }

    private static boolean hasMaker(TestRealm realm) {
        return realm.keys.values().stream()
                .anyMatch(key -> key.isLive(realm.now) && key.scopes().contains(Scope.KEYS_WRITE));
    }

    @Property(tries = 400)
    void credentialsCannotExceedTheirCreators(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.command instanceof Command.CreateKey key) {
                assertThat(done.actor.scopes()).containsAll(key.scopes());
                assertThat(key.rank()).isLessThanOrEqualTo(done.actor.rank());
            }
            if (done.ok() && done.command instanceof OperatorCommand.ChangeOperatorRole(var _, var role)) {
                assertThat(done.actor.scopes()).containsAll(role.scopes());
                assertThat(role.rank()).isLessThanOrEqualTo(done.actor.rank());
            }
            if (done.ok() && done.command instanceof OperatorCommand.CreateOperator operator) {
                assertThat(done.actor.scopes()).containsAll(operator.role().scopes());
                assertThat(operator.role().rank()).isLessThanOrEqualTo(done.actor.rank());
            }
        });
    }

    @Property(tries = 400)
    void strongerKeysCannotBeRevoked(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.command instanceof Command.RevokeKey(var id, var _)) {
                ApiKey key = Objects.requireNonNull(done.realm.keys.get(id));
                assertThat(done.actor.scopes()).containsAll(key.scopes());
                assertThat(key.rank()).isLessThanOrEqualTo(done.actor.rank());
            }
        });
    }

    /// Returns the key that a request created, or null if it created none.
    private static @Nullable ApiKey made(Done done) {
        if (!done.ok()) {
            return null;
        }
        return switch (done.command) {
            case Command.CreateKey made -> done.realm.keys.get(made.id());
            case Command.RotateKey made -> done.realm.keys.get(made.id());
            default -> null;
        };
    }

    @Property(tries = 400)
    void noKeyIsMadeForAddressesThatTheKeyThatMakesItDoesNotHave(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            ApiKey key = made(done);
            ApiKey creator = done.realm.keys.get(done.actor.ref().id());
            if (key != null && creator != null && creator.addresses() != null) {
                assertThat(key.addresses()).isNotNull();
                assertThat(key.addresses().isWithin(creator.addresses())).isTrue();
            }
            if (done.ok()
                    && creator != null
                    && (done.command instanceof OperatorCommand.CreateOperator
                            || done.command instanceof OperatorCommand.ChangePassword)) {
                assertThat(creator.addresses()).isNull();
            }
        });
    }

    /// A rotated key keeps the rights of the old one, so only a caller that has all of these rights may rotate it.
    @Property(tries = 400)
    void aRotationLeavesTheSameRightsAndEndsTheOldKey(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.command instanceof Command.RotateKey rotate) {
                ApiKey key = Objects.requireNonNull(done.realm.keys.get(rotate.id()));
                ApiKey old = Objects.requireNonNull(done.realm.keys.get(rotate.old()));
                assertThat(done.actor.scopes()).containsAll(key.scopes());
                assertThat(key.rank()).isLessThanOrEqualTo(done.actor.rank());
                assertThat(key.scopes()).isEqualTo(old.scopes());
                assertThat(key.rank()).isEqualTo(old.rank());
                assertThat(key.replaces()).isEqualTo(old.id());
                assertThat(old.isLive(done.realm.now.plus(rotate.overlap()))).isFalse();
            }
        });
    }

    @Property(tries = 400)
    void noKeyIsMadeToOutliveTheKeyThatMakesIt(@ForAll("deeds") List<Deed> deeds) {
        Map<UUID, Optional<Instant>> ends = new HashMap<>();
        run(deeds, done -> {
            ApiKey key = made(done);
            ApiKey creator = done.realm.keys.get(done.actor.ref().id());
            if (key != null && creator != null && ends.containsKey(creator.id())) {
                assertThat(lasts(ends.get(creator.id()), key.expiresAt())).isTrue();
            }
            // The expiries are recorded before the next request, because rotating a key changes the expiry of the old
            // one.
            done.realm.keys.values().forEach(each -> ends.put(each.id(), Optional.ofNullable(each.expiresAt())));
        });
    }

    private static boolean lasts(Optional<Instant> creator, @Nullable Instant key) {
        return creator.isEmpty() || (key != null && !key.isAfter(creator.get()));
    }

    @Property(tries = 400)
    void theEndOfAKeyIsOnlyBroughtForwardAndByNobodyWithLessRights(@ForAll("deeds") List<Deed> deeds) {
        Map<UUID, Instant> ends = new HashMap<>();
        run(deeds, done -> {
            for (ApiKey key : done.realm.keys.values()) {
                Instant before = ends.get(key.id());
                if (before != null) {
                    assertThat(key.expiresAt()).isNotNull().isBeforeOrEqualTo(before);
                }
                if (key.expiresAt() != null) {
                    ends.put(key.id(), key.expiresAt());
                }
            }
            if (done.ok() && done.command instanceof Command.ExpireKey(var id, var at)) {
                ApiKey key = Objects.requireNonNull(done.realm.keys.get(id));
                assertThat(done.actor.scopes()).containsAll(key.scopes());
                assertThat(key.rank()).isLessThanOrEqualTo(done.actor.rank());
                assertThat(key.isLive(at)).isFalse();
            }
        });
    }

    @Property(tries = 400)
    void expiringKeysCreateNoOperators(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            ApiKey creator = done.realm.keys.get(done.actor.ref().id());
            if (done.ok() && done.command instanceof OperatorCommand.CreateOperator && creator != null) {
                assertThat(creator.expiresAt()).isNull();
            }
        });
    }

    @Property(tries = 400)
    void nothingThatAKeyMadeOutlivesItsRevocationWithDescendants(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.command instanceof Command.RevokeKey(var id, var descendants) && descendants) {
                for (ApiKey key : done.realm.keys.values()) {
                    if (descends(done.realm, key.madeBy(), id)) {
                        assertThat(key.revokedAt()).isNotNull();
                    }
                }
                for (Operator operator : done.realm.operators.values()) {
                    if (descends(done.realm, operator.madeBy(), id)) {
                        assertThat(operator.isLive()).isFalse();
                    }
                }
            }
        });
    }

    /// Follows the chain of creators upwards, whereas the rule under test follows it downwards.
    private static boolean descends(TestRealm realm, @Nullable Creator creator, UUID key) {
        if (creator == null) {
            return false;
        }
        if (creator.is(key)) {
            return true;
        }
        ApiKey parent = realm.keys.get(creator.by().id());
        Operator operator = realm.operators.get(creator.by().id());
        return (parent != null && descends(realm, parent.madeBy(), key))
                || (operator != null && descends(realm, operator.madeBy(), key));
    }

    @Property(tries = 400)
    void noMoreThanEightLiveKeysSign(@ForAll("deeds") List<Deed> deeds) {
        run(
                deeds,
                done -> assertThat(done.realm.keys.values())
                        .filteredOn(key -> key.signs() && key.isLive(done.realm.now))
                        .hasSizeLessThanOrEqualTo(ApiKey.MAX_SIGNING));
    }

    @Property(tries = 400)
    void aRevocationNeverTakesTheLastKeyThatMakesKeys(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.hadMaker) {
                assertThat(hasMaker(done.realm)).isTrue();
            }
        });
    }

    @Property(tries = 400)
    void revokedDisabledOrExpiredActorsDoNothing(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            ApiKey key = done.realm.keys.get(done.actor.ref().id());
            // A key that revoked itself was live when it made the request.
            boolean itself = done.ok()
                    && (done.command instanceof Command.RevokeKey || done.command instanceof Command.RotateKey);
            if (key != null && !key.isLive(done.realm.now) && !itself) {
                assertThat(done.result).isEqualTo(Result.refused(new Refusal.Unauthenticated()));
            }
        });
    }

    @Property(tries = 400)
    void revokingAgainChangesNothing(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            if (done.ok() && done.command instanceof Command.RevokeKey) {
                Actor other = done.realm.key(Role.ADMIN).actor();
                assertThat(TestRealm.ok(done.realm.ask(other, null, done.command))
                                .events())
                        .isEmpty();
            }
        });
    }

    @Property(tries = 400)
    void operatorsNamesAreUniqueAndTheirGenerationsOnlyRise(@ForAll("deeds") List<Deed> deeds) {
        run(deeds, done -> {
            assertThat(done.realm.operators.values().stream().filter(operator -> !operator.isDeleted()))
                    .extracting(operator -> operator.username().folded())
                    .doesNotHaveDuplicates();
            if (done.ok() && done.result instanceof Result.Ok<Change>(var change)) {
                if (change.about() instanceof Change.OfOperator(var operator)
                        && !change.events().isEmpty()
                        && !(done.command instanceof OperatorCommand.CreateOperator)
                        && !(done.command instanceof OperatorCommand.ChangeOperatorRole)) {
                    Actor old = new Actor(
                            operator.actor().ref(),
                            "",
                            operator.role().scopes(),
                            operator.role().rank(),
                            operator.generation() - 1);
                    assertThat(done.realm.ask(old, null, new Command.RevokeKey(new UUID(0, 0), false)))
                            .isEqualTo(Result.refused(new Refusal.Unauthenticated()));
                }
            }
        });
    }
}
