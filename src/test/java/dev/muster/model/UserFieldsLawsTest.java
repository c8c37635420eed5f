package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/// Undoing the later entries on a user's current state yields the past state.
class UserFieldsLawsTest {
    @Provide
    Arbitrary<Script> scripts() {
        return Script.any(3);
    }

    /// Generates scripts in which a user's entries are also about groups, policies and jobs.
    @Provide
    Arbitrary<Script> everything() {
        return Script.everything(3);
    }

    @Property(tries = 300)
    void undoingIsNotLedAstrayByMemberships(@ForAll("everything") Script script) {
        undoingEntriesGivesEveryEarlierState(script);
    }

    @Property(tries = 20)
    void aUserIsSeenAsTheyWereAmongOtherEntries(@ForAll("everything") Script script) {
        aUserIsSeenAsTheyWereAtEveryMoment(script);
    }

    private record State(Instant at, User user, int entries) {}

    /// Undoes entries in journal order, as is done to replay a stored response. States before an erasure cannot be
    /// restored.
    @Property(tries = 300)
    void undoingEntriesGivesEveryEarlierState(@ForAll("scripts") Script script) {
        Map<UUID, List<State>> states = new HashMap<>();
        TestRealm realm = script.run(asked -> note(states, asked));
        states.forEach((id, earlier) -> {
            List<Event> entries = entries(realm, id);
            for (State state : earlier) {
                List<Event> later = entries.subList(state.entries, entries.size());
                if (readable(later)) {
                    assertThat(undone(realm.get(id), later)).isEqualTo(state.user);
                }
            }
        });
    }

    /// For every second from registration to now, the user is shown as they were then.
    @Property(tries = 200)
    void aUserIsSeenAsTheyWereAtEveryMoment(@ForAll("scripts") Script script) {
        Map<UUID, List<State>> states = new HashMap<>();
        TestRealm realm = script.run(asked -> note(states, asked));
        states.forEach((id, earlier) -> {
            List<Event> entries = entries(realm, id);
            for (Instant at = TestRealm.START; !at.isAfter(realm.now); at = at.plusSeconds(1)) {
                Instant moment = at;
                List<Event> later = entries.stream()
                        .filter(event -> event.at().isAfter(moment))
                        .toList();
                List<State> before = earlier.stream()
                        .filter(state -> !state.at.isAfter(moment))
                        .toList();
                if (!before.isEmpty() && readable(later)) {
                    assertThat(undone(realm.get(id), later).at(moment))
                            .isEqualTo(before.getLast().user.at(moment));
                }
            }
        });
    }

    private static void note(Map<UUID, List<State>> states, Script.Asked asked) {
        asked.before()
                .forEach((id, user) ->
                        states.computeIfAbsent(id, _ -> new ArrayList<>(List.of(new State(TestRealm.START, user, 0)))));
        asked.realm()
                .users
                .forEach((id, user) -> states.computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(new State(
                                asked.realm().now,
                                user,
                                entries(asked.realm(), id).size())));
    }

    private static List<Event> entries(TestRealm realm, UUID user) {
        return realm.journal.stream()
                .filter(event -> event.subject().id().equals(user))
                .toList();
    }

    private static boolean readable(List<Event> events) {
        return events.stream()
                .noneMatch(event ->
                        event.action() == Event.Action.USER_ERASED || event.action() == Event.Action.USER_REGISTERED);
    }

    private static User undone(User today, List<Event> later) {
        User user = today;
        for (Event event : later.reversed()) {
            user = UserFields.undo(user, readAgain(event.changes()));
        }
        return user;
    }

    /// Returns the changes as they are when read from the journal: with small numbers as `Integer`, and with other
    /// classes of lists and maps.
    private static Changes readAgain(Changes changes) {
        Changes.Draft read = new Changes.Draft();
        changes.byField()
                .forEach((field, change) -> read.put(field, readAgain(change.before()), readAgain(change.after())));
        return read.build();
    }

    private static @Nullable Object readAgain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Long number -> number == number.intValue() ? (Object) number.intValue() : number;
            case String _, Boolean _ -> value;
            case List<?> items -> {
                List<@Nullable Object> read = new ArrayList<>();
                items.forEach(item -> read.add(readAgain(item)));
                yield read;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> read = new LinkedHashMap<>();
                map.forEach((name, item) -> read.put(name, readAgain(item)));
                yield read;
            }
            default -> throw new AssertionError("the journal does not keep a " + value.getClass());
        };
    }
}
