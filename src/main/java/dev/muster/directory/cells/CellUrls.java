package dev.muster.directory.cells;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.tenant.Realm;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.TamperedException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Seals and unseals the JDBC URLs of cells, which may contain passwords. The key is that of the first cell's system
/// realm, which the master key wraps, so rotating the master key does not change sealed URLs. A URL is bound to its
/// cell's name.
record CellUrls(RealmKeys realmKeys, RandomGenerator random) {
    /// URLs belong to no user, operator, key or job.
    private static final UUID NO_SUBJECT = new UUID(0, 0);

    byte[] seal(String cell, String url) {
        return new Sealer().seal(system().own(), context(cell), random, url.getBytes(StandardCharsets.UTF_8));
    }

    /// @throws TamperedException if the URL was not sealed for this cell
    String open(String cell, byte[] sealed) {
        return new String(new Sealer().open(system().own(), context(cell), sealed), StandardCharsets.UTF_8);
    }

    private RealmKey system() {
        return realmKeys.get(Realm.SYSTEM).key();
    }

    private static SealingContext context(String cell) {
        return new SealingContext.Column(Realm.SYSTEM, NO_SUBJECT, "cellUrl/" + cell);
    }
}
