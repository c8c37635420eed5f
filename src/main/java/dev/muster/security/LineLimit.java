package dev.muster.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps a flood of events from filling the disk: limits how many lines of one event are written in a period, from one
/// source and from all sources together; the others are counted. Not thread-safe.
final class LineLimit {
    /// The source of a summary for all whose lines were too many together.
    static final String ALL_SOURCES = "*";

    private final int ofSource;
    private final int ofEvent;
    private final long periodNanos;

    /// In the order in which their periods began, so the first ones end first.
    private final LinkedHashMap<Key, Window> windows = new LinkedHashMap<>();

    private final Map<SecurityEvent, Integer> written = new EnumMap<>(SecurityEvent.class);
    private long writtenSince;

    LineLimit(int ofSource, int ofEvent, Duration period) {
        this.ofSource = ofSource;
        this.ofEvent = ofEvent;
        this.periodNanos = period.toNanos();
    }

    /// @param source the network from which it came
    /// @param credential whose proven credential was used; null where none was
    record Key(SecurityEvent event, String source, @Nullable String credential) {}

    /// How many lines were not written in a period that is over.
    record Suppressed(Key key, long count) {}

    private static final class Window {
        private final long beganAt;
        private int written;
        private long suppressed;

        private Window(long beganAt) {
            this.beganAt = beganAt;
        }
    }

    /// Whether a line may be written now. If not, it is counted.
    boolean admits(Key key, long now) {
        if (now - writtenSince >= periodNanos) {
            written.clear();
            writtenSince = now;
        }
        Window own = windows.get(key);
        if (own != null && own.written >= ofSource) {
            own.suppressed++;
            return false;
        }
        // A source has a window only once it has a line, so there are no more windows than lines.
        if (written.getOrDefault(key.event, 0) >= ofEvent) {
            windows.computeIfAbsent(new Key(key.event, ALL_SOURCES, null), _ -> new Window(now)).suppressed++;
            return false;
        }
        written.merge(key.event, 1, Integer::sum);
        windows.computeIfAbsent(key, _ -> new Window(now)).written++;
        return true;
    }

    /// What was suppressed in the periods that are over; they begin anew with the next line.
    ///
    /// @param all whether all periods end now
    List<Suppressed> ended(long now, boolean all) {
        List<Suppressed> ended = new ArrayList<>();
        Iterator<Map.Entry<Key, Window>> each = windows.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Key, Window> entry = each.next();
            Window window = entry.getValue();
            if (!all && now - window.beganAt < periodNanos) {
                break;
            }
            if (window.suppressed > 0) {
                ended.add(new Suppressed(entry.getKey(), window.suppressed));
            }
            each.remove();
        }
        return ended;
    }
}
