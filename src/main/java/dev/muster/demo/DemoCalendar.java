package dev.muster.demo;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The schedule of the demonstration's past. Actions scheduled for the same hour of a day run at the same instant. One
/// person's actions run in the order in which they were added; different people's actions run concurrently, so that
/// they share commits.
final class DemoCalendar {
    private static final int FIRST_HOUR = 7;
    private static final int HOURS = 11;

    private final DemoClock clock;
    private final LocalDate today;
    private final PriorityQueue<Note> notes =
            new PriorityQueue<>(Comparator.comparing(Note::at).thenComparingLong(Note::number));
    private final Map<Integer, Instant> lastOf = new HashMap<>();
    private long noted;

    /// @param person the number of the person concerned
    private record Note(Instant at, long number, int person, Runnable doing) {}

    DemoCalendar(DemoClock clock, Instant present) {
        this.clock = clock;
        this.today = LocalDate.ofInstant(present, ZoneOffset.UTC);
    }

    /// Schedules an action within the working hours of a day, or at the person's latest scheduled time if that is
    /// later.
    ///
    /// @param day the day, from 0 (the first) to 89 (yesterday)
    /// @param hour any number, from which the hour is computed
    void on(int day, int hour, int person, Runnable doing) {
        int ofDay = FIRST_HOUR + Math.floorMod(hour, HOURS);
        LocalTime time = LocalTime.of(ofDay, Math.floorMod(day * 7 + ofDay * 13, 60));
        Instant wanted = date(day).atTime(time).toInstant(ZoneOffset.UTC);
        Instant last = lastOf.getOrDefault(person, Instant.MIN);
        Instant at = wanted.isBefore(last) ? last : wanted;
        lastOf.put(person, at);
        notes.add(new Note(at, noted++, person, doing));
    }

    private LocalDate date(int day) {
        return today.minusDays(DemoClock.DAYS - day);
    }

    /// The number of people who register on a day. It is higher on working days, and rises from month to month.
    int arrivals(int day) {
        DayOfWeek weekday = date(day).getDayOfWeek();
        boolean weekend = weekday == DayOfWeek.SATURDAY || weekday == DayOfWeek.SUNDAY;
        int usual = 4 + day / 25 + Math.floorMod(day * 5, 4);
        return weekend ? usual / 4 : usual;
    }

    /// Runs all scheduled actions in order.
    void run() {
        while (!notes.isEmpty()) {
            Instant at = notes.peek().at;
            Map<Integer, List<Runnable>> byPerson = new LinkedHashMap<>();
            while (!notes.isEmpty() && notes.peek().at.equals(at)) {
                Note note = notes.remove();
                byPerson.computeIfAbsent(note.person, _ -> new ArrayList<>()).add(note.doing);
            }
            clock.moveTo(at);
            atOnce(byPerson.values().stream()
                    .map(doings -> Executors.callable(() -> doings.forEach(Runnable::run)))
                    .toList());
        }
        clock.moveToPresent();
    }

    /// Runs all of `makings` concurrently and returns their results in order.
    static <T> List<T> atOnce(List<Callable<T>> makings) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> made = new ArrayList<>(makings.size());
            for (Future<T> each : threads.invokeAll(makings)) {
                made.add(each.get());
            }
            return made;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the demonstration data cannot be created: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
