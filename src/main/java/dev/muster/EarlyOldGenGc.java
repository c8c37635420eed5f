package dev.muster;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;

/// Requests a full collection whenever the old generation grows beyond 64 MiB. Otherwise, the serial collector would
/// fill the whole heap first, even on an almost idle server. See docs/decisions/043.
final class EarlyOldGenGc {
    /// Twice the size of the live objects of a server with 10,000 realms.
    private static final long BYTES = 64L << 20;

    void watch() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // Only the serial collector has a pool with this name. A smaller heap would not benefit.
            if (pool.getType() == MemoryType.HEAP
                    && pool.getName().equals("Tenured Gen")
                    && pool.getUsage().getMax() > BYTES) {
                pool.setUsageThreshold(BYTES);
                MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
                ((NotificationEmitter) memory).addNotificationListener((_, _) -> memory.gc(), null, null);
            }
        }
    }
}
