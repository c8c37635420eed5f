package dev.muster.directory.events;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Shares one reader of a realm's journal among all followers of the realm. Thread-safe.
final class EventStreams {
    private final EventReader reader;
    private final JournalHeads heads;
    private final ConcurrentHashMap<RealmForm, RecentEvents> followed = new ConcurrentHashMap<>();

    private record RealmForm(long realm, Payload payload) {}

    EventStreams(EventReader reader, JournalHeads heads) {
        this.reader = reader;
        this.heads = heads;
    }

    /// Starts following a realm.
    ///
    /// @param wake called when there are new events, until [#leave]
    RecentEvents join(long realm, Payload payload, Runnable wake) {
        return followed.compute(new RealmForm(realm, payload), (_, there) -> {
            RecentEvents recent = there == null ? new RecentEvents(reader, heads, realm, payload) : there;
            recent.add(wake);
            if (there == null) {
                recent.start();
            }
            return recent;
        });
    }

    JournalHeads.@Nullable Rewind rewound(long realm) {
        return heads.rewound(realm);
    }

    void leave(long realm, Payload payload, Runnable wake) {
        followed.computeIfPresent(new RealmForm(realm, payload), (_, recent) -> {
            if (!recent.remove(wake)) {
                return recent;
            }
            recent.stop();
            return null;
        });
    }
}
