package dev.muster.directory.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The events that remain to be sent to one endpoint, in the order in which they may be: of each subject only the
/// first, and not while another of the subject is on its way. Guarded by the lock of its [Endpoint].
final class SendOrder {
    private final boolean strict;
    private final Map<Object, Queue> queues = new HashMap<>();

    /// First events of subjects that may be sent now.
    private final TreeSet<QueuedEvent> ready = new TreeSet<>();

    /// First events of subjects that have to wait for their time.
    private final PriorityQueue<QueuedEvent> later = new PriorityQueue<>(Comparator.comparing(event -> event.dueAt));

    /// The events of one subject, the earliest first.
    private static final class Queue {
        private final Deque<QueuedEvent> events = new ArrayDeque<>(2);

        /// The one on its way, or null.
        private @Nullable QueuedEvent inFlight;

        /// The one in `ready` or `later`, or null.
        private @Nullable QueuedEvent offered;
    }

    /// @param strict whether all events form one sequence, instead of those of each subject
    SendOrder(boolean strict) {
        this.strict = strict;
    }

    /// Adds an event.
    void add(QueuedEvent event) {
        Queue queue = queues.computeIfAbsent(event.key(strict), _ -> new Queue());
        insert(queue.events, event);
        offer(queue);
    }

    /// Almost always at the end.
    private static void insert(Deque<QueuedEvent> events, QueuedEvent event) {
        Deque<QueuedEvent> greater = new ArrayDeque<>(1);
        while (!events.isEmpty() && events.peekLast().compareTo(event) > 0) {
            greater.addFirst(events.removeLast());
        }
        events.addLast(event);
        events.addAll(greater);
    }

    /// Offers the first event of a subject for sending, unless one is on its way.
    private void offer(Queue queue) {
        QueuedEvent first = queue.inFlight == null ? queue.events.peekFirst() : null;
        if (first == queue.offered) {
            return;
        }
        withdraw(queue);
        if (first != null) {
            queue.offered = first;
            if (first.dueAt.equals(Instant.MIN)) {
                ready.add(first);
            } else {
                later.add(first);
            }
        }
    }

    private void withdraw(Queue queue) {
        if (queue.offered != null) {
            if (!ready.remove(queue.offered)) {
                later.remove(queue.offered);
            }
            queue.offered = null;
        }
    }

    /// Takes the next event to send; null if there is none at present.
    ///
    /// @param careful whether to prefer events that have not failed yet
    @Nullable
    QueuedEvent next(Instant now, boolean careful) {
        while (!later.isEmpty() && !later.peek().dueAt.isAfter(now)) {
            ready.add(later.remove());
        }
        if (ready.isEmpty()) {
            return null;
        }
        QueuedEvent next = careful
                ? ready.stream().filter(event -> !event.failed).findFirst().orElse(ready.first())
                : ready.first();
        Queue queue = queueOf(next);
        withdraw(queue);
        queue.inFlight = next;
        next.inFlight = true;
        return next;
    }

    private Queue queueOf(QueuedEvent event) {
        Queue queue = queues.get(event.key(strict));
        if (queue == null) {
            throw new IllegalStateException("not queued: " + event);
        }
        return queue;
    }

    /// Puts an event that was taken back, to be sent again at its time.
    void putBack(QueuedEvent event) {
        Queue queue = queueOf(event);
        landed(queue, event);
        offer(queue);
    }

    private static void landed(Queue queue, QueuedEvent event) {
        event.inFlight = false;
        if (queue.inFlight == event) {
            queue.inFlight = null;
        }
    }

    /// Removes an event, so that the next one of its subject may be sent.
    void remove(QueuedEvent event) {
        Queue queue = queueOf(event);
        landed(queue, event);
        queue.events.remove(event);
        if (queue.events.isEmpty()) {
            withdraw(queue);
            queues.remove(event.key(strict));
        } else {
            offer(queue);
        }
    }

    /// Removes the events that match.
    void removeIf(Predicate<QueuedEvent> matching) {
        all().stream().filter(matching).forEach(this::remove);
    }

    /// Changes the time of an event.
    void reschedule(QueuedEvent event, Instant dueAt) {
        Queue queue = queueOf(event);
        if (queue.offered == event) {
            withdraw(queue);
        }
        event.dueAt = dueAt;
        offer(queue);
    }

    /// Whether the first event of the subject was set aside, so that `event` would have to wait for it.
    boolean isBehindOneAside(QueuedEvent event) {
        Queue queue = queues.get(event.key(strict));
        return queue != null && queue.events.peekFirst() != null && queue.events.peekFirst().aside != null;
    }

    /// The events that wait for `event`.
    List<QueuedEvent> behind(QueuedEvent event) {
        List<QueuedEvent> behind = new ArrayList<>(queueOf(event).events);
        behind.removeIf(other -> other.compareTo(event) <= 0);
        return behind;
    }

    /// How many events may be sent now, not counting those whose time has come since the last [#next].
    int ready() {
        return ready.size();
    }

    /// When the next event that has to wait for its time may be sent; null if there is none.
    @Nullable
    Instant nextDue() {
        return later.isEmpty() ? null : later.peek().dueAt;
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    /// All events, in any order.
    List<QueuedEvent> all() {
        List<QueuedEvent> all = new ArrayList<>();
        queues.values().forEach(queue -> all.addAll(queue.events));
        return all;
    }

    void forEach(Consumer<QueuedEvent> action) {
        all().forEach(action);
    }
}
