package dev.muster.cells;

import dev.muster.cells.Cells.Target;
import dev.muster.directory.AdminTasks.Rotation;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tenants of all cells. What is about all cells is refused with `Busy` while one of them cannot answer, because a
/// part would look like all.
public final class TenantsOfCells implements AllTenants {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Core first;
    private final AllTenants onlyFirst;
    private final Cells cells;
    private final CellDirectory directory;

    /// @param first the core of the first cell
    public TenantsOfCells(Core first, Cells cells, CellDirectory directory) {
        this.first = first;
        this.onlyFirst = AllTenants.of(first);
        this.cells = cells;
        this.directory = directory;
    }

    private static <T> Result<T> busy() {
        return Result.refused(new Refusal.Busy(RETRY_AFTER));
    }

    /// The core of a cell; null if the cell cannot answer.
    private @Nullable Core core(Target target) {
        return switch (target) {
            case Target.First _ -> first;
            case Target.Other(var cell) -> cell.core();
            case Target.Unavailable _ -> null;
        };
    }

    /// Chooses the open cell with the fewest tenants. Refuses: Busy also if no cell is open.
    @Override
    public Result<NewTenant> place(
            Actor actor, String partnerId, long testRealm, long productionRealm, boolean dryRun) {
        if (!cells.areAny()) {
            return onlyFirst.place(actor, partnerId, testRealm, productionRealm, dryRun);
        }
        if (!actor.isRoot()) {
            return Result.refused(new Refusal.Forbidden("root"));
        }
        return Credentials.answered(() -> {
            CellDirectory.Place place = directory.place(partnerId, testRealm, productionRealm, cells.usable(), !dryRun);
            Core core = place == null ? null : core(cells.named(place.cell()));
            return core == null || place == null
                    ? busy()
                    : Result.ok(new NewTenant(core.directory(), place.testRealm(), place.productionRealm()));
        });
    }

    @Override
    public Result<List<Tenant>> list(Actor actor, @Nullable String after, int limit) {
        if (!cells.areAny()) {
            return onlyFirst.list(actor, after, limit);
        }
        return Credentials.answered(() -> {
            List<Tenant> all = new ArrayList<>();
            for (String cell : names()) {
                Core core = core(cells.named(cell));
                if (core == null) {
                    return busy();
                }
                Result<List<Tenant>> some = list(cell, core, actor, after, limit);
                if (!(some instanceof Result.Ok<List<Tenant>>(var tenants))) {
                    return some;
                }
                all.addAll(tenants);
            }
            return Result.ok(all.stream()
                    .sorted(Comparator.comparing(Tenant::partnerId))
                    .limit(limit)
                    .toList());
        });
    }

    /// The first tenants of one cell.
    private Result<List<Tenant>> list(String cell, Core core, Actor actor, @Nullable String after, int limit) {
        List<Tenant> found = new ArrayList<>();
        String from = after;
        while (true) {
            Result<List<Tenant>> page = core.credentials().tenants(actor, from, limit);
            if (!(page instanceof Result.Ok<List<Tenant>>(var tenants))) {
                return page;
            }
            tenants.stream().filter(tenant -> isIn(cell, tenant)).forEach(found::add);
            if (tenants.size() < limit || found.size() >= limit) {
                return Result.ok(found);
            }
            from = tenants.getLast().partnerId();
        }
    }

    /// Whether a tenant is really in a cell. Another one may have a copy of it.
    private boolean isIn(String cell, Tenant tenant) {
        return directory.cellOf(tenant.partnerId()).orElse(CellDirectory.FIRST).equals(cell);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(cells.names());
        names.add(CellDirectory.FIRST);
        return names;
    }

    /// Wraps the keys of all realms of all cells. Refuses: Busy before anything is done if a cell cannot answer.
    @Override
    public Result<Rotation> useMasterKey(Actor actor, String id) {
        List<Core> cores = new ArrayList<>();
        for (String cell : names()) {
            Core core = core(cells.named(cell));
            if (core == null) {
                return busy();
            }
            cores.add(core);
        }
        Result<Rotation> all = Result.ok(new Rotation(id, 0));
        for (Core core : cores) {
            all = all.then(before -> core.maintenance()
                    .useMasterKey(actor, id)
                    .map(some -> new Rotation(some.masterKey(), before.realms() + some.realms())));
        }
        return all;
    }
}
