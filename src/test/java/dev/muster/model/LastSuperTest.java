package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Rank;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No command can leave a realm without a SUPER.
class LastSuperTest {
    private final TestRealm realm = new TestRealm();
    private final UUID last = realm.user(draft -> {
        draft.email = TestRealm.email("last@x.org");
        draft.rank = Rank.SUPER;
    });
    private final UUID removed = realm.user(draft -> {
        draft.email = TestRealm.email("removed@x.org");
        draft.rank = Rank.SUPER;
    });

    @BeforeEach
    void anotherIsGone() {
        realm.done(removed, new Command.Remove(null, null));
    }

    static List<List<Command>> ways() {
        List<Command> ends = List.of(
                new Command.ChangeRank(Rank.ADMIN),
                new Command.ChangeRank(Rank.REGULAR),
                new Command.Remove(null, null),
                new Command.Expel(null, null),
                new Command.Bar(null, null),
                new Command.Erase(null, null));
        List<List<Command>> ways = new ArrayList<>();
        for (Command end : ends) {
            ways.add(List.of(end));
            ways.add(List.of(new Command.EnsureHold(HoldKind.BLOCKED), end));
            ways.add(List.of(end, new Command.Restore(null, null)));
            ways.add(List.of(end, new Command.ChangeRank(Rank.SUPER)));
        }
        return ways;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nobodyDemotesRemovesExpelsOrErasesThem(List<Command> way) {
        User before = realm.get(last);
        assertThat(realm.refused(last, way.toArray(Command[]::new))).isEqualTo(new Refusal.LastSuper());
        assertThat(realm.get(last)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void twoInOneTransactionLeaveOne(List<Command> way) {
        realm.done(removed, new Command.Restore(null, null));
        List<Result<Change>> both = realm.batch(List.of(
                new Write(realm.admin, UserRef.id(removed), List.of(new Command.Remove(null, null)), null),
                new Write(realm.admin, UserRef.id(last), way, null)));
        assertThat(both.getFirst()).isInstanceOf(Result.Ok.class);
        assertThat(both.getLast()).isEqualTo(Result.refused(new Refusal.LastSuper()));
        assertThat(realm.counters.supersInService()).isEqualTo(1);
    }

    @Test
    void aRemovedSuperDoesNotCountAsTheLast() {
        realm.done(removed, new Command.Erase(null, null));
        assertThat(realm.refused(last, new Command.Remove(null, null))).isEqualTo(new Refusal.LastSuper());
    }

    @Test
    void anyHoldOnThemIsFine() {
        for (HoldKind kind : List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD)) {
            realm.done(last, new Command.EnsureHold(kind));
        }
        assertThat(realm.counters.supersInService()).isEqualTo(1);
        assertThat(realm.refused(last, new Command.Remove(null, null))).isEqualTo(new Refusal.LastSuper());
    }

    @Test
    void jobsAndGroupsTakeNoneAway() {
        UUID group = TestRealm.ok(realm.ask(realm.admin, null, new Command.CreateGroup("g", null)))
                .group()
                .id();
        TestRealm.ok(realm.ask(realm.admin, null, new Command.AddMember(group, UserRef.id(last))));
        TestRealm.ok(realm.ask(realm.admin, null, new Command.RemoveMember(group, UserRef.id(last))));
        realm.done(last, new Command.EnsureHold(HoldKind.FRAUD));
        JobRequest job = new JobRequest(
                "j1",
                new JobType(1),
                new JobRequest.ForUser(UserRef.id(last), "last", null),
                null,
                null,
                false,
                false,
                Outcome.PASSED);
        TestRealm.ok(realm.ask(realm.admin, null, new JobCommand.SubmitJob(job, null, null)));
        TestRealm.ok(realm.ask(
                realm.admin, null, new JobCommand.GiveVerdict("j1", new Verdict(Outcome.FAILED, null, null))));
        assertThat(realm.counters.supersInService()).isEqualTo(1);
        assertThat(realm.get(last).rank()).isEqualTo(Rank.SUPER);
    }
}
