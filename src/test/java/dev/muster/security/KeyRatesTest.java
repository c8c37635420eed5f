package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.testing.IgnoringListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Each key has its own limit of requests per second, which is set by the quotas of its realm.
final class KeyRatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong limit = new AtomicLong(3);
    private final AtomicLong nanos = new AtomicLong();
    private final KeyRates rates = new KeyRates(_ -> quotas(limit.get()), nanos::get);

    private static Quotas quotas(long requests) {
        return new Quotas(1, 1, 1, 1, 1, requests);
    }

    private static Actor key(long id) {
        return new Actor(
                new ActorRef(ActorRef.Kind.API_KEY, new UUID(7, id)), "key", Role.ADMIN.scopes(), Rank.REGULAR, 0);
    }

    private static Caller caller(long realm, Actor actor) {
        return new Caller(new Realm(realm, "acme", Environment.TEST), actor);
    }

    private boolean mayCome(Caller caller) {
        return rates.take(caller, new IgnoringListener()) instanceof Result.Ok<Caller>;
    }

    @Test
    void aKeyThatHasSentItsRequestsWaitsForTheNext() {
        Caller caller = caller(1, key(1));
        for (int i = 0; i < 3; i++) {
            assertThat(mayCome(caller)).isTrue();
        }
        assertThat(rates.take(caller, new IgnoringListener()))
                .isEqualTo(Result.refused(new Refusal.OverQuota("requests a second", 3, Duration.ofSeconds(1))));
        nanos.addAndGet(SECOND / 3 + 1);
        assertThat(mayCome(caller)).isTrue();
        assertThat(mayCome(caller)).isFalse();
        nanos.addAndGet(10 * SECOND);
        for (int i = 0; i < 3; i++) {
            assertThat(mayCome(caller)).isTrue();
        }
        assertThat(mayCome(caller)).isFalse();
    }

    @Test
    void anotherKeyAndAnotherRealmHaveTheirOwn() {
        limit.set(1);
        assertThat(mayCome(caller(1, key(1)))).isTrue();
        assertThat(mayCome(caller(1, key(1)))).isFalse();
        assertThat(mayCome(caller(1, key(2)))).isTrue();
        assertThat(mayCome(caller(2, key(1)))).isTrue();
    }

    @Test
    void anOperatorWhoActsThroughAKeyUsesTheKeysAndOneWithoutHasNoLimit() {
        limit.set(1);
        Actor operator = new Actor(
                new ActorRef(ActorRef.Kind.OPERATOR, new UUID(8, 1)), "ann", Role.ADMIN.scopes(), Rank.REGULAR, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(mayCome(caller(1, operator))).isTrue();
            assertThat(mayCome(caller(0, Actor.ROOT))).isTrue();
        }
        assertThat(mayCome(caller(1, operator.through(key(1))))).isTrue();
        assertThat(mayCome(caller(1, key(1)))).isFalse();
    }

    @Test
    void aNewQuotaAppliesImmediately() {
        Caller caller = caller(1, key(1));
        assertThat(mayCome(caller)).isTrue();
        limit.set(1);
        assertThat(mayCome(caller)).isTrue();
        assertThat(mayCome(caller)).isFalse();
    }

    @Test
    void listenersGetTheRemainingQuota() {
        List<KeyRates.RemainingQuota> told = new ArrayList<>();
        AuthenticationListener listener = new AuthenticationListener() {
            @Override
            public void authenticated(Caller caller) {}

            @Override
            public void charged(KeyRates.RemainingQuota left) {
                told.add(left);
            }
        };
        for (int i = 0; i < 4; i++) {
            rates.take(caller(1, key(1)), listener);
        }
        assertThat(told)
                .containsExactly(
                        new KeyRates.RemainingQuota(3, 2, 1),
                        new KeyRates.RemainingQuota(3, 1, 1),
                        new KeyRates.RemainingQuota(3, 0, 1),
                        new KeyRates.RemainingQuota(3, 0, 1));
    }

    @Test
    void sustainedRequestsGetTheRateAndABurstOfOneSecond() {
        for (long each : new long[] {1, 7, 300, 64_000, 700_000}) {
            limit.set(each);
            nanos.set(Long.MAX_VALUE - 3 * SECOND / 2);
            Caller caller = caller(1, key(each));
            long taken = 0;
            long step = Math.max(100, SECOND / each / 4);
            for (long at = 0; at < 2 * SECOND; at += step) {
                taken += mayCome(caller) ? 1 : 0;
                nanos.addAndGet(step);
            }
            // A request was tried about four times per token.
            assertThat(taken).as("limit %s", each).isBetween(3 * each * 999 / 1000 - 1, 3 * each * 1001 / 1000 + 1);
        }
    }
}
