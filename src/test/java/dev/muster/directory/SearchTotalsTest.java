package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.validation.Validator;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A search matches more users than one search step finds, and is combined with a filter that only a few of them pass.
/// The total counts all matches and is never less than the number of users shown.
final class SearchTotalsTest {
    private static final int USERS = 10_300;
    private static final int LOOK = 10_001;

    @TempDir
    private Path folder;

    @Test
    void theTotalIsOfAllWhoMatch() throws Exception {
        try (Running running = new Running(Database.sqlite(folder, 0), folder)) {
            List<UUID> ids = registered(running);
            List<Integer> held = List.of(3, 5_000, 9_000, 10_000, LOOK + 1, LOOK + 100, LOOK + 200, USERS - 1);
            for (int number : held) {
                Running.ok(running.execute(
                        ids.get(number), new Command.PlaceHold(HoldKind.SUSPENDED, "main", null, null, null)));
            }
            Page<User> all = search(running, Status.SUSPENDED, 50, null);
            assertThat(all.items()).hasSize(held.size());
            assertThat(all.total()).isEqualTo(held.size());
            assertThat(all.totalIsAtLeast()).isFalse();
            assertThat(all.next()).isNull();
            Page<User> part = search(running, Status.SUSPENDED, 3, null);
            assertThat(part.total()).isEqualTo(held.size());
            assertThat(part.totalIsAtLeast()).isFalse();
            Page<User> last = search(running, Status.SUSPENDED, 3, part.next());
            assertThat(last.total()).isEqualTo(held.size());
            // Without a filter, the search has more matches than are counted.
            Page<User> text = search(running, null, 50, null);
            assertThat(text.total()).isEqualTo(Page.MAX_COUNTED);
            assertThat(text.totalIsAtLeast()).isTrue();
        }
    }

    private static Page<User> search(Running running, @Nullable Status status, int limit, @Nullable Long after) {
        UserQuery query = Filters.query(limit, after, 0, filters -> {
            filters.status = status;
            filters.text = "ursula";
        });
        return Running.ok(running.core.directory().list(Running.ADMIN, Running.REALM, query))
                .value();
    }

    /// Registers the users in order of number, many at a time, so that the lane commits many of them together.
    private static List<UUID> registered(Running running) throws Exception {
        List<Future<User>> coming = new ArrayList<>();
        try (ExecutorService many =
                Executors.newFixedThreadPool(200, Thread.ofVirtual().factory())) {
            for (int i = 0; i < USERS; i++) {
                String email = "ursula" + i + "@example.org";
                coming.add(many.submit(() -> Running.changed(running.execute(
                                null,
                                new Command.Register(
                                        new Validator().email(email), null, null, null, null, null, Tag.USER, null)))
                        .user()));
            }
        }
        List<User> users = new ArrayList<>();
        for (Future<User> each : coming) {
            users.add(each.get());
        }
        users.sort(java.util.Comparator.comparingLong(User::number));
        return users.stream().map(User::id).toList();
    }
}
