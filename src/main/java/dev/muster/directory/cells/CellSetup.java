package dev.muster.directory.cells;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.tenant.CellState;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.CellStore;
import dev.muster.storage.Database;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/// Creates cells and changes them, on behalf of an operator who has the first cell's database and master key. Running
/// servers notice within a second or two.
///
/// Methods throw [CellException] if they are refused, [dev.muster.storage.sql.StorageException] if a database cannot be
/// used, and [dev.muster.sealing.KeyUnavailableException] if the master key is another one.
public final class CellSetup implements AutoCloseable {
    /// The maximum number of a cell's tenants that [#setUrl] looks for in the new database.
    private static final int SAMPLE = 1_000;

    private static final String NAME = "[a-z][a-z0-9-]{0,31}";

    private final CellDirectory directory;

    private final MasterKeys masterKeys;

    private CellSetup(CellDirectory directory, MasterKeys masterKeys) {
        this.directory = directory;
        this.masterKeys = masterKeys;
    }

    /// Opens the list of cells.
    ///
    /// @param first the first cell, on PostgreSQL, which a server must have been started with before
    public static CellSetup of(Database first, MasterKeys keys, RandomGenerator random) {
        RealmKeys realmKeys = new RealmKeys(first, keys);
        if (realmKeys.find(Realm.SYSTEM) == null) {
            throw new CellException("the database is new: start a server on it once before adding cells");
        }
        return new CellSetup(new CellDirectory(first, new CellUrls(realmKeys, random), System::nanoTime), keys);
    }

    /// Adds a database without tenants as a cell. Creates the schema in an empty database.
    public void create(String name, String url, Instant now) {
        if (!name.matches(NAME)) {
            throw new CellException(
                    "a cell's name begins with a lower-case letter and has at most 32 lower-case letters,"
                            + " digits and hyphens");
        }
        if (directory.all().stream().anyMatch(cell -> cell.name().equals(name)) || name.equals(CellDirectory.FIRST)) {
            throw new CellException("there is a cell " + name + " already");
        }
        String own = directory.nameFirst(now);
        if (!own.equals(CellDirectory.FIRST)) {
            throw new CellException(
                    "this database is the cell " + own + ": cells are added to the first one's database");
        }
        try (Database database = Database.postgres(url, null)) {
            if (!database.read(reads -> reads.realms().tenants("", 1)).isEmpty()) {
                throw new CellException("the database has tenants; a cell begins without any");
            }
            try (CellStore store = database.cellStore()) {
                store.name(name, now);
            }
            String named = database.read(reads -> reads.cells().here());
            if (!name.equals(named)) {
                throw new CellException("the database is the cell " + named + " already");
            }
        }
        directory.add(name, url, now);
    }

    /// All cells, ordered by name; empty if there is only the first.
    public List<CellDirectory.Listed> list() {
        return directory.all();
    }

    /// Changes whether a cell gets tenants.
    public void change(String name, CellState state) {
        if (!directory.change(name, state)) {
            throw unknown(name);
        }
    }

    /// Changes the URL of a cell, if the new one leads to the same database or to a copy of it.
    ///
    /// @return which of up to a thousand of the cell's tenants are missing there, by partner id
    public List<String> setUrl(String name, String url) {
        if (name.equals(CellDirectory.FIRST)) {
            throw new CellException("the URL of the first cell is the one that servers are started with");
        }
        state(name);
        try (Database database = Database.existingPostgres(url)) {
            String found = database.read(reads -> reads.cells().here());
            if (!name.equals(found)) {
                throw new CellException("that database is " + (found == null ? "no cell" : "the cell " + found)
                        + ", not the cell " + name);
            }
            if (database.read(reads -> reads.cells().isStandby())) {
                throw new CellException("that database is a standby, which cannot be written to: promote it first");
            }
            checkKey(database);
            List<CellDirectory.Place> tenants = directory.placesIn(name, SAMPLE);
            List<String> missing = tenants.stream()
                    .filter(place -> !isIn(place, database))
                    .map(CellDirectory.Place::partnerId)
                    .sorted()
                    .toList();
            if (!missing.isEmpty() && missing.size() == tenants.size()) {
                throw new CellException("that database has none of the tenants of cell " + name);
            }
            directory.setUrl(name, url);
            return missing;
        }
    }

    /// @throws CellException if the database has the key of another installation
    private void checkKey(Database database) {
        try {
            // There is no key to check until a server has opened the cell.
            new RealmKeys(database, masterKeys).find(Realm.SYSTEM);
        } catch (KeyUnavailableException | TamperedException e) {
            throw new CellException("that database belongs to another installation: " + e.getMessage());
        }
    }

    private static boolean isIn(CellDirectory.Place place, Database database) {
        Tenant tenant = database.read(reads -> reads.realms().tenant(place.partnerId()));
        return tenant != null
                && tenant.testRealm() == place.testRealm()
                && tenant.productionRealm() == place.productionRealm();
    }

    /// The state of a cell.
    public CellState state(String name) {
        return directory.all().stream()
                .filter(cell -> cell.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name))
                .state();
    }

    /// Migrates a cell to the schema version that this program needs. Returns the previous version.
    public int migrate(String name) {
        return Database.migrate(url(name));
    }

    /// The JDBC URL of a cell other than the first.
    public String url(String name) {
        CellDirectory.Cell cell = directory.others().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        if (cell.url() == null) {
            throw new CellException("the stored URL of cell " + name + " was altered");
        }
        return cell.url();
    }

    /// The place of a tenant, as servers see it.
    public CellDirectory.Place placeOf(String partnerId) {
        CellDirectory.Place place = directory.placeOf(partnerId);
        if (place == null) {
            throw new CellException("there is no tenant " + partnerId);
        }
        return place;
    }

    /// Leads the requests of a tenant to another cell, which has the tenant already. Servers notice within a second.
    public void lead(String partnerId, CellDirectory.Place from, String cell) {
        directory.lead(new CellDirectory.Place(partnerId, cell, from.testRealm(), from.productionRealm()));
    }

    /// Deletes the place of a tenant that is in no cell any more.
    public void unplace(String partnerId) {
        directory.unplace(partnerId);
    }

    private static CellException unknown(String name) {
        return new CellException(
                "there is no cell " + name + "; muster cell list shows all, and muster migrate migrates the first");
    }

    @Override
    public void close() {
        directory.close();
    }
}
