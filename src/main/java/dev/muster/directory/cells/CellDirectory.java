package dev.muster.directory.cells;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.tenant.CellState;
import dev.muster.model.tenant.Tenant;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.CellStore;
import dev.muster.storage.CellTables.CellRow;
import dev.muster.storage.CellTables.CountedCell;
import dev.muster.storage.CellTables.PlaceRow;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The list of cells and the place of each tenant, which the first cell stores. Thread-safe.
///
/// Methods throw [dev.muster.storage.sql.StorageException] if the first cell is unavailable.
public final class CellDirectory implements AutoCloseable {
    /// The name of the cell that a server is started with.
    public static final String FIRST = "first";

    private final Database database;
    private final CellStore store;
    private final CellUrls urls;
    private final RememberedPlaces<Long> realms;
    private final RememberedPlaces<String> partners;

    CellDirectory(Database database, CellUrls urls, LongSupplier nanos) {
        this.database = database;
        this.store = database.cellStore();
        this.urls = urls;
        this.realms = new RememberedPlaces<>(
                realm -> database.read(reads -> reads.cells().cellOf(realm)), nanos);
        this.partners = new RememberedPlaces<>(this::readCell, nanos);
    }

    private @Nullable String readCell(String partnerId) {
        PlaceRow place = database.read(reads -> reads.cells().place(partnerId));
        return place == null ? null : place.cell();
    }

    /// Creates the directory of an installation.
    ///
    /// @param database the first cell, on PostgreSQL
    /// @param keyFile the file of the master keys, which is read again when a key is unknown
    public static CellDirectory of(Database database, MasterKeys keys, Path keyFile, RandomGenerator random) {
        CellUrls urls = new CellUrls(RealmKeys.of(database, keys, keyFile), random);
        return new CellDirectory(database, urls, System::nanoTime);
    }

    /// A cell other than the first.
    ///
    /// @param url its JDBC URL; null if the stored one was altered
    public record Cell(String name, @Nullable String url, CellState state) {
        /// Omits the URL, which may contain a password.
        @Override
        public String toString() {
            return "Cell[" + name + "]";
        }
    }

    /// A cell with the number of its tenants.
    ///
    /// @param url null for the first cell, and if the stored URL was altered
    public record Listed(String name, @Nullable String url, CellState state, long tenants) {
        /// Omits the URL, which may contain a password.
        @Override
        public String toString() {
            return "Listed[" + name + "]";
        }
    }

    /// All cells but the first, ordered by name.
    ///
    /// @throws dev.muster.sealing.KeyUnavailableException if the master key of the first cell is missing
    public List<Cell> others() {
        List<CellRow> rows = database.read(reads -> reads.cells().cells());
        return rows.stream()
                .filter(row -> row.sealedUrl() != null)
                .map(row -> new Cell(row.name(), url(row), row.state()))
                .toList();
    }

    /// All cells, ordered by name; empty if there is only the first.
    public List<Listed> all() {
        List<CountedCell> rows = database.read(reads -> reads.cells().counted());
        return rows.stream()
                .map(row -> new Listed(
                        row.cell().name(),
                        row.cell().sealedUrl() == null ? null : url(row.cell()),
                        row.cell().state(),
                        row.tenants()))
                .toList();
    }

    private @Nullable String url(CellRow row) {
        try {
            return urls.open(row.name(), Objects.requireNonNull(row.sealedUrl()));
        } catch (TamperedException e) {
            return null;
        }
    }

    /// The cell of a realm; empty if the realm is in the first cell, or does not exist. At most one second old, or
    /// older while the first cell is unavailable.
    public Optional<String> cellOf(long realm) {
        return realms.get(realm);
    }

    /// The cell of a tenant, like that of a realm.
    public Optional<String> cellOf(String partnerId) {
        return partners.get(partnerId);
    }

    /// The place of a tenant.
    ///
    /// @param cell the name of the cell
    public record Place(String partnerId, String cell, long testRealm, long productionRealm) {
        static Place of(PlaceRow row) {
            return new Place(row.partnerId(), row.cell(), row.testRealm(), row.productionRealm());
        }
    }

    /// Decides in which cell a tenant is created: the open one with the fewest tenants. A tenant keeps a place that it
    /// has already, because it exists or an earlier attempt was interrupted. Returns null if no cell is open.
    ///
    /// @param test the number of its test realm, unless it has a place
    /// @param production the number of its production realm, unless it has a place
    /// @param usable the names of the cells that the calling server can use
    /// @param stores whether to store the place; false for a preview
    public @Nullable Place place(String partnerId, long test, long production, Set<String> usable, boolean stores) {
        String chosen = database.<List<CountedCell>>read(reads -> reads.cells().counted()).stream()
                .filter(cell -> cell.cell().state() == CellState.OPEN
                        && usable.contains(cell.cell().name()))
                .min(Comparator.comparingLong(CountedCell::tenants))
                .map(cell -> cell.cell().name())
                .orElse(null);
        PlaceRow known = known(partnerId);
        if (known == null && chosen == null) {
            return null;
        }
        PlaceRow place = known;
        if (place == null) {
            PlaceRow wanted = new PlaceRow(partnerId, test, production, Objects.requireNonNull(chosen));
            place = stores ? store.place(wanted, FIRST) : wanted;
            partners.forget(partnerId);
        }
        return Place.of(place);
    }

    private @Nullable PlaceRow known(String partnerId) {
        return database.read(reads -> {
            PlaceRow place = reads.cells().place(partnerId);
            Tenant tenant = place == null ? reads.realms().tenant(partnerId) : null;
            return tenant == null
                    ? place
                    : new PlaceRow(partnerId, tenant.testRealm(), tenant.productionRealm(), FIRST);
        });
    }

    // For commands

    /// Names the first cell, unless it has a name already. Returns its name.
    String nameFirst(Instant now) {
        store.name(FIRST, now);
        String name = database.<@Nullable String>read(reads -> reads.cells().here());
        return Objects.requireNonNull(name);
    }

    void add(String name, String url, Instant now) {
        store.add(FIRST, new CellRow(name, urls.seal(name, url), CellState.OPEN), now);
    }

    boolean change(String name, CellState state) {
        return store.change(name, state);
    }

    /// The place of a tenant; null if there is no such tenant.
    @Nullable
    Place placeOf(String partnerId) {
        PlaceRow known = known(partnerId);
        return known == null ? null : Place.of(known);
    }

    /// Up to `limit` of the tenants whose requests are led to `cell`, which must not be the first.
    List<Place> placesIn(String cell, int limit) {
        return database.<List<PlaceRow>>read(reads -> reads.cells().placesIn(cell, limit)).stream()
                .map(Place::of)
                .toList();
    }

    void setUrl(String name, String url) {
        store.setUrl(name, urls.seal(name, url));
    }

    void lead(Place to) {
        store.lead(new PlaceRow(to.partnerId(), to.testRealm(), to.productionRealm(), to.cell()));
    }

    void unplace(String partnerId) {
        store.unplace(partnerId);
    }

    @Override
    public void close() {
        store.close();
    }
}
