package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.rest.RestApi;
import dev.muster.cli.LocalTasks.ExportToVerify;
import dev.muster.cli.LocalTasks.Verified;
import dev.muster.cli.shell.CommandException;
import dev.muster.directory.Journal;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.Tag;
import dev.muster.model.validation.Validator;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An exported journal can be verified without the server, and any change to the file is detected.
final class ExportFileTest {
    @TempDir
    private Path folder;

    private List<String> lines;
    private Journal.Head head;
    private long realm;

    @BeforeEach
    void export() throws Exception {
        try (TestServer server = new TestServer(
                folder,
                InstantSource.system(),
                20,
                (core, gate, keyGenerator) -> List.of(RestApi.of(core, gate, keyGenerator, null)))) {
            TestServer.Tenancy tenancy = server.makeTenant("acme");
            realm = tenancy.test();
            Actor actor = server.actor(realm, tenancy.testKey());
            for (int i = 0; i < 4; i++) {
                server.execute(
                        realm,
                        actor,
                        null,
                        new Command.Register(
                                new Validator().email("u" + i + "@example.com"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                Tag.USER,
                                null));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Result<Journal.Head> exported = server.journal().export(actor, realm, out::writeBytes);
            head = ((Result.Ok<Journal.Head>) exported).value();
            lines = new ArrayList<>(out.toString(StandardCharsets.UTF_8).lines().toList());
        }
    }

    private Verified verify(List<String> file, String headKept) throws Exception {
        Path written = Files.write(folder.resolve("export.ndjson"), file);
        return ExportFile.verify(new ExportToVerify(written, null, List.of(), headKept));
    }

    @Test
    void anExportAsItWasIsValid() throws Exception {
        Verified verified = verify(lines, head.head());
        assertThat(verified.valid()).isTrue();
        assertThat(verified.entries()).isEqualTo(5).isEqualTo(head.seq());
    }

    @Test
    void aMissingLineIsFound() throws Exception {
        lines.remove(2);
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(3L, Verified::firstBad);
    }

    @Test
    void swappedLinesAreFound() throws Exception {
        Collections.swap(lines, 1, 2);
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(2L, Verified::firstBad);
    }

    @Test
    void aTextThatContradictsItsBytesIsFound() throws Exception {
        lines.set(3, lines.get(3).replace("user.registered", "user.updated"));
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(4L, Verified::firstBad);
    }

    /// If a field occurs twice, some parsers use the first value and others the last, so some readers would see a
    /// journal other than the verified one.
    @Test
    void aDuplicateFieldIsFound() throws Exception {
        String line = lines.get(3);
        lines.set(3, line.replaceFirst("\\{", "{\"seq\":77,"));
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(4L, Verified::firstBad);
        lines.set(3, line.replaceFirst("\\{", "{\"action\":\"user.erased\","));
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(4L, Verified::firstBad);
    }

    @Test
    void anInvalidLineIsFound() throws Exception {
        lines.set(1, "{\"seq\":2,\"entry\":\"AAAA\",\"hash\":\"00\"}");
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(2L, Verified::firstBad);
        assertThatThrownBy(() -> verify(List.of("{\"hello\":1}"), null)).isInstanceOf(CommandException.class);
    }

    @Test
    void aFileCutShortIsBetrayedByAHeadOrACheckpoint() throws Exception {
        lines.removeLast();
        assertThat(verify(lines, null).valid()).isTrue();
        assertThat(verify(lines, head.head()).valid()).isFalse();

        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("auditor.key"), new SecureRandom());
        Path checkpoints = Files.writeString(
                folder.resolve("kept.txt"),
                key.sign(new Checkpoint(realm, head.seq(), head.head(), Instant.now(), null)) + "\n");
        Path publicKey = Files.writeString(folder.resolve("public.pem"), key.publicKeyPem());
        ExportToVerify cut = new ExportToVerify(folder.resolve("export.ndjson"), checkpoints, List.of(publicKey), null);
        assertThat(ExportFile.verify(cut)).returns(false, Verified::valid).returns(5L, Verified::firstBad);
    }

    @Test
    void aNumberThatIsNotTheEntrysIsFound() throws Exception {
        lines.set(1, lines.get(1).replace("\"seq\":2", "\"seq\":77"));
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(2L, Verified::firstBad);
    }

    @Test
    void aFieldThatAnEntryDoesNotHaveIsFound() throws Exception {
        lines.set(1, lines.get(1).replace("{\"seq\":2", "{\"approvedBy\":\"somebody\",\"seq\":2"));
        assertThat(verify(lines, null)).returns(false, Verified::valid).returns(2L, Verified::firstBad);
    }

    @Test
    void twoLinesThatContradictEachOtherAreBothNamed() throws Exception {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("auditor.key"), new SecureRandom());
        String forged = "0".repeat(64);
        Verified verified = verify(
                key,
                key.sign(new Checkpoint(realm, 3, forged, Instant.now(), null)),
                key.sign(new Checkpoint(realm, head.seq(), head.head(), Instant.now(), null)),
                key.sign(new Checkpoint(realm, head.seq(), forged, Instant.now(), null)));
        assertThat(verified).returns(false, Verified::valid).returns(3L, Verified::firstBad);
        verified = verify(
                key,
                key.sign(new Checkpoint(realm, head.seq(), forged, Instant.now(), null)),
                key.sign(new Checkpoint(realm, head.seq(), head.head(), Instant.now(), null)));
        assertThat(verified).returns(false, Verified::valid).returns(5L, Verified::firstBad);
        assertThat(verified.reason()).contains("line 1").contains("line 2").contains("contradict each other");
    }

