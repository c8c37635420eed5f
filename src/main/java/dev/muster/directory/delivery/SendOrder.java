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

/// The events queued for one endpoint, in the order in which they may be sent. Only the first event of each subject may
/// be sent, and none while another event of the subject is in flight. Guarded by the lock of its [Endpoint].
final class SendOrder {
    private final boolean strict;
    private final Map<Object, Queue> queues = new HashMap<>();

    /// The first events of their subjects that may be sent now.
    private final TreeSet<QueuedEvent> ready = new TreeSet<>();

    /// The first events of their subjects that are not due yet.
    private final PriorityQueue<QueuedEvent> later = new PriorityQueue<>(Comparator.comparing(event -> event.dueAt));

    /// The events of one subject, earliest first.
    private static final class Queue {
        private final Deque<QueuedEvent> events = new ArrayDeque<>(2);

        /// The event in flight; null if there is none.
        private @Nullable QueuedEvent inFlight;

        /// The event in `ready` or `later`; null if there is none.
        private @Nullable QueuedEvent offered;
    }

    /// @param strict whether all events form one sequence, rather than one for each subject
    SendOrder(boolean strict) {
        this.strict = strict;
    }

    /// Adds an event.
    void add(QueuedEvent event) {
        Queue queue = queues.computeIfAbsent(event.key(strict), _ -> new Queue());
        insert(queue.events, event);
        offer(queue);
    }

    /// Inserts an event in order. Almost always, it is appended at the end.
    private static void insert(Deque<QueuedEvent> events, QueuedEvent event) {
        Deque<QueuedEvent> greater = new ArrayDeque<>(1);
        while (!events.isEmpty() && events.peekLast().compareTo(event) > 0) {
            greater.addFirst(events.removeLast());
        }
        events.addLast(event);
        events.addAll(greater);
    }

    /// Offers the first event of a subject for sending, unless an event of the subject is in flight.
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

    /// Takes the next event to send; returns null if there is none at present.
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

    /// Puts back an event that was taken, to be sent again when it is due.
    void putBack(QueuedEvent event) {
        Queue queue = queueOf(event);
        clearInFlight(queue, event);
        offer(queue);
    }

    private static void clearInFlight(Queue queue, QueuedEvent event) {
        event.inFlight = false;
        if (queue.inFlight == event) {
            queue.inFlight = null;
        }
    }

    /// Removes an event, so that the next one of its subject may be sent.
    void remove(QueuedEvent event) {
        Queue queue = queueOf(event);
        clearInFlight(queue, event);
        queue.events.remove(event);
        if (queue.events.isEmpty()) {
            withdraw(queue);
            queues.remove(event.key(strict));
        } else {
            offer(queue);
        }
    }

    /// Removes all matching events.
    void removeIf(Predicate<QueuedEvent> matching) {
        all().stream().filter(matching).forEach(this::remove);
    }

    /// Changes when an event is due.
    void reschedule(QueuedEvent event, Instant dueAt) {
        Queue queue = queueOf(event);
        if (queue.offered == event) {
            withdraw(queue);
        }
        event.dueAt = dueAt;
        offer(queue);
    }

    /// Whether the subject's first event is set aside, so that `event` would have to wait for it.
    boolean isBehindSetAside(QueuedEvent event) {
        Queue queue = queues.get(event.key(strict));
        return queue != null && queue.events.peekFirst() != null && queue.events.peekFirst().setAsideState != null;
    }

    /// The events that must wait for `event`.
    List<QueuedEvent> behind(QueuedEvent event) {
        List<QueuedEvent> behind = new ArrayList<>(queueOf(event).events);
        behind.removeIf(other -> other.compareTo(event) <= 0);
        return behind;
    }

    /// The number of events that may be sent now, not counting those that became due since the last [#next].
    int ready() {
        return ready.size();
    }

    /// When the next waiting event is due; null if there is none.
    @Nullable
    Instant nextDue() {
        return later.isEmpty() ? null : later.peek().dueAt;
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    /// The time of the oldest event of a window; null if the window has no events.
    @Nullable
    Instant oldest(EventWindow window) {
        return all().stream()
                .filter(event -> event.window == window)
                .min(Comparator.naturalOrder())
                .map(event -> event.at)
                .orElse(null);
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
