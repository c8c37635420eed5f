package dev.muster.directory.keys;

import dev.muster.model.UnreadableException;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.StoredRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports sealed values that cannot be unsealed and rows with invalid values. Each of them is logged once, as an
/// error. It affects only a single object or realm, and must neither affect others nor fill the log.
public final class Unreadable {
    private static final int MAX_LOGGED = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private Unreadable() {}

    /// Reports a sealed value that cannot be unsealed.
    ///
    /// @param what the kind of value, such as `the secret of key`
    public static void report(long realm, String what, UUID of, TamperedException why) {
        reportOnce("realm " + realm + ": " + what + " " + of + " cannot be read, someone may have altered it: "
                + why.getMessage());
    }

    /// Reports a realm that cannot be used because its key is not available. Other realms are unaffected.
    public static void report(long realm, RuntimeException cause) {
        reportOnce("realm " + realm + ": its key cannot be read, someone may have altered it: " + cause.getMessage());
    }

    /// Reports a missing master key. Requests for realms whose keys it wraps are refused until it is in the file.
    public static void report(KeyUnavailableException missing) {
        reportOnce(missing.getMessage() + ": add it to the master key file");
    }

    /// Reports an unreadable row. Such a row is omitted from lists, and requests for it are refused.
    public static void report(long realm, UnreadableException row) {
        reportOnce("realm " + realm + ": " + row.getMessage());
    }

    /// Whether a row can be read. A row that cannot is reported.
    public static boolean isReadable(StoredRow row) {
        if (!row.readable()) {
            report(row.realm(), row.unreadable());
        }
        return row.readable();
    }

    /// Returns the rows that can be read. Other rows are reported and omitted.
    public static <R extends StoredRow> List<R> readable(Collection<R> rows) {
        List<R> readable = new ArrayList<>(rows.size());
        for (R row : rows) {
            if (isReadable(row)) {
                readable.add(row);
            }
        }
        return readable;
    }

    /// Reports an unreadable row whose realm is not known.
    public static void report(UnreadableException row) {
        reportOnce(row.getMessage() + (row.getCause() == null ? "" : ": " + row.getCause()));
    }

    private static void reportOnce(String line) {
        if (LOGGED.size() >= MAX_LOGGED) {
            LOGGED.clear();
        }
        if (LOGGED.add(line)) {
            LOG.error(line);
        }
    }
}
