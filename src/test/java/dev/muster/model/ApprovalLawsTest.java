package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

/// No operator can do alone what requires a second operator, whatever keys and operators they create.
class ApprovalLawsTest {
    /// One request by an operator under test.
    record Deed(int by, int about, What what) {}

    enum What {
        BAR,
        ERASE,
        APPROVE,
        CHANGE_RULES,
        MAKE_KEY,
        ROTATE_KEY,
        MAKE_OPERATOR,
        DISABLE_THE_OTHER,
        DELETE_ONE,
        REVOKE_ONE
    }

    @Provide
    Arbitrary<List<Deed>> deeds() {
        Arbitrary<Integer> index = Arbitraries.integers().between(0, 9);
        Arbitrary<What> what = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(What.APPROVE)),
                Tuple.of(2, Arbitraries.just(What.MAKE_OPERATOR)),
                Tuple.of(2, Arbitraries.of(What.class)),
                Tuple.of(2, Arbitraries.of(What.BAR, What.ERASE, What.CHANGE_RULES)));
        return Combinators.combine(index, index, what).as(Deed::new).list().ofMaxSize(30);
    }

    @Property(tries = 1_000)
    void oneOperatorAloneBarsErasesAndChangesNothing(@ForAll("deeds") List<Deed> deeds) {
        TestRealm realm = new TestRealm();
        Operator ann = realm.operator("ann", Role.ADMIN);
        Operator bob = realm.operator("bob", Role.ADMIN);
        UUID user = realm.user("somebody@example.org");
        ApprovalRules rules = new ApprovalRules(Set.of(ApprovalRules.Action.BAR, ApprovalRules.Action.ERASE), null);
        realm.approvalRules = rules;
        Set<UUID> others = new HashSet<>(realm.keys.keySet());
        others.add(bob.id());
        for (Deed deed : deeds) {
            realm.now = realm.now.plusSeconds(1);
            List<Actor> hers = new ArrayList<>(List.of(ann.actor().withProofAt(realm.now)));
            for (ApiKey key : realm.keys.values()) {
                if (!others.contains(key.id())) {
                    hers.add(key.actor());
                }
            }
            for (Operator operator : realm.operators.values()) {
                if (!others.contains(operator.id())) {
                    hers.add(operator.actor().withProofAt(realm.now));
                }
            }
            Actor actor = hers.get(deed.by % hers.size());
            Command command = command(realm, deed);
            if (command != null) {
                boolean onUser = command instanceof Command.OnUser;
                realm.ask(actor, onUser ? UserRef.id(user) : null, command);
            }
            assertThat(realm.get(user).isBarred()).isFalse();
            assertThat(realm.get(user).isErased()).isFalse();
            assertThat(realm.approvalRules).isEqualTo(rules);
        }
    }

    private static @Nullable Command command(TestRealm realm, Deed deed) {
        return switch (deed.what) {
            case BAR -> new Command.Bar(null, null);
            case ERASE -> new Command.Erase(null, null);
            case CHANGE_RULES -> new Command.SetApprovalRules(ApprovalRules.NONE);
            case APPROVE -> {
                List<Approval> all = List.copyOf(realm.approvals.values());
                yield all.isEmpty() ? null : new ApprovalCommand.Approve(all.get(deed.about % all.size()), null);
            }
            case MAKE_KEY ->
                new Command.CreateKey(
                        realm.freshId(),
                        "key",
                        Role.ADMIN,
                        Role.ADMIN.scopes(),
                        Role.ADMIN.rank(),
                        false,
                        null,
                        new Digest(new byte[] {1}),
                        "secret");
            case ROTATE_KEY -> {
                List<ApiKey> keys = List.copyOf(realm.keys.values());
                yield new Command.RotateKey(
                        keys.get(deed.about % keys.size()).id(),
                        realm.freshId(),
                        Duration.ofSeconds(5),
                        null,
                        new Digest(new byte[] {1}),
                        null,
                        "secret");
            }
            case MAKE_OPERATOR ->
                new OperatorCommand.CreateOperator(TestRealm.username("op" + deed.about), Role.ADMIN, "hash");
            case DISABLE_THE_OTHER ->
                new OperatorCommand.DisableOperator(TestRealm.username("bob").key());
            case DELETE_ONE ->
                new OperatorCommand.DeleteOperator(
                        TestRealm.username("op" + deed.about).key());
            case REVOKE_ONE -> {
                List<ApiKey> keys = List.copyOf(realm.keys.values());
                yield new Command.RevokeKey(keys.get(deed.about % keys.size()).id(), false);
            }
        };
    }
}
