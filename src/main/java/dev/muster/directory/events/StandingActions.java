package dev.muster.directory.events;

import dev.muster.model.Event;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The actions whose entries may change a user's holds, and thereby the user's standing.
final class StandingActions {
    private static final Set<String> WORDS = EnumSet.of(
                    Event.Action.USER_REGISTERED,
                    Event.Action.USER_HOLD_PLACED,
                    Event.Action.USER_HOLD_CHANGED,
                    Event.Action.USER_HOLD_RELEASED,
                    Event.Action.USER_HOLD_ENDED,
                    Event.Action.USER_REINSTATED,
                    Event.Action.USER_REMOVED,
                    Event.Action.USER_EXPELLED,
                    Event.Action.USER_RESTORED,
                    Event.Action.USER_BARRED,
                    Event.Action.USER_BAR_ANNULLED,
                    Event.Action.USER_ERASED)
            .stream()
            .map(Event.Action::wireName)
            .collect(Collectors.toUnmodifiableSet());

    private StandingActions() {}

    static boolean mayTurn(String action) {
        return WORDS.contains(action);
    }
}
