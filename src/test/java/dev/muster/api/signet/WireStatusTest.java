package dev.muster.api.signet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Counters;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Role;
import dev.muster.model.rules.Decider;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The effect of setting a status for every combination of `main` holds, as decided by the rules of the model.
final class WireStatusTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final ApiKey KEY = new ApiKey(
            new UUID(7, 7),
            "key",
            Role.ADMIN,
            Role.ADMIN.scopes(),
            Role.ADMIN.rank(),
            true,
            new Digest(new byte[32]),
            null,
            null,
            null,
            NOW,
            null,
            null,
            null,
            null,
            null);
    private static final Actor ACTOR = KEY.actor();
    private static final Fingerprint.Maker PRINTS = new Fingerprint.Maker() {
        @Override
        public Fingerprint of(Identifier.Key identifier) {
            return new Fingerprint(identifier.folded().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Fingerprint ofCard(String number) {
            return new Fingerprint(number.getBytes(StandardCharsets.UTF_8));
        }
    };

    @ParameterizedTest
    @EnumSource(ApiVersion.class)
    void isReachedOrRefusedAndNeverMissed(ApiVersion apiVersion) {
        for (WireStatus asked : statuses(apiVersion)) {
            for (Set<HoldKind> kinds : combinations()) {
                User before = user(kinds.stream().map(WireStatusTest::main).toList());
                switch (set(before, asked, apiVersion, null)) {
                    case Result.Ok<Change>(var change) ->
                        assertThat(WireStatus.of(change.user().holds(), NOW, apiVersion))
                                .isEqualTo(asked);
                    case Result.Refused<Change>(Refusal.StillHeld(var holds)) ->
                        assertThat(asked.obstacles(holds, apiVersion))
                                .as("%s under %s", asked, kinds)
                                .isNotEmpty();
                    case Result.Refused<Change>(Refusal.Barred()) ->
                        assertThat(kinds).contains(HoldKind.BARRED);
                    case Result.Refused<Change>(var refusal) -> throw new AssertionError(refusal.toString());
                }
            }
        }
    }

    private static List<WireStatus> statuses(ApiVersion apiVersion) {
        return Stream.of(WireStatus.values())
                .filter(status -> WireStatus.of(status.wireName(), apiVersion) != null)
                .toList();
    }

    @Test
    void onlyTheNewerPageKnowsDeleted() {
        assertThat(statuses(ApiVersion.USER))
                .containsExactly(WireStatus.ACTIVE, WireStatus.INACTIVE, WireStatus.SUSPENDED);
        assertThat(statuses(ApiVersion.CLIENT)).containsExactly(WireStatus.values());
    }

    /// A removed user can be set to every status that the vendor's documentation has, in either version.
    @ParameterizedTest
    @EnumSource(ApiVersion.class)
    void aRemovedUserGetsEachStatus(ApiVersion apiVersion) {
        for (WireStatus asked : statuses(apiVersion)) {
            assertThat(set(user(List.of(main(HoldKind.REMOVED))), asked, apiVersion, "New Name"))
                    .isInstanceOfSatisfying(Result.Ok.class, ok -> {
                        User user = ((Change) ok.value()).user();
                        assertThat(WireStatus.of(user.holds(), NOW, apiVersion)).isEqualTo(asked);
                        assertThat(user.name()).isEqualTo("New Name");
                    });
        }
    }

    @Test
    void activeFreesOfWhatItMayFreeOf() {
        Set<HoldKind> freed = EnumSet.of(HoldKind.DEACTIVATED, HoldKind.SUSPENDED, HoldKind.REMOVED);
        for (Set<HoldKind> kinds : combinations()) {
            User before = user(kinds.stream().map(WireStatusTest::main).toList());
            assertThat(set(before, WireStatus.ACTIVE, ApiVersion.USER, null) instanceof Result.Ok)
                    .as("active under %s", kinds)
                    .isEqualTo(freed.containsAll(kinds));
        }
    }

    @Test
    void aRemovedUserIsRenamedWhileReinstated() {
        User removed = user(List.of(main(HoldKind.REMOVED)));
        assertThat(set(removed, WireStatus.ACTIVE, ApiVersion.USER, "New Name"))
                .isInstanceOfSatisfying(Result.Ok.class, ok -> {
                    User user = ((Change) ok.value()).user();
                    assertThat(user.name()).isEqualTo("New Name");
                    assertThat(user.holds()).isEqualTo(Holds.NONE);
                });
    }

    @Test
    void anotherLabelIsNamedAndNotLifted() {
        Hold legal = new Hold(HoldKind.SUSPENDED, "legal", null, null, ActorRef.ROOT, NOW, null);
        User user = user(List.of(legal));
        for (WireStatus asked : List.of(WireStatus.ACTIVE, WireStatus.INACTIVE)) {
            assertThat(set(user, asked, ApiVersion.USER, null))
                    .isEqualTo(Result.refused(new Refusal.StillHeld(List.of(legal))));
        }
        assertThat(set(user, WireStatus.SUSPENDED, ApiVersion.USER, null)).isInstanceOf(Result.Ok.class);
    }

    @Test
    void theCallersOwnHoldIsNoObstacle() {
        Hold blocked = main(HoldKind.BLOCKED);
        assertThat(set(user(List.of(blocked)), WireStatus.INACTIVE, ApiVersion.USER, null))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(WireStatus.INACTIVE.obstacles(
                                        ((Refusal.StillHeld) refused.refusal()).holds(), ApiVersion.USER))
                                .containsExactly(blocked));
    }

    private static Result<Change> set(User before, WireStatus status, ApiVersion apiVersion, String name) {
        List<Command> commands = new ArrayList<>(status.commands(apiVersion));
        if (name != null) {
            commands.add(Command.Update.of(edits -> edits.name = new Edit<>(name)));
        }
        commands.add(status.expectation(apiVersion));
        Write write = new Write(ACTOR, UserRef.id(before.id()), commands, null);
        WorkingSet realm = new WorkingSet(Counters.ZERO, 1, Quotas.DEFAULT);
        realm.people().loaded(before);
        realm.credentials().loaded(KEY);
        LoadPlan needs = new LoadPlan();
        Decider.plan(write, needs, PRINTS);
        realm.loadedAll(needs);
        return new Decider(realm, dev.muster.model.tenant.Environment.TEST, PRINTS, NOW)
                .decide(write, () -> new UUID(9, 9));
    }

    private static User user(List<Hold> holds) {
        User.Draft draft = new User.Draft(new UUID(1, 1), 1, NOW.minusSeconds(60));
        draft.name = "Ada";
        draft.username = new Identifier(Identifier.Kind.USERNAME, "ada", "ada");
        draft.holds = new Holds(holds);
        draft.version = 1;
        return draft.build();
    }

    private static Hold main(HoldKind kind) {
        return new Hold(kind, Hold.MAIN, null, null, ActorRef.ROOT, NOW.minusSeconds(30), null);
    }

    private static List<Set<HoldKind>> combinations() {
        HoldKind[] kinds = HoldKind.values();
        List<Set<HoldKind>> all = new ArrayList<>();
        for (int bits = 0; bits < 1 << kinds.length; bits++) {
            Set<HoldKind> some = EnumSet.noneOf(HoldKind.class);
            for (HoldKind kind : kinds) {
                if ((bits & kind.bit()) != 0) {
                    some.add(kind);
                }
            }
            all.add(some);
        }
        return all;
    }
}
