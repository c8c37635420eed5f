package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Config.Storage;
import dev.muster.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests `serve`, `migrate` and the offline check, which do not send requests to a server. Functions passed in by the
/// tests do their work.
final class LocalCommandsTest {
    private static final String HEAD = "ab".repeat(32);

    @TempDir
    private Path folder;

    private final Cli cli = new Cli();

    @Test
    void servingGetsTheConfigurationAndGivesTheExitCode() {
        AtomicReference<Config> served = new AtomicReference<>();
        cli.serve = config -> {
            served.set(config);
            return 7;
        };
        Path data = folder.resolve("data");
        cli.environment.put("MUSTER_PORT", "9000");
        assertThat(cli.run("serve", "--data", data.toString(), "--bench").exit())
                .isEqualTo(7);
        assertThat(served.get().port()).isEqualTo(9000);
        assertThat(served.get().bench()).isTrue();
        assertThat(data).isDirectory();
    }

    @Test
    void aDemonstrationLeavesNothingBehind() {
        AtomicReference<Path> used = new AtomicReference<>();
        cli.serve = config -> {
            used.set(config.data());
            assertThat(config.storage()).isEqualTo(new Storage.Sqlite(config.data()));
            Files.writeString(config.data().resolve("muster.db"), "x");
            throw new CommandException(Exit.REFUSED, "the port is taken");
        };
        cli.run("serve", "--demo").complained(1, "muster serve: the port is taken");
        assertThat(used.get()).doesNotExist();
    }

    @Test
    void aFaultIsTold() {
        cli.serve = _ -> {
            throw new IllegalStateException("oops");
        };
        Cli.Ran ran = cli.run("serve", "--demo");
        assertThat(ran.exit()).isEqualTo(70);
        assertThat(ran.err())
                .startsWith(
                        "muster serve: an internal error of Muster, please report it: java.lang.IllegalStateException: oops\n");
    }

    @Test
    void migratingSaysWhatItDid() {
        AtomicReference<Storage> migrated = new AtomicReference<>();
        cli.migrate = storage -> {
            migrated.set(storage);
            return new LocalTasks.Migrated(3, 6);
        };
        cli.environment.put("MUSTER_DATABASE", "jdbc:postgresql://db/muster");
        cli.run("migrate").printed("The schema went from version 3 to 6.\n");
        assertThat(migrated.get()).isInstanceOf(Storage.Postgres.class);
        cli.environment.clear();
        cli.migrate = _ -> new LocalTasks.Migrated(6, 6);
        cli.run("migrate", "--data", folder.toString()).printed("The schema is at version 6 already.\n");
    }

    @Test
    void anExportIsVerifiedWithoutAServer() throws Exception {
        AtomicReference<LocalTasks.ExportToVerify> asked = new AtomicReference<>();
        cli.verifyFile = export -> {
            asked.set(export);
            return new LocalTasks.Verified(
                    true,
                    7,
                    HEAD,
                    null,
                    null,
                    export.checkpoints() == null ? 0 : 2,
                    export.checkpoints() == null ? 0 : 5);
        };
        String file = file("export.ndjson");
        cli.run("journal", "verify", "--file", file)
                .printed("Valid: 7 entries, head " + HEAD + "\n"
                        + "The file is consistent; that alone does not prove it authentic, as anyone could make another"
                        + " consistent one. Give --checkpoints with --public-key, or --head, from a copy that was kept"
                        + " elsewhere.\n");
        cli.run("journal", "verify", "--file", file, "--head", HEAD)
                .printed("Valid: 7 entries, head " + HEAD + "\nIt ends with the head that you gave.\n");
        cli.run("journal", "verify", "--file", file, "--checkpoints", file("c"), "--public-key", file("k"))
                .printed("Valid: 7 entries, head " + HEAD
                        + "\nAuthentic up to entry 5, by 2 signed checkpoints. The 2 after it are proven consistent, not"
                        + " authentic.\n");
        assertThat(asked.get())
                .isEqualTo(new LocalTasks.ExportToVerify(
                        Path.of(file), folder.resolve("c"), List.of(folder.resolve("k")), null));
        cli.run(
                "journal",
                "verify",
                "--file",
                file,
                "--checkpoints",
                file("c"),
                "--public-key",
                file("k"),
                "--public-key",
                file("l"));
        assertThat(asked.get().publicKeys()).containsExactly(folder.resolve("k"), folder.resolve("l"));
        cli.run("journal", "verify", "--file", file, "--json")
                .printed("{\"valid\":true,\"entries\":7,\"head\":\"" + HEAD
                        + "\",\"checkpoints\":0,\"authenticUpTo\":0}\n");
    }

