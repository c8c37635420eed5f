package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.value.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checkpoints of several realms under one signature: each line is verified alone.
class SignedTogetherTest {
    private static final Instant AT = Instant.parse("2026-03-01T10:00:00.250Z");
    private static final int INDEX = 7;
    private static final int SIZE = 8;
    private static final int PATH = 9;

    @TempDir
    Path folder;

    private final ReplayableRandom random = Fixed.randomness(2);
    private CheckpointKey key;

    @BeforeEach
    void loadKey() {
        key = CheckpointKey.loadOrCreate(folder.resolve("checkpoint.pem"), Fixed.randomness(1));
    }

    private static Checkpoint checkpoint(int realm) {
        byte[] head = Digest.sha256("head of " + realm).bytes();
        return Checkpoint.after("the line before", realm, 1000 + realm, head, AT);
    }

    private static List<Checkpoint> checkpoints(int count) {
        return IntStream.range(0, count)
                .mapToObj(SignedTogetherTest::checkpoint)
                .toList();
    }

    private boolean verifies(String line) {
        return CheckpointKey.verify(key.publicKeyPem(), line).isPresent();
    }

    private static String field(String line, int field) {
        return line.split(" ", -1)[field];
    }

    private static String with(String line, int field, String value) {
        String[] fields = line.split(" ", -1);
        fields[field] = value;
        return String.join(" ", fields);
    }

    private static String signature(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    /// Lines that were written once must stay valid for ever.
    @Test
    void theLinesOfEachFormat() {
        String alone = "muster-checkpoint-2 7 1007 892ff0dd77ab7078dba03ee16ff135f6356c808034c0d0202885bc1a26b69300"
                + " 2026-03-01T10:00:00.250Z 39045f39d3b751ed412a081efab9551e2329831dddf2b7444ce5586de13d5886"
                + " f3741c08a071eb94 iKHBmHnIh5sg03mvHySFF9kFJdgY4kpZr8D4KwsSEQzOVNgYcod5Y_qUoICfSI4hAIdCoA_A1BgybdtY0w4eBQ";
        String together = "muster-checkpoint-3 1 1001 6f8d90db6ca1302db1044a64b8d3bc9430add861676e9137583f87e1dc1adfed"
                + " 2026-03-01T10:00:00.250Z 39045f39d3b751ed412a081efab9551e2329831dddf2b7444ce5586de13d5886"
                + " iGocgw6UQEpegMz4ADgJtA 0 3 aOUcNHU16YesqNqkw5ZCf5bBwDR51yFr5zFY1wPs7B9ZyoW5TIJwXbLNb7w0PjzXUPDLR0OSha0o4DJaGPpUEA"
                + " f3741c08a071eb94 _azU-xrEMbERBsFOiSI-OVNEaiuRc9AIwgjM3-L3Yt8KcTbMYIVmVMnaHMKbjlj-nRAh1IDHCshI2u0sMafDAg";
        assertThat(key.sign(checkpoint(7))).isEqualTo(alone);
        assertThat(key.signTogether(checkpoints(3), random).get(1)).isEqualTo(together);
        assertThat(CheckpointKey.verify(key.publicKeyPem(), alone)).contains(checkpoint(7));
        assertThat(CheckpointKey.verify(key.publicKeyPem(), together)).contains(checkpoint(1));
        assertThat(Checkpoint.parseUnverified(together)).contains(checkpoint(1));
    }

    @Test
    void eachLineIsVerifiedAloneHoweverManyThereAre() {
        for (int count : List.of(2, 3, 4, 5, 7, 8, 9, 31, 64, 100, 200)) {
            List<String> lines = key.signTogether(checkpoints(count), random);
            assertThat(lines).hasSize(count);
            assertThat(lines.stream().map(SignedTogetherTest::signature).distinct())
                    .hasSize(1);
            for (int i = 0; i < count; i++) {
                assertThat(CheckpointKey.verify(key.publicKeyPem(), lines.get(i)))
                        .contains(checkpoint(i));
            }
        }
    }

    @Test
    void oneCheckpointIsSignedByItself() {
        assertThat(key.signTogether(checkpoints(1), random)).containsExactly(key.sign(checkpoint(0)));
        assertThat(key.signTogether(List.of(), random)).isEmpty();
    }

    @Test
    void everyFlippedBitAndEveryCutIsRefused() {
        String line = key.signTogether(checkpoints(5), random).get(2);
        assertThat(verifies(line)).isTrue();
        for (int i = 0; i < line.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                StringBuilder flipped = new StringBuilder(line);
                flipped.setCharAt(i, (char) (line.charAt(i) ^ 1 << bit));
                assertThat(verifies(flipped.toString())).as("%s", flipped).isFalse();
            }
            assertThat(verifies(line.substring(0, i))).isFalse();
        }
        assertThat(verifies(line + " ")).isFalse();
        assertThat(verifies(line + "=")).isFalse();
    }

