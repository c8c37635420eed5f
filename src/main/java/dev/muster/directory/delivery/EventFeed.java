package dev.muster.directory.delivery;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a realm's events in one form of payload, once for all of the realm's endpoints. Endpoints at similar positions
/// share the events in memory. Thread-safe; reads are serialised.
final class EventFeed {
    /// The number of entries in a block.
    static final int BLOCK = 256;

    /// The maximum age of full payloads. It is short, because users may have been erased since they were read.
    private static final Duration MAX_FULL_AGE = Duration.ofSeconds(1);

    private static final Duration MAX_AGE = Duration.ofSeconds(10);

    /// The maximum number of blocks: one for endpoints at the head, and one for endpoints that are catching up.
    private static final int BLOCKS = 2;

    private final EventReader reader;
    private final long realm;
    private final Payload payload;
    private final List<Block> blocks = new ArrayList<>(BLOCKS);
    private long usedNanos = System.nanoTime();

    /// A block of consecutive entries, which starts after the entry `after` and ends at the next multiple of
    /// [#BLOCK].
    private static final class Block {
        private final long after;
        private final long end;
        private final List<PublishedEvent> events = new ArrayList<>();
        private long last;

        /// The time of the oldest of the reads that filled the block.
        private long readNanos = System.nanoTime();

        private Block(long after) {
            this.after = after;
            end = (after / BLOCK + 1) * BLOCK;
            last = after;
        }
    }

    EventFeed(EventReader reader, long realm, Payload payload) {
        this.reader = reader;
        this.realm = realm;
        this.payload = payload;
    }

    /// Returns the events, of all types, of at most `entries` entries after `after`. There may be fewer at the end
    /// of a block or of the journal.
    synchronized EventReader.Slice read(long after, int entries) {
        Block block = blockOf(after);
        if (block.last <= after) {
            EventReader.Slice more =
                    reader.readOnThisThread(realm, block.last, (int) (block.end - block.last), payload);
            block.events.addAll(more.events());
            block.last = Math.max(block.last, more.last());
            block.readNanos = Math.min(block.readNanos, more.nanos());
        }
        long last = Math.max(after, Math.min(block.last, after + entries));
        List<PublishedEvent> events = block.events.stream()
                .filter(event -> event.seq() > after && event.seq() <= last)
                .toList();
        return new EventReader.Slice(events, last, block.last, block.readNanos);
    }

    /// An event in its current form.
    ///
    /// @param event the event; null if it no longer exists, because after a user's erasure it is unknown which
    ///     entries changed the user's standing
    record Current(@Nullable PublishedEvent event, long readNanos) {}

    /// Returns an event, and rereads it if it was read too long ago. Only an erasure changes what is read about a
    /// user, and checking for one is cheaper than rereading an event of a user who has many later events.
    Current current(QueuedEvent event) {
        PublishedEvent known = event.event;
        if (known != null && !isOld(event.readNanos)) {
            return new Current(known, event.readNanos);
        }
        long readNanos = System.nanoTime();
        if (known != null
                && known.subject().type() == Event.Subject.Type.USER
                && !reader.isErased(realm, known.subject().id())) {
            return new Current(known, readNanos);
        }
        EventReader.Slice slice = reader.read(realm, event.seq - 1, 1, EventTypes.ALL, payload);
        PublishedEvent read = slice.events().stream()
                .filter(each -> each.id().equals(event.id))
                .findFirst()
                .orElse(null);
        return new Current(read, slice.nanos());
    }

    /// Whether something that was read at this time may no longer be sent.
    boolean isOld(long readNanos) {
        return payload == Payload.FULL && System.nanoTime() - readNanos > MAX_FULL_AGE.toNanos();
    }

    /// Discards all events if none have been read for a while.
    synchronized void tidy() {
        if (System.nanoTime() - usedNanos > MAX_AGE.toNanos()) {
            blocks.clear();
        }
    }

    private Block blockOf(long after) {
        usedNanos = System.nanoTime();
        blocks.removeIf(each -> isOld(each.readNanos));
        Block block = blocks.stream()
                .filter(each -> after >= each.after && after < each.end)
                .findFirst()
                .orElseGet(() -> new Block(after));
        // Keep the least recently used block first.
        blocks.remove(block);
        if (blocks.size() == BLOCKS) {
            blocks.removeFirst();
        }
        blocks.add(block);
        return block;
    }
}