    @Test
    void anExportThatIsNotValidIsToldWithExitCodeOne() throws Exception {
        cli.verifyFile = _ -> new LocalTasks.Verified(false, 3, HEAD, 4L, "its hash does not follow", 0, 0);
        Cli.Ran ran = cli.run("journal", "verify", "--file", file("e"));
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("NOT VALID: entry 4: its hash does not follow\n");
        cli.verifyFile = _ -> new LocalTasks.Verified(false, 3, HEAD, null, "the end is missing", 0, 0);
        assertThat(cli.run("journal", "verify", "--file", file("e")).out())
                .isEqualTo("NOT VALID: the end is missing\n");
    }

    private String file(String name) throws Exception {
        return Files.writeString(folder.resolve(name), "x").toString();
    }

    @Test
    void aTenantsFileNeedsAKeyAndADatabase() throws Exception {
        String file = file("acme.tenant");
        cli.run("tenant", "export", "acme", "--to", file)
                .complained(
                        2,
                        "muster tenant export: --transfer-key-file is missing, and so are MUSTER_TRANSFER_KEY and"
                                + " MUSTER_TRANSFER_KEY_FILE: a tenant's file is always sealed (see"
                                + " muster tenant export --help)");
        cli.environment.put("MUSTER_TRANSFER_KEY", "secret");
        cli.run("tenant", "export", "acme", "--to", file, "--data", "d")
                .printed("Exported acme, 12 rows, to " + file + ".\n");
        assertThat(cli.tenantFile)
                .isEqualTo(new LocalTasks.TenantFile(
                        Path.of(file),
                        new Storage.Sqlite(Path.of("d").toAbsolutePath()),
                        Path.of("d/master.key").toAbsolutePath(),
                        null,
                        new Secret("secret")));
        cli.environment.put("MUSTER_TRANSFER_KEY_FILE", "k1");
        cli.environment.put("MUSTER_DATABASE", "jdbc:postgresql://db/muster");
        cli.run("tenant", "import", file, "--master-key-file", "m")
                .printed("Imported acme, 12 rows. Running servers have it now.\n");
        assertThat(cli.tenantFile.keyFile()).isEqualTo(Path.of("k1"));
        assertThat(cli.tenantFile.keyText()).isNull();
        assertThat(cli.tenantFile.masterKeyFile()).isEqualTo(Path.of("m").toAbsolutePath());
        assertThat(cli.tenantFile.storage()).isInstanceOf(Storage.Postgres.class);
        cli.environment.remove("MUSTER_DATABASE");
        String data = folder.resolve("new").toString();
        cli.run("tenant", "import", file, "--transfer-key-file", "k2", "--data", data)
                .printed("Imported acme, 12 rows. Start the server now.\n");
        assertThat(cli.tenantFile.keyFile()).isEqualTo(Path.of("k2"));
        assertThat(Path.of(data)).isDirectory();
    }

    @Test
    void aMoveNeedsAnotherDatabase() {
        cli.run("tenant", "move", "acme")
                .complained(
                        2,
                        "muster tenant move: --to is missing, and so is MUSTER_TO_DATABASE (see"
                                + " muster tenant move --help)");
        String data = folder.resolve("new").toString();
        Cli.Ran moved = cli.run("tenant", "move", "acme", "--to", data, "--data", "d");
        assertThat(moved.out()).isEqualTo("Moved acme, 12 rows. Writes were refused for 0.345 seconds.\n");
        assertThat(moved.err()).isEqualTo("Copied 12 rows.\n");
        assertThat(cli.move)
                .isEqualTo(new LocalTasks.Move(
                        "acme",
                        new Storage.Sqlite(Path.of("d").toAbsolutePath()),
                        Path.of("d/master.key").toAbsolutePath(),
                        new Storage.Sqlite(Path.of(data)),
                        Path.of(data, "master.key")));
        assertThat(Path.of(data)).isDirectory();
        // Databases behind one server have the same master key.
        cli.environment.put("MUSTER_TO_DATABASE", "postgres://muster:secret@db2/muster");
        cli.run("tenant", "move", "acme", "--data", "d");
        assertThat(cli.move.to()).isInstanceOf(Storage.Postgres.class);
        assertThat(cli.move.toMasterKeyFile()).isEqualTo(Path.of("d/master.key").toAbsolutePath());
        cli.run("tenant", "move", "acme", "--data", "d", "--to-master-key-file", "k");
        assertThat(cli.move.toMasterKeyFile()).isEqualTo(Path.of("k").toAbsolutePath());
        cli.run("tenant", "move", "acme", "--forget", "--to", data)
                .complained(
                        2, "muster tenant move: --forget and --to exclude each other (see muster tenant move --help)");
        assertThat(cli.run("tenant", "move", "acme", "--forget", "--data", "d").err())
                .contains("forgets acme");
    }

