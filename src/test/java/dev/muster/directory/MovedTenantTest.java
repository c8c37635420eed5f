package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.directory.transfer.TenantExport;
import dev.muster.directory.transfer.TenantImport;
import dev.muster.directory.transfer.TransferException;
import dev.muster.model.JobCommand;
import dev.muster.model.job.Evidence;
import dev.muster.model.user.UserRef;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.sealing.TransferKey;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantRows;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTable;
import dev.muster.testing.UsesPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The law of moving: a tenant that was exported and imported any number of times is the same in every row, answers
/// every read, and verifies, as if it had never moved.
@UsesPostgres
@ParameterizedClass
@EnumSource(DatabaseKind.class)
final class MovedTenantTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Parameter
    private DatabaseKind kind;

    @TempDir
    private Path folder;

    private final TransferKey transferKey = transferKey(7);

    private static TransferKey transferKey(int which) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) which);
        return TransferKey.parse(Base64.getEncoder().encodeToString(key), "test");
    }

    private DatabaseKind otherKind() {
        return kind == DatabaseKind.SQLITE ? DatabaseKind.POSTGRES : DatabaseKind.SQLITE;
    }

    private MovedHome home(DatabaseKind its) throws IOException {
        return MovedHome.create(its, folder);
    }

    private byte[] export(MovedHome from) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TenantSource source = from.source()) {
            new TenantExport(from.masterKeys(), transferKey, "test", RANDOM)
                    .export(source, MovedHome.PARTNER, Instant.now(), file);
        }
        return file.toByteArray();
    }

    private void importTo(MovedHome to, byte[] file) throws IOException {
        importTo(to, transferKey, () -> new ByteArrayInputStream(file));
    }

    private static void importTo(MovedHome to, TransferKey key, TenantImport.Opening file) throws IOException {
        new TenantImport(to::masterKeys, key, RANDOM).importFrom(file, to::target);
    }

    /// Reads are functions of the rows, the realms' keys and the clock, so equal rows under equal keys give equal
    /// answers.
    @Test
    void aMovedTenantIsTheSameInEveryRow() throws Exception {
        for (int seed = 1; seed <= (Boolean.getBoolean("muster.long") ? 20 : 2); seed++) {
            MovedHome home = home(kind);
            home.fill(seed);
            Map<TenantTable, List<String>> before = home.rows();
            assertThat(before.get(TenantTable.USERS)).hasSizeGreaterThan(6);
            assertThat(before.get(TenantTable.REALM)).hasSize(2);
            for (DatabaseKind next : List.of(otherKind(), kind)) {
                MovedHome to = home(next);
                importTo(to, export(home));
                assertThat(to.rows()).as("seed %d", seed).isEqualTo(before);
                to.assertConsistent();
                home = to;
            }
        }
    }

    /// Uploads a piece of evidence with a job.
    private static void upload(Running running, String jobId, byte[] bytes) throws IOException {
        try (EvidenceFiles.Sink sink = Running.ok(running.core.evidence().take(Running.OTHER_REALM, 0))) {
            Evidence evidence = Running.ok(sink.fill(out -> out.write(bytes)));
            sink.settle(running.executeIn(
                    Running.OTHER_REALM, new JobCommand.SubmitJob(JobStagesTest.job(jobId, 5, "ana"), null, evidence)));
        }
    }

    private static byte[] evidence(Running running, String jobId) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Running.ok(running.core.evidence().open(Running.ADMIN, Running.OTHER_REALM, jobId))
                .writeTo(out);
        return out.toByteArray();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /// The export reads one moment, although the server goes on writing. The copy continues from there.
    @Test
    void aTenantIsExportedWhileItIsWrittenTo() throws Exception {
        MovedHome first = home(kind);
        byte[] file;
        byte[] evidence = bytes(600_000);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger registered = new AtomicInteger();
        try (Running running = new Running(first.database().open(), first.folder())) {
            Running.ok(running.executeIn(
                    Running.OTHER_REALM,
                    new JobCommand.SubmitJob(JobStagesTest.job("registers", 1, "ana"), null, null)));
            upload(running, "first", evidence);
            Thread writer = Thread.ofPlatform().start(() -> {
                while (!enough.get()) {
                    running.register("user" + registered.incrementAndGet() + "@example.com");
                }
            });
            while (registered.get() < 20) {
                Thread.sleep(5);
            }
            file = export(first);
            enough.set(true);
            writer.join();
        }
        MovedHome second = home(otherKind());
        importTo(second, file);
        second.assertConsistent();
        try (Running running = new Running(second.database().open(), second.folder())) {
            assertThat(running.verify().valid()).isTrue();
            assertThat(evidence(running, "first")).isEqualTo(evidence);
            long entries = running.verify().entries();
            assertThat(entries).isBetween(20L, (long) registered.get() + 2);
            running.register("one-more@example.com");
            upload(running, "second", bytes(1_000));
            assertThat(evidence(running, "second")).isEqualTo(bytes(1_000));
            assertThat(running.verify().entries()).isEqualTo(entries + 1);
            assertThat(running.verify().valid()).isTrue();
            assertThat(Running.ok(running.core.directory().find(Running.ADMIN, Running.REALM, UserRef.number(entries)))
                            .value()
                            .email()
                            .text())
                    .isEqualTo("one-more@example.com");
        }
        second.assertConsistent();
    }

    @Test
    void aDamagedFileIsRefusedAndNothingIsWritten() throws Exception {
        MovedHome first = home(kind);
        first.fill(3);
        byte[] file = export(first);
        MovedHome second = home(kind);
        Random random = new Random(4);
        for (int i = 0; i < 100; i++) {
            byte[] altered = file.clone();
            altered[i < 56 ? i : random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> importTo(second, altered))
                    .isInstanceOfAny(TamperedException.class, KeyUnavailableException.class);
        }
        for (int length : new int[] {0, 30, 56, 57, file.length / 2, 56 + (1 << 16) + 16, file.length - 1}) {
            assertThatThrownBy(() -> importTo(second, Arrays.copyOf(file, length)))
                    .as("%d of %d", length, file.length)
                    .isInstanceOf(TamperedException.class);
        }
        assertThatThrownBy(() -> importTo(second, transferKey(8), () -> new ByteArrayInputStream(file)))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining(transferKey.id());
        second.database().open().close();
        assertThat(second.rows()).isEmpty();
        importTo(second, file);
        assertThat(second.rows()).isEqualTo(first.rows());
    }

    @Test
    void aTenantThatExistsIsNotImportedAgain() throws Exception {
        MovedHome first = home(kind);
        first.fill(5);
        byte[] file = export(first);
        Map<TenantTable, List<String>> before = first.rows();
        assertThatThrownBy(() -> importTo(first, file))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("already has the tenant " + MovedHome.PARTNER);
        assertThat(first.rows()).isEqualTo(before);
        try (TenantSource source = first.source()) {
            TenantExport export = new TenantExport(first.masterKeys(), transferKey, "test", RANDOM);
            assertThatThrownBy(() -> export.export(source, "nobody", Instant.now(), new ByteArrayOutputStream()))
                    .isInstanceOf(TransferException.class)
                    .hasMessage("there is no tenant nobody in the database");
        }
        MasterKeys other = home(kind).masterKeys();
        try (TenantSource source = first.source()) {
            assertThatThrownBy(() -> new TenantExport(other, transferKey, "test", RANDOM)
                            .export(source, MovedHome.PARTNER, Instant.now(), new ByteArrayOutputStream()))
                    .isInstanceOf(KeyUnavailableException.class);
        }
    }

    /// Fails after this many bytes.
    private static final class FailingStream extends FilterInputStream {
        private int left;

        FailingStream(byte[] bytes, int left) {
            super(new ByteArrayInputStream(bytes));
            this.left = left;
        }

        @Override
        public int read(byte[] to, int offset, int count) throws IOException {
            int read = super.read(to, offset, Math.min(count, left));
            left -= read;
            if (left == 0) {
                throw new IOException("the disk is gone");
            }
            return read;
        }
    }

    /// The first reading finds the file authentic; the second fails at any place.
    @Test
    void anImportThatFailsHalfwayLeavesNothingAndCanBeRunAgain() throws Exception {
        MovedHome first = home(kind);
        first.fill(6);
        try (Running running = new Running(first.database().open(), first.folder())) {
            Running.ok(running.executeIn(
                    Running.OTHER_REALM,
                    new JobCommand.SubmitJob(JobStagesTest.job("registers", 1, "ana"), null, null)));
            upload(running, "with-evidence", bytes(700_000));
        }
        byte[] file = export(first);
        MovedHome second = home(kind);
        for (int part = 1; part <= 10; part++) {
            int bytes = (int) ((long) file.length * part / 11);
            AtomicInteger opened = new AtomicInteger();
            TenantImport.Opening opening = () -> {
                InputStream in = new ByteArrayInputStream(file);
                return opened.getAndIncrement() == 0 ? in : new FailingStream(file, bytes);
            };
            assertThatThrownBy(() -> importTo(second, transferKey, opening)).hasMessage("the disk is gone");
            assertThat(second.rows()).isEmpty();
        }
        importTo(second, file);
        assertThat(second.rows()).isEqualTo(first.rows());
        second.assertConsistent();
    }

    /// Starts the command in a process with little memory.
    private Process importing(MovedHome to, Path file) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + to.folder(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.muster.Main",
                "tenant",
                "import",
                file.toString(),
                "--data",
                to.folder().toString());
        command.environment().keySet().removeIf(name -> name.startsWith("MUSTER_") || name.equals("DATABASE_URL"));
        command.environment()
                .put(
                        "MUSTER_TRANSFER_KEY",
                        Base64.getEncoder().encodeToString(HexFormat.of().parseHex("07".repeat(32))));
        if (to.database().kind() == DatabaseKind.POSTGRES) {
            command.environment().put("MUSTER_DATABASE", to.database().url());
        }
        return command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("import.log").toFile())
                .start();
    }

    /// Whether an import seems to be writing rows.
    private static boolean isWriting(MovedHome to) throws IOException {
        Path wal = to.folder().resolve("evidence.db-wal");
        return switch (to.database().kind()) {
            case SQLITE -> Files.exists(wal) && Files.size(wal) > 1 << 20;
            case POSTGRES ->
                to.database()
                                .number(
                                        "select count(*) from pg_stat_activity where application_name = 'muster background'"
                                                + " and query like 'insert into evidence_chunk%'")
                        > 0;
        };
    }

    /// The file and the program together are larger than the heap, so the file cannot have been held in memory.
    @Test
    void anImportThatIsKilledLeavesNothingAndCanBeRunAgain() throws Exception {
        MovedHome first = home(kind);
        try (Running running = new Running(first.database().open(), first.folder())) {
            Running.ok(running.executeIn(
                    Running.OTHER_REALM,
                    new JobCommand.SubmitJob(JobStagesTest.job("registers", 1, "ana"), null, null)));
            for (int i = 0; i < 6; i++) {
                upload(running, "job-" + i, bytes(4 << 20));
            }
        }
        Path file = Files.write(folder.resolve("killed.tenant"), export(first));
        Map<TenantTable, Integer> sizes = sizes(first);
        MovedHome second = home(kind);
        second.database().open().close();
        Process killed = importing(second, file);
        while (killed.isAlive() && !isWriting(second)) {
            Thread.sleep(2);
        }
        killed.destroyForcibly().waitFor();
        Map<TenantTable, Integer> left = sizes(second);
        // On a strange machine it may have been done before it was killed.
        if (left.isEmpty()) {
            Process again = importing(second, file);
            assertThat(again.waitFor())
                    .as(() -> text(folder.resolve("import.log")))
                    .isZero();
        }
        assertThat(sizes(second)).isEqualTo(sizes);
        second.assertConsistent();
        try (Running running = new Running(second.database().open(), second.folder())) {
            assertThat(evidence(running, "job-5")).isEqualTo(bytes(4 << 20));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// The numbers of rows. Empty if there is no such tenant.
    private static Map<TenantTable, Integer> sizes(MovedHome home) throws IOException {
        Map<TenantTable, Integer> sizes = new TreeMap<>();
        try (TenantSource source = home.source()) {
            TenantId tenant = source.begin(MovedHome.PARTNER);
            if (tenant != null) {
                source.copy(tenant, new TenantRows() {
                    private TenantTable table = TenantTable.TENANT;

                    @Override
                    public void begin(TenantTable next, List<String> columns) {
                        table = next;
                    }

                    @Override
                    public void row(@Nullable Object[] values) {
                        sizes.merge(table, 1, Integer::sum);
                    }
                });
            }
        }
        return sizes;
    }
}
