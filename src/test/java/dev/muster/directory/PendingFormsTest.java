package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Submitted forms are kept until the operator has signed in again.
final class PendingFormsTest extends OnBothRunning {
    private static final UUID ADA = new UUID(1, 1);
    private static final UUID BOB = new UUID(1, 2);
    private static final byte[] FORM = "password=correct+horse".getBytes(StandardCharsets.UTF_8);

    private PendingForms forms() {
        return running.core.pendingForms();
    }

    @Test
    void aFormIsItsOperatorsInItsRealmAlone() {
        String id = forms().keep(TEST, ADA, FORM);
        assertThat(id).matches("[A-Za-z0-9_-]{43}");
        assertThat(forms().find(TEST, ADA, id)).isEqualTo(FORM);
        assertThat(forms().find(TEST, BOB, id)).isNull();
        assertThat(forms().find(PRODUCTION, ADA, id)).isNull();
        assertThat(forms().find(TEST, ADA, id.substring(1) + "x")).isNull();
    }

    @Test
    void itIsTakenOnce() {
        String id = forms().keep(TEST, ADA, FORM);
        assertThat(forms().take(TEST, BOB, id)).isNull();
        assertThat(forms().take(TEST, ADA, id)).isEqualTo(FORM);
        assertThat(forms().take(TEST, ADA, id)).isNull();
    }

    @Test
    void itIsKeptForAnHour() {
        String id = forms().keep(TEST, ADA, FORM);
        running.advance(PendingForms.RETENTION.minusMinutes(1));
        assertThat(forms().find(TEST, ADA, id)).isNotNull();
        running.advance(Duration.ofMinutes(1));
        assertThat(forms().find(TEST, ADA, id)).isNull();
        running.core.internals().cleanup().everything();
        assertThat(isStored(id)).isFalse();
    }

    @Test
    void anOperatorHasTheLatestTwenty() {
        String bobs = forms().keep(TEST, BOB, FORM);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < PendingForms.MAX_PER_OPERATOR + 3; i++) {
            ids.add(forms().keep(TEST, ADA, FORM));
            running.advance(Duration.ofMillis(2));
        }
        assertThat(ids.stream().filter(this::isStored)).isEqualTo(ids.subList(3, ids.size()));
        assertThat(isStored(bobs)).isTrue();
    }

    /// A form is stored sealed, because it may contain a password.
    @Test
    void nothingOfItIsStoredInClear() {
        String id = forms().keep(TEST, ADA, FORM);
        byte[] stored = running.database()
                .read(reads -> reads.credentials().pendingForm(TEST, hash(id)))
                .sealed();
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("correct", "horse", id);
    }

    private static byte[] hash(String id) {
        return dev.muster.model.value.Digest.sha256(id).bytes();
    }

    private boolean isStored(String id) {
        return running.database().read(reads -> reads.credentials().pendingForm(TEST, hash(id))) != null;
    }
}