    @Test
    void aTenantIsMovedToACellByItsName() {
        assertThat(cli.run("tenant", "move", "acme", "--to-cell", "b", "--data", "d")
                        .err())
                .contains("--database is missing");
        cli.environment.put("MUSTER_DATABASE", "jdbc:postgresql://db/muster");
        Cli.Ran moved = cli.run("tenant", "move", "acme", "--to-cell", "b");
        assertThat(moved.out()).isEqualTo("Moved acme, 13 rows. Writes were refused for 0.045 seconds.\n");
        assertThat(moved.err()).isEqualTo("to b\n");
        assertThat(cli.firstCell.url().text()).isEqualTo("jdbc:postgresql://db/muster");
        assertThat(cli.run("tenant", "move", "acme", "--forget", "--from-cell", "first")
                        .err())
                .contains("forgets acme in first");
        assertThat(cli.run("tenant", "move", "acme", "--to-cell", "b", "--to", "d")
                        .err())
                .contains("--to and --to-cell exclude each other");
        assertThat(cli.run("tenant", "move", "acme", "--to-cell", "b", "--from-cell", "first")
                        .err())
                .contains("--from-cell needs --forget");
    }

    @Test
    void aMoveIsAborted() {
        cli.run("tenant", "move", "acme", "--abort", "--data", "d")
                .printed("Aborted the move of acme, which can be written to again.\n");
        assertThat(cli.abort.from()).isEqualTo(new Storage.Sqlite(Path.of("d").toAbsolutePath()));
        assertThat(cli.abort.to()).isNull();
        assertThat(cli.abort.toCell()).isNull();
        cli.aborted = new LocalTasks.Aborted(false, 1, List.of());
        cli.run("tenant", "move", "acme", "--abort", "--to", "e")
                .printed("Deleted a copy of acme that an interrupted move had left. Its writes were not refused.\n");
        assertThat(cli.abort.to()).isEqualTo(new Storage.Sqlite(Path.of("e").toAbsolutePath()));
        cli.aborted = new LocalTasks.Aborted(false, 0, List.of("cell b does not answer."));
        Cli.Ran ran = cli.run("tenant", "move", "acme", "--abort", "--to-cell", "b");
        ran.printed("Nothing to abort: writes of acme are not refused, and no copy was found.\n");
        assertThat(ran.err()).isEqualTo("cell b does not answer.\n");
        assertThat(cli.abort.toCell()).isEqualTo("b");
        assertThat(cli.run("tenant", "move", "acme", "--abort", "--forget").err())
                .contains("--abort and --forget exclude each other");
        assertThat(cli.run("tenant", "move", "acme", "--force", "--to", "e").err())
                .contains("--force is for --to-cell");
    }

    @Test
    void cellsNeedThePostgresqlOfTheFirst() {
        assertThat(cli.run("cell", "list", "--data", "d").err()).contains("--database is missing");
        cli.environment.put("MUSTER_DATABASE", "jdbc:postgresql://db/muster");
        cli.environment.put("MUSTER_MASTER_KEY_FILE", "m");
        assertThat(cli.run("cell", "create", "b").err()).contains("--url is missing, and so is MUSTER_CELL_URL");
        assertThat(cli.run("cell", "create", "b", "--url", "mysql://db2").err()).contains("--url must begin with");
        cli.run("cell", "create", "b", "--url", "jdbc:postgresql://db2/muster")
                .printed("Created cell b. Running servers open it within seconds.\n");
        assertThat(cli.firstCell.masterKeyFile()).isEqualTo(Path.of("m").toAbsolutePath());
        cli.environment.put("MUSTER_CELL_URL", "postgres://muster@db2/muster");
        cli.run("cell", "create", "b").printed("Created cell b. Running servers open it within seconds.\n");
        cli.run("cell", "list").printed("""
                CELL   STATE     TENANTS  DATABASE
                first  draining  12       this one
                b      open      3        jdbc:postgresql://db2/muster
                """);
        cli.run("cell", "full", "b").printed("Cell b is full. It gets no more tenants.\n");
        cli.run("cell", "drain", "b").printed("Cell b gets no more tenants. Move those that it has.\n");
        Cli.Ran set = cli.run("cell", "set-url", "b");
        set.printed("Changed the URL of cell b. Running servers use it within seconds.\n");
        assertThat(set.err()).isEqualTo("jdbc:postgresql://db2/muster?user=muster\n");
        cli.run("cell", "reopen", "b").printed("Cell b gets new tenants again.\n");
        cli.run("cell", "migrate", "b").printed("The schema went from version 8 to 9.\n");
    }
}
