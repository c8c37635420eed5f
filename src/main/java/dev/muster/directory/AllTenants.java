package dev.muster.directory;

import dev.muster.directory.AdminTasks.Rotation;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What root does with all tenants, or with one that does not exist yet.
public interface AllTenants {
    /// Where a tenant is to be created.
    ///
    /// @param directory the directory that executes the command
    /// @param testRealm the number of its test realm
    /// @param productionRealm the number of its production realm
    record NewTenant(Directory directory, long testRealm, long productionRealm) {}

    /// Decides where a tenant is created. Refuses: Forbidden for other actors than root, Busy.
    ///
    /// @param testRealm the number of its test realm, unless an earlier attempt has determined it
    /// @param productionRealm the number of its production realm, in the same way
    /// @param dryRun whether the tenant is not really created
    Result<NewTenant> place(Actor actor, String partnerId, long testRealm, long productionRealm, boolean dryRun);

    /// Returns tenants whose partner id is greater than `after`, in order of partner id. Refuses: Forbidden for other
    /// actors than root, Busy.
    Result<List<Tenant>> list(Actor actor, @Nullable String after, int limit);

    /// Wraps the keys of all realms with another master key, as [AdminTasks#useMasterKey] does.
    Result<Rotation> useMasterKey(Actor actor, String id);

    /// The tenants of a server with one database.
    static AllTenants of(Core core) {
        return new AllTenants() {
            @Override
            public Result<NewTenant> place(
                    Actor actor, String partnerId, long testRealm, long productionRealm, boolean dryRun) {
                return Result.ok(new NewTenant(core.directory(), testRealm, productionRealm));
            }

            @Override
            public Result<List<Tenant>> list(Actor actor, @Nullable String after, int limit) {
                return core.credentials().tenants(actor, after, limit);
            }

            @Override
            public Result<Rotation> useMasterKey(Actor actor, String id) {
                return core.maintenance().useMasterKey(actor, id);
            }
        };
    }
}
