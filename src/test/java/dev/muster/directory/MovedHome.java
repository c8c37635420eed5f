package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.tenant.RealmState;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.SecretFile;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantRows;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTable;
import dev.muster.storage.transfer.TenantTarget;
import dev.muster.testing.EmptyDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A database with its own master key, to which a tenant can be moved.
///
/// @param folder has the master key, and the embedded database if it is one
record MovedHome(EmptyDatabase database, Path folder) {
    static final String PARTNER = "partner-" + Running.REALM;

    private static final TenantId TENANT = new TenantId(PARTNER, Running.REALM, Running.OTHER_REALM);
    private static final SecureRandom RANDOM = new SecureRandom();

    static MovedHome create(DatabaseKind kind, Path parent) throws IOException {
        Path data = Files.createTempDirectory(parent, "home");
        MasterKeys.createFile(data.resolve("master.key"), RANDOM);
        return new MovedHome(EmptyDatabase.of(kind, data), data);
    }

    MasterKeys masterKeys() {
        return MasterKeys.load(folder.resolve("master.key"));
    }

    TenantSource source() {
        return switch (database.kind()) {
            case SQLITE -> TenantSource.sqlite(folder);
            case POSTGRES -> TenantSource.postgres(database.url());
        };
    }

    TenantTarget target() {
        return switch (database.kind()) {
            case SQLITE -> TenantTarget.sqlite(folder);
            case POSTGRES -> TenantTarget.postgres(database.url());
        };
    }

    TenantGate gate() {
        return switch (database.kind()) {
            case SQLITE -> TenantGate.sqlite(folder);
            case POSTGRES -> TenantGate.postgres(database.url());
        };
    }

    /// The state of the tenant's realms; null if the database does not have them. The database must exist.
    @Nullable
    RealmState state() {
        try (TenantGate gate = gate()) {
            return gate.state(TENANT);
        }
    }

    /// Fills the database with a random history.
    void fill(long seed) throws IOException {
        // The history's own master key.
        Files.delete(folder.resolve("master.key"));
        SecretFile.create(folder.resolve("master.key"), Base64.getEncoder().encodeToString(new byte[32]) + "\n");
        try (Database opened = database.open();
                LaneStore store = opened.lane()) {
            new ReconcileScenario(opened, store, seed).run(seed);
        }
    }

    /// Every row of the tenant. A wrapped key is replaced by what it unwraps to. Empty if there is no such tenant.
    Map<TenantTable, List<String>> rows() throws IOException {
        Map<TenantTable, List<String>> rows = new TreeMap<>();
        MasterKeys keys = masterKeys();
        try (TenantSource source = source()) {
            TenantId tenant = source.begin(PARTNER);
            if (tenant == null) {
                return Map.of();
            }
            source.copy(tenant, new TenantRows() {
                private List<String> names = List.of();
                private List<String> table = List.of();

                @Override
                public void begin(TenantTable next, List<String> columns) {
                    names = columns;
                    table = rows.computeIfAbsent(next, _ -> new ArrayList<>());
                }

                @Override
                public void row(@Nullable Object[] values) {
                    Map<String, String> row = new TreeMap<>();
                    for (int i = 0; i < values.length; i++) {
                        Object value = names.get(i).equals("wrapped_key")
                                ? keys.unwrap((Long) values[names.indexOf("id")], (byte[]) values[i])
                                        .derive("its secret")
                                : values[i];
                        row.put(
                                names.get(i),
                                value instanceof byte[] bytes
                                        ? HexFormat.of().formatHex(bytes)
                                        : String.valueOf(value));
                    }
                    table.add(row.toString());
                }
            });
        }
        rows.values().forEach(table -> table.sort(null));
        return rows;
    }

    /// Checks that the rows of both realms agree with their journals.
    void assertConsistent() {
        try (Database opened = database.open()) {
            RealmKeys keys = new RealmKeys(opened, masterKeys());
            for (long realm : new long[] {Running.REALM, Running.OTHER_REALM}) {
                Reconciliation.Report report = new Reconciliation(opened, keys, new VerificationLimit())
                        .reconcile(realm, Reconciliation.Pace.NONE);
                assertThat(report.differences()).as("realm %d", realm).isEmpty();
            }
        }
    }
}
