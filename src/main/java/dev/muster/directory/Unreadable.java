package dev.muster.directory;

import dev.muster.sealing.TamperedException;
import dev.muster.storage.Rows.UserRow;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports sealed values that do not open, and rows with values that no version writes. Each is logged once as an
/// error: it concerns one key, user, job or journal
/// entry, and must neither stop what concerns others nor fill the log.
final class Unreadable {
    private static final int REMEMBERED = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private Unreadable() {}

    /// @param what the kind of value, such as `the secret of key`
    static void report(long realm, String what, UUID of, TamperedException why) {
        report(realm, what, of, String.valueOf(why.getMessage()));
    }

    /// A row that is left out of a list.
    static void report(UserRow row) {
        report(row.realm(), "the row of user", row.id(), "it has a value that no version writes");
    }

    private static void report(long realm, String what, UUID of, String why) {
        if (REPORTED.size() >= REMEMBERED) {
            REPORTED.clear();
        }
        if (REPORTED.add(realm + what + of)) {
            LOG.error("realm {}: {} {} cannot be read, someone may have altered it: {}", realm, what, of, why);
        }
    }
}
