package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
    private static final long REALM = 7;
    private static final long ANOTHER = 8;
    private static final String PASSWORD = "correct horse battery staple";
    private static final String REFERENCE =
            "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0";

    private final Passwords passwords = new Passwords(Passwords.Cost.OWASP, new Random(1));

    @Test
    void verifiesItsOwnHashes() {
        String stored = passwords.hash(REALM, PASSWORD, new Random(2)).orElseThrow();
        assertThat(stored).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(passwords.verify(stored, PASSWORD)).isEqualTo(Passwords.CheckResult.MATCHES);
        assertThat(passwords.verify(stored, PASSWORD + " ")).isEqualTo(Passwords.CheckResult.DIFFERS);
        assertThat(passwords.hash(REALM, PASSWORD, new Random(3)).orElseThrow()).isNotEqualTo(stored);
    }

    /// Verifies a hash created by the reference implementation of Argon2.
    @Test
    void verifiesWhatAnotherProgramHashed() {
        assertThat(passwords.verify(REFERENCE, PASSWORD)).isEqualTo(Passwords.CheckResult.MATCHES);
    }

    @Test
    void composedAndDecomposedLettersAreTheSame() {
        String stored = passwords.hash(REALM, "zażółć gęślą", new Random(2)).orElseThrow();
        assertThat(passwords.verify(stored, "zaz\u0307o\u0301\u0142c\u0301 ge\u0328s\u0301la\u0328"))
                .isEqualTo(Passwords.CheckResult.MATCHES);
    }

    @Test
    void anUnknownNameTakesTheSameTime() {
        String stored = passwords.hash(REALM, PASSWORD, new Random(2)).orElseThrow();
        long before = passwords.computations();
        passwords.verify(stored, "wrong");
        assertThat(passwords.computations()).isEqualTo(before + 1);
        assertThat(passwords.verify(null, PASSWORD)).isEqualTo(Passwords.CheckResult.DIFFERS);
        assertThat(passwords.computations()).isEqualTo(before + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$argon2id$v=19$m=19456,t=2,p=1$",
                "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA",
                "$argon2id$v=19$m=4096,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!"
            })
    void refusesStoredTextsOfAnotherForm(String stored) {
        assertThatThrownBy(() -> passwords.verify(stored, PASSWORD)).isInstanceOf(IllegalArgumentException.class);
        assertThat(passwords.computations()).isZero();
    }

    /// The number of passwords accepted during the first computations depends on the machine. It is certain,
    /// however, that some are refused without a computation, and that the queue has room again afterwards.
    @Test
    void eighteenNewPasswordsAreHashedAndTheRestAreToldThatItIsBusy() throws Exception {
        // The requests are spread over realms, so that no realm exceeds its share of the queue.
        hashesAtLeast(18, asking -> asking / 4);
    }

    @Test
    void fourNewPasswordsOfOneRealmMayWait() throws Exception {
        hashesAtLeast(6, _ -> REALM);
    }

    private void hashesAtLeast(int min, IntToLongFunction realms) throws Exception {
        int asking = 60;
        CountDownLatch ready = new CountDownLatch(asking);
        IntFunction<Callable<Boolean>> one = number -> () -> {
            ready.countDown();
            ready.await();
            return passwords
                    .hash(realms.applyAsLong(number), PASSWORD, new Random(number))
                    .isPresent();
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(asking)) {
            Map<Boolean, Long> hashed = threads
                    .invokeAll(IntStream.range(0, asking).mapToObj(one).toList())
                    .stream()
                    .map(Future::resultNow)
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(hashed.get(false)).isPositive();
            assertThat(hashed.get(true)).isEqualTo(passwords.computations());
            assertThat(passwords.computations()).isGreaterThanOrEqualTo(min);
        }
        assertThat(passwords.hash(REALM, PASSWORD, new Random(2))).isPresent();
    }

    /// A realm that sets passwords continuously delays neither sign-ins nor new passwords in another realm.
    @Test
    void aFloodInOneRealmLeavesRoomForOthers() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        int flood = 30;
        CyclicBarrier begun = new CyclicBarrier(flood + 1);
        Set<Boolean> hashed = ConcurrentHashMap.newKeySet();
        IntFunction<Callable<Void>> greedy = number -> () -> {
            begun.await();
            while (!over.get()) {
                hashed.add(passwords.hash(REALM, PASSWORD, new Random(number)).isPresent());
                // The pause keeps the processor available: only the queue should be full.
                Thread.sleep(5);
            }
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(flood)) {
            List<Future<Void>> greed = IntStream.range(0, flood)
                    .mapToObj(greedy)
                    .map(threads::submit)
                    .toList();
            try {
                begun.await();
                for (int i = 0; i < 10; i++) {
                    assertThat(passwords.hash(ANOTHER, PASSWORD, new Random(1))).isPresent();
                    assertThat(passwords.verify(null, PASSWORD)).isEqualTo(Passwords.CheckResult.DIFFERS);
                }
            } finally {
                over.set(true);
            }
            for (Future<Void> one : greed) {
                one.get();
            }
        }
        assertThat(hashed).contains(false);
    }
}
