package dev.muster.directory.delivery;

import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads a realm's events in one payload form, once for all its endpoints: endpoints at similar positions share the
/// events in memory. Thread-safe; calls are serialised.
final class EventFeed {
    /// The number of entries in a block.
    static final int BLOCK = 256;

    /// The maximum age of full payloads, because their users may have been erased since they were read.
    static final Duration FULL_KEPT = Duration.ofSeconds(1);

    private static final Duration KEPT = Duration.ofSeconds(10);

    /// One block for endpoints at the head, and one for endpoints that are catching up.
    private static final int BLOCKS = 2;

    private final EventReader reader;
    private final long realm;
    private final Payload payload;
    private final List<Block> blocks = new ArrayList<>(BLOCKS);
    private long usedNanos = System.nanoTime();

    /// Consecutive entries after `after`, up to the next multiple of [#BLOCK].
    private static final class Block {
        private final long after;
        private final long end;
        private final long readNanos = System.nanoTime();
        private final List<PublishedEvent> events = new ArrayList<>();
        private long last;

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

    /// Events read at `readNanos`, by [System#nanoTime].
    record Fresh(EventReader.Slice slice, long readNanos) {}

    /// The events, of all types, of at most `entries` entries after `after`; fewer at the end of a block or of the
    /// journal.
    synchronized Fresh read(long after, int entries) {
        Block block = blockOf(after);
        if (block.last <= after) {
            EventReader.Slice more = reader.readHere(realm, block.last, (int) (block.end - block.last), payload);
            block.events.addAll(more.events());
            block.last = Math.max(block.last, more.last());
        }
        long last = Math.max(after, Math.min(block.last, after + entries));
        List<PublishedEvent> events = block.events.stream()
                .filter(event -> event.seq() > after && event.seq() <= last)
                .toList();
        return new Fresh(new EventReader.Slice(events, last, block.last), block.readNanos);
    }

    /// Discards all events if none have been read for a while.
    synchronized void tidy() {
        if (System.nanoTime() - usedNanos > KEPT.toNanos()) {
            blocks.clear();
        }
    }

    private Block blockOf(long after) {
        usedNanos = System.nanoTime();
        blocks.removeIf(this::isStale);
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

    private boolean isStale(Block block) {
        return payload == Payload.FULL && System.nanoTime() - block.readNanos > FULL_KEPT.toNanos();
    }
}
