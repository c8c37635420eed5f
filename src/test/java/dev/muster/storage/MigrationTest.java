package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.Counters;
import dev.muster.model.group.Group;
import dev.muster.storage.GroupTables.AffiliationRow;
import dev.muster.storage.search.Search.Found;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database created and filled by the first version is migrated to the current schema.
@UsesPostgres
final class MigrationTest {
    private static final UUID USER = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final UUID KEY = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8058");

    private static final String COUNTERS = "0,0,0,0,0,0,1,0,0,0,0,0,0,1,0,1,0,0,0,9";

    @TempDir
    private Path folder;

    /// Creates the first version's schema and fills it.
    private static void fill(String url, DatabaseKind kind) throws SQLException {
        Flyway.configure(MigrationTest.class.getClassLoader())
                .dataSource(url, null, null)
                .table("schema_history")
                .locations("classpath:dev/muster/storage/migrations/" + kind.folder())
                .target("1")
                .load()
                .migrate();
        String bytes = kind == DatabaseKind.SQLITE ? "x'00'" : "'\\x00'::bytea";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into realm (id, partner_id, environment, wrapped_key)" + " values (1, 'acme', 0, "
                    + bytes + ")");
            statement.execute("insert into users (realm, id, number, version, tag, rank, status, hold_kinds, folding,"
                    + " email_key, registered_at, updated_at) values (1, " + id(USER, kind)
                    + ", 1, 1, 0, 0, 6, 0, 1, 'ada@example.com', 5, 5)");
            statement.execute("insert into api_key (realm, id, name, scopes, rank, text_hash, sealed_secret,"
                    + " created_at) values (1, " + id(KEY, kind) + ", 'key', 1, 1, " + bytes + ", " + bytes
                    + ", 5)");
            // In that version, a batch had twenty counters. The last of the two batches contains the current state of
            // the realm.
            for (int number = 1; number <= 2; number++) {
                statement.execute("insert into batch (realm, no, txn, first_seq, last_seq, head, number, counters, at)"
                        + " values (1, " + number + ", " + id(USER, kind) + ", 1, 1, " + head(kind) + ", 1, '"
                        + COUNTERS + "', 5)");
            }
        }
    }

    private static String head(DatabaseKind kind) {
        return switch (kind) {
            case SQLITE -> "zeroblob(32)";
            case POSTGRES -> "decode(repeat('00', 32), 'hex')";
        };
    }

    private static String id(UUID id, DatabaseKind kind) {
        return switch (kind) {
            case SQLITE -> "x'" + id.toString().replace("-", "") + "'";
            case POSTGRES -> "'" + id + "'::uuid";
        };
    }

    private static void assertUsable(Database database) {
        database.read(reads -> {
            assertThat(reads.credentials().key(1, KEY).key().signs()).isTrue();
            assertThat(reads.credentials().key(1, KEY).key().name()).isEqualTo("key");
            assertThat(reads.users().list(TestRows.allUsers(1, 0), 10, 0))
                    .extracting(row -> row.user().id())
                    .containsExactly(USER);
            Counters counters = reads.journal().present(1).counters();
            assertThat(counters.users()).isEqualTo(1);
            assertThat(counters.jobs()).isEqualTo(9);
            assertThat(counters.holdsEnded()).isZero();
            assertThat(counters.keys()).isEqualTo(1);
            assertThat(counters.groups()).isZero();
            assertThat(reads.realms().quotas(1)).isNull();
            assertThat(reads.groups().count(GroupOrPolicyRow.GROUPS, 1, 10)).isZero();
            assertThat(reads.jobs().jobs(new JobFilter(1, null, false, Set.of(), null, Long.MAX_VALUE), 10, 0))
                    .isEmpty();
            return "";
        });
        UUID group = new UUID(1, 2);
        try (LaneStore lane = database.lane()) {
            lane.lock(List.of(1L), true);
            Batch batch = new Batch();
            batch.groups.added.add(
                    GroupOrPolicyRow.of(1, new Group(group, "Staff", null, 1, Instant.EPOCH, Instant.EPOCH)));
            batch.memberships.added.add(new AffiliationRow(1, USER, group, 1, true));
            lane.save(batch);
            lane.commit();
        }
        assertThat(database.<List<GroupOrPolicyRow<Group>>>read(
                        reads -> reads.groups().groupsOfUser(1, USER)))
                .hasSize(1);
        assertThat(database.<Found>search(reads -> reads.users().search(1, "ada@", 0, 10, 10))
                        .numbers())
                .containsExactly(1L);
        try (EvidenceStore evidence = database.evidence()) {
            evidence.begin(1, group, Instant.EPOCH, 0, Long.MAX_VALUE);
            evidence.append(1, group, 0, new byte[] {7});
            assertThat(evidence.chunk(1, group, 0)).containsExactly(7);
        }
    }

    @Test
    void theEmbeddedDatabaseIsMigratedWhenItIsOpened() throws SQLException {
        fill("jdbc:sqlite:" + folder.resolve("muster.db"), DatabaseKind.SQLITE);
        for (int again = 0; again < 2; again++) {
            try (Database database = Database.sqlite(folder, 0)) {
                if (again == 0) {
                    assertUsable(database);
                }
                assertThat(database.<Long>read(reads -> reads.groups().count(GroupOrPolicyRow.GROUPS, 1, 10)))
                        .isEqualTo(1);
            }
        }
    }

    /// The migration counts evidence that was stored before evidence was counted.
    @Test
    void evidenceOfTheFirstVersionIsCounted() throws SQLException {
        String url = "jdbc:sqlite:" + folder.resolve("evidence.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table evidence (realm integer not null, id blob not null, begun_at integer not null,"
                            + " state integer not null, primary key (realm, id)) strict, without rowid");
            statement.execute(
                    "create table evidence_chunk (realm integer not null, id blob not null, no integer not null,"
                            + " sealed blob not null, primary key (realm, id, no)) strict");
            statement.execute("insert into evidence values (1, " + id(USER, DatabaseKind.SQLITE) + ", 1, 2), (1, "
                    + id(KEY, DatabaseKind.SQLITE) + ", 1, 2)");
            // A sealed chunk is 29 bytes longer than its plaintext.
            statement.execute(
                    "insert into evidence_chunk values (1, " + id(USER, DatabaseKind.SQLITE) + ", 0, zeroblob(129)),"
                            + " (1, " + id(USER, DatabaseKind.SQLITE) + ", 1, zeroblob(30)), (1, "
                            + id(KEY, DatabaseKind.SQLITE)
                            + ", 0, zeroblob(39))");
            statement.execute("pragma user_version = 1");
        }
        try (Database database = Database.sqlite(folder, 0);
                EvidenceStore evidence = database.evidence()) {
            assertThat(evidence.used(1)).isEqualTo(111);
            evidence.delete(1, USER);
            assertThat(evidence.used(1)).isEqualTo(10);
        }
    }

    @Test
    void postgresIsMigratedWhenItIsToldTo() throws SQLException {
        String url = TestPostgres.newDatabase();
        fill(url, DatabaseKind.POSTGRES);
        assertThatThrownBy(() -> Database.postgres(url, null)).hasMessageContaining("muster migrate");
        assertThat(Database.migrate(url)).isEqualTo(1);
        assertThat(Database.migrate(url)).isEqualTo(Database.SCHEMA);
        try (Database database = Database.postgres(url, null)) {
            assertUsable(database);
        }
    }
}
