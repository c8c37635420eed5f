package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A sealed file is read back unchanged, with its own key only, and any damage to it is detected.
final class SealedFileTest {
    private static final int CHUNK = FileChunks.PLAIN_BYTES;

    private final TransferKey key = key(1);

    private static TransferKey key(int which) {
        return TransferKey.parse(Base64.getEncoder().encodeToString(Fixed.bytes(which, 32)) + "\n", "test");
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private byte[] sealed(byte[] content) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        SealedOutput out = key.seal(to, Fixed.randomness(5));
        int half = content.length / 2;
        out.write(content, 0, half);
        for (int i = half; i < Math.min(half + 3, content.length); i++) {
            out.write(content[i]);
        }
        int rest = Math.min(half + 3, content.length);
        out.write(content, rest, content.length - rest);
        out.finish();
        return to.toByteArray();
    }

    private static byte[] opened(TransferKey key, byte[] file) throws IOException {
        try (SealedInput in = key.open(new ByteArrayInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static void assertDamaged(TransferKey key, byte[] file) {
        assertThatThrownBy(() -> opened(key, file)).isInstanceOf(TamperedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7})
    void aFileIsReadBackUnchanged(int length) throws Exception {
        byte[] content = content(length);
        byte[] file = sealed(content);
        assertThat(opened(key, file)).isEqualTo(content);
        assertThat(Arrays.equals(file, sealed(content))).isTrue();
    }

    @Test
    void everyAlteredByteIsDetected() throws Exception {
        byte[] file = sealed(content(300));
        for (int i = 0; i < file.length; i++) {
            byte[] altered = file.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> opened(key, altered))
                    .as("byte %d", i)
                    .isInstanceOfAny(TamperedException.class, KeyUnavailableException.class);
        }
    }

    @Test
    void everyTruncationIsDetected() throws Exception {
        byte[] file = sealed(content(300));
        for (int length = 0; length < file.length; length++) {
            assertDamaged(key, Arrays.copyOf(file, length));
        }
        assertDamaged(key, Arrays.copyOf(file, file.length + 1));
    }

    @Test
    void chunksCannotBeRemovedRepeatedOrReordered() throws Exception {
        int sealedChunk = CHUNK + FileChunks.TAG_BYTES;
        int first = FileChunks.HEAD_BYTES;
        byte[] file = sealed(content(3 * CHUNK));
        assertDamaged(key, Arrays.copyOf(file, first + sealedChunk));
        assertDamaged(key, Arrays.copyOf(file, first + 2 * sealedChunk));
        byte[] swapped = file.clone();
        System.arraycopy(file, first, swapped, first + sealedChunk, sealedChunk);
        System.arraycopy(file, first + sealedChunk, swapped, first, sealedChunk);
        assertDamaged(key, swapped);
        byte[] longer = Arrays.copyOf(file, file.length + sealedChunk);
        System.arraycopy(file, first + 2 * sealedChunk, longer, file.length, sealedChunk);
        assertDamaged(key, longer);
    }

    @Test
    void anUnfinishedFileIsRefused() throws Exception {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (SealedOutput out = key.seal(to, Fixed.randomness(5))) {
            out.write(content(2 * CHUNK + 5));
        }
        assertDamaged(key, to.toByteArray());
    }

    @Test
    void anotherKeyIsNamed() throws Exception {
        byte[] file = sealed(content(10));
        TransferKey other = key(2);
        assertThatThrownBy(() -> opened(other, file))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessage("the file was sealed with transfer key " + key.id() + ", and this is transfer key "
                        + other.id());
    }

    @Test
    void aRealmsKeyIsWrappedForItsRealmAndThisKeyOnly() {
        RealmKey realm = RealmKey.create(7, Fixed.randomness(3));
        byte[] wrapped = key.wrap(realm, Fixed.randomness(4));
        assertThat(key.unwrap(7, wrapped).derive("x")).isEqualTo(realm.derive("x"));
        assertThat(key.unwrap(7, wrapped).sealsRows()).isTrue();
        assertThatThrownBy(() -> key.unwrap(8, wrapped)).isInstanceOf(TamperedException.class);
        assertThatThrownBy(() -> key(2).unwrap(7, wrapped)).isInstanceOf(KeyUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "AAAA", "not base64 at all, but it is long enough to be a key"})
    void whatIsNoKeyIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> TransferKey.parse(text, "MUSTER_TRANSFER_KEY"))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageStartingWith("MUSTER_TRANSFER_KEY is not a transfer key")
                .message()
                .satisfies(message ->
                        assertThat(text.isEmpty() || !message.contains(text)).isTrue());
    }
}