    @Test
    void everyCheckpointThatContradictsTheFileIsNamed() throws Exception {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("auditor.key"), new SecureRandom());
        String forged = "0".repeat(64);
        Instant at = Instant.parse("2026-01-02T03:04:05Z");
        String[] checkpoints = {
            key.sign(new Checkpoint(realm, 1, hash(1), at, null)),
            key.sign(new Checkpoint(realm, 3, forged, at, null)),
            key.sign(new Checkpoint(realm, 4, forged, at, null)),
            key.sign(new Checkpoint(realm, head.seq(), head.head(), at, null)),
            key.sign(new Checkpoint(realm, head.seq() + 1, forged, at, null))
        };
        assertThat(verify(key, checkpoints))
                .returns(3L, Verified::firstBad)
                .returns(
                        "Its hash is not the one in line 2 of the checkpoints. These checkpoints contradict the journal: "
                                + "line 2 (entry 3, signed 2026-01-02T03:04:05.000Z), "
                                + "line 3 (entry 4, signed 2026-01-02T03:04:05.000Z), "
                                + "line 5 (entry 6, signed 2026-01-02T03:04:05.000Z).",
                        Verified::reason);
        lines.add("not JSON");
        assertThat(verify(key, checkpoints).reason()).contains("line 5 (entry 6");
        lines.subList(4, lines.size()).clear();
        assertThat(verify(key, checkpoints).reason()).contains("line 4 (entry 5");
    }

    private String hash(int seq) {
        return lines.get(seq - 1).replaceFirst(".*\"hash\":\"([0-9a-f]+)\".*", "$1");
    }

    @Test
    void twoLinesThatFollowTheSameOneAreBothNamed() throws Exception {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("auditor.key"), new SecureRandom());
        byte[] end = HexFormat.of().parseHex(head.head());
        Verified verified = verify(
                key,
                key.sign(Checkpoint.after("a line", realm, head.seq(), end, Instant.EPOCH)),
                key.sign(Checkpoint.after("a line", realm, head.seq(), end, Instant.now())));
        assertThat(verified).returns(false, Verified::valid);
        assertThat(verified.reason()).contains("line 1").contains("line 2").contains("same checkpoint");
    }

    /// Servers with different keys, or a server before and after a change of its key, have signed the same journal.
    @Test
    void checkpointsOfSeveralKeysAreCompared() throws Exception {
        CheckpointKey one = CheckpointKey.loadOrCreate(folder.resolve("one.key"), new SecureRandom());
        CheckpointKey other = CheckpointKey.loadOrCreate(folder.resolve("other.key"), new SecureRandom());
        Checkpoint end = new Checkpoint(realm, head.seq(), head.head(), Instant.now(), null);
        Path export = Files.write(folder.resolve("export.ndjson"), lines);
        Path kept = Files.write(folder.resolve("kept.txt"), List.of(one.sign(end), other.sign(end)));
        Path oneKey = Files.writeString(folder.resolve("one.pem"), one.publicKeyPem());
        Path otherKey = Files.writeString(folder.resolve("other.pem"), other.publicKeyPem());
        assertThat(ExportFile.verify(new ExportToVerify(export, kept, List.of(oneKey, otherKey), null)))
                .returns(true, Verified::valid)
                .returns(2, Verified::checkpoints);
        assertThatThrownBy(() -> ExportFile.verify(new ExportToVerify(export, kept, List.of(otherKey), null)))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("line 1");
    }

    /// Lines of a realm that was signed alone, as in earlier formats, and together with others.
    @Test
    void checkpointsOfAllFormatsAreCompared() throws Exception {
        CheckpointKey key = CheckpointKey.loadOrCreate(folder.resolve("auditor.key"), new SecureRandom());
        String first = key.sign(new Checkpoint(realm, 1, hash(1), Instant.now(), null));
        String second = key.sign(checkpoint(first, 3, hash(3)));
        List<String> together = key.signTogether(
                List.of(
                        checkpoint(second, 5, hash(5)),
                        Checkpoint.after(null, realm + 1, 9, new byte[32], Instant.now())),
                new SecureRandom());
        String third = together.getFirst();
        assertThat(verify(key, first, second, third))
                .returns(true, Verified::valid)
                .returns(3, Verified::checkpoints)
                .returns(5L, Verified::authenticUpTo);
        String forged = "0".repeat(64);
        String contradicting = key.signTogether(
                        List.of(checkpoint(third, 5, forged), checkpoint(null, 1, hash(1))), new SecureRandom())
                .getFirst();
        assertThat(verify(key, first, third, contradicting).reason())
                .contains("line 2 of the checkpoints and line 3 of the checkpoints contradict each other");
        assertThat(verify(key, contradicting)).returns(false, Verified::valid).returns(5L, Verified::firstBad);
        String fork = key.signTogether(
                        List.of(checkpoint(second, 4, hash(4)), checkpoint(null, 1, hash(1))), new SecureRandom())
                .getFirst();
        assertThat(verify(key, second, third, fork).reason()).contains("both follow the same checkpoint");

        String[] altered = {
            third.replace(hash(5), hash(4)),
            third.replace("muster-checkpoint-3", "muster-checkpoint-2"),
            third.replace("muster-checkpoint-3", "muster-checkpoint-4"),
            third.replace(" 0 2 ", " X ").replace(" 1 2 ", " 0 2 ").replace(" X ", " 1 2 "),
            third.substring(0, third.lastIndexOf(' ') + 1) + second.substring(second.lastIndexOf(' ') + 1)
        };
        for (String line : altered) {
            assertThat(line).isNotEqualTo(third);
            assertThatThrownBy(() -> verify(key, first, line))
                    .isInstanceOf(CommandException.class)
                    .hasMessageEndingWith("line 2: not signed with that key");
        }
        assertThatThrownBy(() -> verify(key, together.getLast()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("is of realm " + (realm + 1));
    }

    private Checkpoint checkpoint(String previous, long seq, String hash) {
        return Checkpoint.after(previous, realm, seq, HexFormat.of().parseHex(hash), Instant.now());
    }

    private Verified verify(CheckpointKey key, String... checkpoints) throws Exception {
        Path export = Files.write(folder.resolve("export.ndjson"), lines);
        Path kept = Files.write(folder.resolve("kept.txt"), List.of(checkpoints));
        Path publicKey = Files.writeString(folder.resolve("public.pem"), key.publicKeyPem());
        return ExportFile.verify(new ExportToVerify(export, kept, List.of(publicKey), null));
    }
}
