package dev.muster;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;

/// Has Java collect what has grown old once there is some of it.
///
/// By itself the serial collector first takes all the memory that the heap may have, which a server that does little
/// reaches too, only later: docs/decisions/043. Where more than this lives, it asks once and no more.
final class EarlyOldGenGc {
    /// Twice what lives in the heap of a server with 10,000 realms.
    private static final long BYTES = 64L << 20;

    void watch() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // Other collectors have no pool of this name, and ways of their own. Of a smaller heap there is nothing to
            // save.
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
