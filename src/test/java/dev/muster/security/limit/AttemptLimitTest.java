package dev.muster.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Failures are counted by address and forgotten at a constant rate.
class AttemptLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final AttemptLimit limit = new AttemptLimit(5, Duration.ofSeconds(50), 100, nanos::get);

    private static InetAddress at(String address) {
        return InetAddress.ofLiteral(address);
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            limit.failed(at(address));
        }
    }

    @Test
    void allowsUntilTheAttemptsAreUsedUp() {
        fail("192.0.2.1", 4);
        assertThat(limit.allowed(at("192.0.2.1"))).isTrue();
        assertThat(limit.retryAfter(at("192.0.2.1"))).isZero();
        fail("192.0.2.1", 1);
        assertThat(limit.allowed(at("192.0.2.1"))).isFalse();
        assertThat(limit.retryAfter(at("192.0.2.1"))).isEqualTo(Duration.ofSeconds(10));
        assertThat(limit.allowed(at("192.0.2.2"))).isTrue();
        assertThat(limit.retryAfter(at("192.0.2.2"))).isZero();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(limit.allowed(at("192.0.2.1"))).isTrue();
        fail("192.0.2.1", 1);
        assertThat(limit.allowed(at("192.0.2.1"))).isFalse();
    }

    @Test
    void failingOnWhileRefusedDoesNotProlong() {
        fail("192.0.2.1", 500);
        assertThat(limit.retryAfter(at("192.0.2.1"))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void anIpv6CustomerIsANetwork() {
        fail("2001:db8:1:2::1", 5);
        assertThat(limit.allowed(at("2001:db8:1:2:ffff::9"))).isFalse();
        assertThat(limit.allowed(at("2001:db8:1:3::1"))).isTrue();
        fail("::ffff:192.0.2.9", 5);
        assertThat(limit.allowed(at("192.0.2.9"))).isFalse();
    }

    /// Four /64 networks at their limit exhaust the limit of their /56 network, and sixteen exhaust that of their
    /// /48 network.
    @Test
    void widerIpv6NetworksHaveLimitsOfTheirOwn() {
        for (int i = 0; i < 4; i++) {
            assertThat(limit.allowed(at("2001:db8:1:ff::1"))).isTrue();
            fail("2001:db8:1:" + Integer.toHexString(i) + "::1", 5);
        }
        assertThat(limit.allowed(at("2001:db8:1:ff::1"))).isFalse();
        assertThat(limit.allowed(at("2001:db8:1:100::1"))).isTrue();
        for (int i = 1; i < 4; i++) {
            assertThat(limit.allowed(at("2001:db8:1:ffff::1"))).isTrue();
            for (int j = 0; j < 4; j++) {
                fail("2001:db8:1:" + i + "0" + j + "::1", 5);
            }
        }
        assertThat(limit.allowed(at("2001:db8:1:ffff::1"))).isFalse();
        assertThat(limit.allowed(at("2001:db8:2::1"))).isTrue();
        assertThat(limit.retryAfter(at("2001:db8:1:ffff::1"))).isPositive();
    }

    @Test
    void remembersALimitedNumber() {
        for (int i = 0; i < 1_000; i++) {
            fail("10.0." + i / 256 + "." + i % 256, 5);
        }
        assertThat(limit.size()).isEqualTo(100);
        assertThat(limit.allowed(at("10.0.0.0"))).isTrue();
        assertThat(limit.allowed(at("10.0." + 999 / 256 + "." + 999 % 256))).isFalse();
    }

    /// An address that keeps failing is not evicted, even if a thousand other addresses fail too.
    @Test
    void addressesThatKeepFailingAreNotEvicted() {
        fail("192.0.2.1", 5);
        for (int i = 0; i < 1_000; i++) {
            fail("10.0." + i / 256 + "." + i % 256, 5);
            assertThat(limit.allowed(at("192.0.2.1"))).isFalse();
        }
        assertThat(limit.size()).isEqualTo(100);
    }
}
