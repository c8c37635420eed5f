package dev.muster.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Guessing is slowed down for each name without locking out its owner.
final class SignInThrottleTest {
    private static final SignInThrottle.Name ADA = name("acme", "ada");
    private static final InetAddress OFFICE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress HOTEL = InetAddress.ofLiteral("198.51.100.7");

    private final AtomicLong nanos = new AtomicLong();
    private final SignInThrottle throttle = new SignInThrottle(nanos::get);
    private final List<SignInThrottle.Permit> held = new ArrayList<>();

    private static SignInThrottle.Name name(String tenant, String username) {
        return new SignInThrottle.Name(tenant + "/test", username);
    }

    private static InetAddress stranger(int number) {
        return InetAddress.ofLiteral("10.1." + number / 256 + "." + number % 256);
    }

    private void fail(SignInThrottle.Name name, InetAddress from) {
        try (SignInThrottle.Permit permit = throttle.acquire(name, from)) {
            assertThat(permit).isNotNull();
            permit.failed();
        }
    }

    private void succeed(SignInThrottle.Name name, InetAddress from) {
        try (SignInThrottle.Permit permit = throttle.acquire(name, from)) {
            assertThat(permit).isNotNull();
            permit.succeeded();
        }
    }

    private @Nullable Duration delay(SignInThrottle.Name name, InetAddress from) {
        try (SignInThrottle.Permit permit = throttle.acquire(name, from)) {
            return permit == null ? null : permit.delay();
        }
    }

    private boolean hold(SignInThrottle.Name name, InetAddress from) {
        SignInThrottle.Permit permit = throttle.acquire(name, from);
        if (permit != null) {
            held.add(permit);
        }
        return permit != null;
    }

    @Test
    void failuresUnderANameSlowItFromWhateverAddress() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            millis.add(delay(ADA, stranger(i)).toMillis());
            fail(ADA, stranger(i));
        }
        assertThat(millis).containsExactly(0L, 0L, 0L, 250L, 500L, 1000L, 2000L, 4000L, 4000L);
        assertThat(delay(name("acme", "bob"), stranger(1))).isZero();
        assertThat(delay(name("globex", "ada"), stranger(1))).isZero();
    }

    @Test
    void oneAttemptAtATimeUnderANameFromAnAddress() {
        assertThat(hold(ADA, OFFICE)).isTrue();
        assertThat(hold(ADA, OFFICE)).isFalse();
        assertThat(hold(ADA, HOTEL)).isTrue();
        assertThat(hold(name("acme", "bob"), OFFICE)).isTrue();
        held.getFirst().close();
        assertThat(hold(ADA, OFFICE)).isTrue();
    }

    @Test
    void anAddressHasFourPlaces() {
        for (int i = 0; i < 10; i++) {
            assertThat(hold(name("tenant-" + i, "ada"), OFFICE)).isEqualTo(i < SignInThrottle.MAX_PER_ADDRESS);
        }
        // All addresses of a /64 network count as one.
        for (int i = 0; i < 10; i++) {
            assertThat(hold(name("tenant-" + i, "bob"), InetAddress.ofLiteral("2001:db8::" + i)))
                    .isEqualTo(i < SignInThrottle.MAX_PER_ADDRESS);
        }
    }

    /// Whatever attackers do, an address from which the owner has signed in before gets a place and is not delayed
    /// by the attackers' failures.
    @Test
    void anAddressThatHasSignedInIsNotHeldUpByStrangers() {
        succeed(ADA, OFFICE);
        for (int i = 0; i < 100; i++) {
            fail(ADA, stranger(i));
        }
        for (int i = 0; i < 2_000; i++) {
            hold(i % 2 == 0 ? ADA : name("tenant-" + i, "ada"), stranger(i));
        }
        assertThat(throttle.inProgress()).isEqualTo(SignInThrottle.MAX_FROM_NEW_ADDRESSES);
        assertThat(delay(ADA, OFFICE)).isZero();
    }

    @Test
    void anAddressWithFailuresOfItsOwnWaitsThoughItIsKnown() {
        succeed(ADA, OFFICE);
        for (int i = 0; i < 9; i++) {
            fail(ADA, OFFICE);
        }
        assertThat(delay(ADA, OFFICE)).isEqualTo(Duration.ofSeconds(4));
    }

    /// When the owner travels, their new address takes precedence over addresses that have failed, and waits four
    /// seconds at most.
    @Test
    void aFreshAddressFindsAPlaceAmongThoseThatHaveFailed() {
        for (int i = 0; i < 100; i++) {
            fail(ADA, stranger(i));
        }
        for (int i = 0; i < 100; i++) {
            hold(ADA, stranger(i));
        }
        assertThat(throttle.inProgress()).isEqualTo(SignInThrottle.MAX_PER_NAME);
        for (int i = 0; i < 100; i++) {
            hold(name("tenant-" + i, "ada"), stranger(i));
        }
        assertThat(throttle.inProgress()).isEqualTo(SignInThrottle.MAX_AFTER_FAILURE);
        assertThat(delay(ADA, HOTEL)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void anAttackOnOneRealmLeavesRoomForAnother() {
        for (int i = 0; i < 100; i++) {
            hold(name("acme", "user-" + i), stranger(i));
        }
        assertThat(throttle.inProgress()).isEqualTo(SignInThrottle.MAX_PER_REALM);
        assertThat(hold(name("globex", "ada"), HOTEL)).isTrue();
    }

    @Test
    void failuresOfAnAddressAreForgottenInAQuarterOfAnHour() {
        fail(ADA, OFFICE);
        for (int i = 0; i < SignInThrottle.MAX_PER_NAME; i++) {
            fail(ADA, stranger(i));
            hold(ADA, stranger(i));
        }
        assertThat(hold(ADA, OFFICE)).isFalse();
        nanos.addAndGet(Duration.ofMinutes(15).toNanos() + 1);
        assertThat(hold(ADA, OFFICE)).isTrue();
    }
}
