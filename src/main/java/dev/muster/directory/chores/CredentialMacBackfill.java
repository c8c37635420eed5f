package dev.muster.directory.chores;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.Reads;
import dev.muster.storage.RealmTables.RealmRow;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Adds MACs to rows of keys and operators that were written by versions without MACs. This happens once per realm,
/// when the server starts. Rows that contradict the journal get no MAC and are therefore rejected.
///
/// The wrapped key of a realm records that the realm is done, and that record cannot be reset without the master key.
/// Otherwise someone who can write to the database could make the server add MACs to forged rows.
public final class CredentialMacBackfill {
    private static final int REALMS_PER_PAGE = 200;
    private static final Logger LOG = LoggerFactory.getLogger(CredentialMacBackfill.class);

    private final Database database;
    private final ChoreStore storage;
    private final MasterKeys masterKeys;
    private final RandomGenerator random;

    public CredentialMacBackfill(Database database, ChoreStore storage, MasterKeys masterKeys, RandomGenerator random) {
        this.database = database;
        this.storage = storage;
        this.masterKeys = masterKeys;
        this.random = random;
    }

    public void run() {
        long after = -1;
        List<RealmRow> page;
        do {
            long from = after;
            page = database.read(reads -> reads.realms().realms(from, REALMS_PER_PAGE));
            for (RealmRow row : page) {
                after = row.realm().id();
                if (!MasterKeys.marked(row.wrappedKey())) {
                    long realm = after;
                    seal(realm);
                }
            }
        } while (page.size() == REALMS_PER_PAGE);
    }

    /// Adds the MACs of a realm. Skips a realm whose key is not available, so that the other realms can be served.
    private void seal(long realm) {
        try {
            storage.seal(realm, reads -> macs(reads, realm));
        } catch (TamperedException | KeyUnavailableException e) {
            Unreadable.report(realm, e);
        }
    }

    /// Computes the MACs to add; null if another server has added them in the meantime.
    private ChoreStore.@Nullable Macs macs(Reads reads, long realm) {
        RealmRow row = reads.realms().realm(realm);
        if (row == null || MasterKeys.marked(row.wrappedKey())) {
            return null;
        }
        RealmKey key = masterKeys.unwrap(realm, row.wrappedKey());
        RealmKeys.Entry entry = new RealmKeys.Entry(row.realm(), key);
        CredentialReplay journal = new CredentialReplay(entry);
        List<KeyRow> keys = new ArrayList<>();
        for (KeyRow each : reads.credentials().keys(realm)) {
            if (matchesJournal(realm, journal.differences(reads, each))) {
                keys.add(entry.macs().sealed(each));
            }
        }
        List<OperatorRow> operators = new ArrayList<>();
        for (OperatorRow each : reads.credentials().operatorsWithDeleted(realm)) {
            if (matchesJournal(realm, journal.differences(reads, each))) {
                operators.add(entry.macs().sealed(each));
            }
        }
        return new ChoreStore.Macs(keys, operators, masterKeys.wrap(key.sealingRows(), random));
    }

    private static boolean matchesJournal(long realm, List<Difference> differences) {
        for (Difference difference : differences) {
            LOG.error("realm {}: a credential differs from the journal and is ignored: {}", realm, difference);
        }
        return differences.isEmpty();
    }
}
