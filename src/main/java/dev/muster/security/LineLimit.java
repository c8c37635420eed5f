package dev.muster.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A rate limit for log lines, so that a flood of events cannot fill the disk. It limits the lines of one event in a
/// period, for one source and for all sources together, and counts the suppressed lines. Not thread-safe.
final class LineLimit {
    /// The source in a summary of lines that exceeded the limit for all sources.
    static final String ALL_SOURCES = "*";

    private final int ofSource;
    private final int ofEvent;
    private final long periodNanos;

    /// The windows in the order of their start, so that the first ones end first.
    private final LinkedHashMap<Key, Window> windows = new LinkedHashMap<>();

    private final Map<SecurityEvent, Integer> written = new EnumMap<>(SecurityEvent.class);
    private long writtenSince;

    LineLimit(int ofSource, int ofEvent, Duration period) {
        this.ofSource = ofSource;
        this.ofEvent = ofEvent;
        this.periodNanos = period.toNanos();
    }

    /// @param source the client's network
    /// @param credential the authenticated credential; null if there was none
    record Key(SecurityEvent event, String source, @Nullable String credential) {}

    /// The number of lines suppressed in an ended period.
    record Suppressed(Key key, long count) {}

    private static final class Window {
        private final long beganAt;
        private int written;
        private long suppressed;

        private Window(long beganAt) {
            this.beganAt = beganAt;
        }
    }

    /// Whether a line may be written now. If not, it is counted as suppressed.
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
        // A source gets a window only when its first line is written, so the number of windows is bounded by the number
        // of lines written.
        if (written.getOrDefault(key.event, 0) >= ofEvent) {
            windows.computeIfAbsent(new Key(key.event, ALL_SOURCES, null), _ -> new Window(now)).suppressed++;
            return false;
        }
        written.merge(key.event, 1, Integer::sum);
        windows.computeIfAbsent(key, _ -> new Window(now)).written++;
        return true;
    }

    /// Removes the windows whose period has ended, and returns the number of lines that each suppressed, if any.
    ///
    /// @param all whether to end all periods now
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
