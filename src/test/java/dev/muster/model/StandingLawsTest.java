package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

/// A standing depends only on the holds and the instant.
class StandingLawsTest {
    private static final UUID USER = new UUID(1, 2);
    private static final Instant ZERO = TestRealm.START;

    @Provide
    Arbitrary<Holds> holds() {
        Arbitrary<@Nullable Instant> until =
                Arbitraries.integers().between(0, 20).map(ZERO::plusSeconds).injectNull(0.2);
        return Combinators.combine(
                        Arbitraries.of(HoldKind.class),
                        Arbitraries.of("main", "legal", "a"),
                        Arbitraries.of("r").injectNull(0.5),
                        until)
                .as((kind, label, reason, end) ->
                        new Hold(kind, label, reason, null, ActorRef.SYSTEM, ZERO, kind.placeable() ? end : null))
                .list()
                .ofMaxSize(6)
                .map(all -> {
                    Holds holds = Holds.NONE;
                    for (Hold hold : all) {
                        holds = holds.with(hold);
                    }
                    return holds;
                });
    }

    @Property(tries = 500)
    void theDecisionIsWhatTheHoldsInEffectAddUpTo(@ForAll("holds") Holds holds, @ForAll @LongRange(max = 22) long at) {
        Instant now = ZERO.plusSeconds(at);
        Standing standing = Standing.of(USER, holds, 3, now);
        List<Hold> inEffect = holds.all().stream()
                .filter(hold -> hold.until() == null || hold.until().isAfter(now))
                .toList();
        boolean onlyFraud = inEffect.stream().allMatch(hold -> hold.kind() == HoldKind.FRAUD);
        Decision expected = inEffect.isEmpty() ? Decision.ALLOW : onlyFraud ? Decision.PROCESS_BUT_FAIL : Decision.DENY;
        assertThat(standing.decision()).isEqualTo(expected);
        assertThat(standing.holds()).extracting(Standing.EffectiveHold::hold).containsExactlyElementsOf(inEffect);
        assertThat(standing.holds())
                .allMatch(completed -> completed.isDecisive()
                        == (expected == Decision.PROCESS_BUT_FAIL
                                || completed.hold().kind() != HoldKind.FRAUD));
        assertThat(standing.status())
                .isEqualTo(inEffect.stream()
                        .map(hold -> Status.of(hold.kind()))
                        .min(Status::compareTo)
                        .orElse(Status.ACTIVE));
        assertThat(standing.version()).isEqualTo(3);
        assertThat(standing.at()).isEqualTo(now);
    }

    /// `until` must be the first instant with a different decision. The test looks for that instant in steps of
    /// half a second.
    @Property(tries = 500)
    void untilIsWhenTheDecisionNextChangesByItself(@ForAll("holds") Holds holds, @ForAll @LongRange(max = 22) long at) {
        Instant now = ZERO.plusSeconds(at);
        Standing standing = Standing.of(USER, holds, 1, now);
        Instant until = null;
        for (Instant then = now; then.isBefore(ZERO.plusSeconds(30)) && until == null; then = then.plusMillis(500)) {
            if (holds.decision(then) != standing.decision()) {
                until = then;
            }
        }
        assertThat(standing.until()).isEqualTo(until);
        assertThat(standing.next()).isEqualTo(until == null ? null : holds.decision(until));
    }

    @Property(tries = 300)
    void theOrderOfPlacingDoesNotMatter(@ForAll("holds") Holds holds, @ForAll long seed) {
        List<Hold> shuffled = new ArrayList<>(holds.all());
        Collections.shuffle(shuffled, new Random(seed));
        Holds again = Holds.NONE;
        for (Hold hold : shuffled) {
            again = again.with(hold);
        }
        assertThat(again).isEqualTo(holds);
    }

    @Property(tries = 300)
    void wordsDoNotDecide(@ForAll("holds") Holds holds, @ForAll @LongRange(max = 22) long at) {
        Instant now = ZERO.plusSeconds(at);
        Standing one = Standing.of(USER, holds, 1, now);
        Standing other = Standing.of(USER, holds.each(Hold::withoutText), 1, now);
        assertThat(List.of(one.decision(), one.status())).isEqualTo(List.of(other.decision(), other.status()));
        assertThat(one.until()).isEqualTo(other.until());
    }

    @Property(tries = 300)
    void nextEndIsTheFirstOfAll(@ForAll("holds") Holds holds) {
        assertThat(holds.nextEnd())
                .isEqualTo(holds.all().stream()
                        .map(Hold::until)
                        .filter(end -> end != null)
                        .min(Instant::compareTo)
                        .orElse(null));
    }
}