    @Test
    void anotherIndexOrSizeIsRefused() {
        for (int count : List.of(2, 3, 5, 8, 13)) {
            for (String line : key.signTogether(checkpoints(count), random)) {
                for (int other = -1; other < 20; other++) {
                    String index = Integer.toString(other);
                    assertThat(verifies(with(line, INDEX, index)))
                            .as("index %s of %s", index, line)
                            .isEqualTo(index.equals(field(line, INDEX)));
                    assertThat(verifies(with(line, SIZE, index)))
                            .as("size %s of %s", index, line)
                            .isEqualTo(other == count);
                }
            }
        }
    }

    @Test
    void thePathOfOneRealmDoesNotVerifyAnothers() {
        List<String> lines = key.signTogether(checkpoints(9), random);
        for (String line : lines) {
            for (String other : lines) {
                if (!line.equals(other)) {
                    assertThat(verifies(with(line, PATH, field(other, PATH)))).isFalse();
                    String moved = with(with(line, PATH, field(other, PATH)), INDEX, field(other, INDEX));
                    assertThat(verifies(moved)).isFalse();
                }
            }
        }
    }

    @Test
    void linesOfOtherKeysAreRefused() {
        CheckpointKey other = CheckpointKey.loadOrCreate(folder.resolve("other.pem"), Fixed.randomness(3));
        String line = other.signTogether(checkpoints(3), random).getFirst();
        assertThat(verifies(line)).isFalse();
        assertThat(verifies(line.replace(other.id(), key.id()))).isFalse();
    }

    /// A verifier that knows only the earlier formats checks the signature against the line itself.
    @Test
    void anEarlierVerifierRefusesTheLine() {
        String line = key.signTogether(checkpoints(3), random).getFirst();
        byte[] der = Base64.getMimeDecoder().decode(key.publicKeyPem().replaceAll("-----.*-----", ""));
        Ed25519Signer verifying = new Ed25519Signer();
        verifying.init(false, new Ed25519PublicKeyParameters(der, der.length - 32));
        byte[] signed = line.substring(0, line.lastIndexOf(' ')).getBytes(StandardCharsets.US_ASCII);
        verifying.update(signed, 0, signed.length);
        assertThat(verifying.verifySignature(Base64.getUrlDecoder().decode(signature(line))))
                .isFalse();
        assertThat(Checkpoint.parse(
                        String.join(" ", List.of(line.split(" ", -1)).subList(0, 6))))
                .isEmpty();
    }

    /// What is signed for all of them is not a checkpoint.
    @Test
    void theSignedRootIsNotALine() {
        List<Checkpoint> checkpoints = checkpoints(3);
        String signature =
                signature(key.signTogether(checkpoints, Fixed.randomness(2)).getFirst());
        String root = CheckpointLeaf.tree(checkpoints, Fixed.randomness(2)).rootText();
        assertThat(root).matches("muster-checkpoint-root-1 3 [0-9a-f]{64}");
        assertThat(verifies(root + " " + key.id() + " " + signature)).isFalse();
        assertThat(Checkpoint.parseUnverified(root + " " + key.id() + " " + signature))
                .isEmpty();
    }

    /// Someone who knows the other realms' checkpoints does not recognise them in a path, nor in its order.
    @Test
    void aLineDoesNotShowWhichOtherRealmsWereSigned() {
        List<Checkpoint> checkpoints = checkpoints(64);
        List<String> first = key.signTogether(checkpoints, random);
        List<String> second = key.signTogether(checkpoints, random);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            assertThat(field(first.get(i), 6)).matches("[A-Za-z0-9_-]{22}").isNotEqualTo(field(second.get(i), 6));
            assertThat(field(first.get(i), PATH)).isNotEqualTo(field(second.get(i), PATH));
            order.add(Integer.valueOf(field(first.get(i), INDEX)));
        }
        assertThat(order).isNotEqualTo(IntStream.range(0, 64).boxed().toList());
        assertThat(order)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 64).boxed().toList());
        assertThat(first.stream().map(line -> field(line, 6)).distinct()).hasSize(64);
    }

    @Test
    void aTreeHasAMaximumSizeAndItsLeavesNameALineBefore() {
        List<Checkpoint> many = checkpoints(CheckpointKey.MAX_TOGETHER);
        assertThat(key.signTogether(many, random))
                .allMatch(line -> line.length() < 1024)
                .element(99)
                .matches(this::verifies);
        assertThatThrownBy(() -> key.signTogether(checkpoints(CheckpointKey.MAX_TOGETHER + 1), random))
                .isInstanceOf(IllegalArgumentException.class);
        Checkpoint first = new Checkpoint(7, 1, "0".repeat(64), AT, null);
        assertThatThrownBy(() -> key.signTogether(List.of(first, checkpoint(8)), random))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
