package dev.muster;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;

/// Asks once for a full collection when the old generation has reached 64 MB. By itself, the serial collector
/// fills the whole heap first, even on a server that does little: docs/decisions/043.
final class EarlyOldGenGc {
    /// Twice the live objects of a server with 10,000 realms.
    private static final long BYTES = 64L << 20;

    void watch() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // Only the serial collector has a pool of this name. In a smaller heap there is nothing to save.
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
