package dev.muster.model;

import java.time.Instant;
import java.util.List;

/// What a request did: its reply, its journal entries and its events are all made from this one value.
///
/// @param at the request's moment
/// @param events what happened, in order; empty when nothing changed
/// @param replayed whether this is the answer of an earlier, identical request
public record Change(Instant at, About about, List<Event> events, boolean replayed) {
    /// What the request was about, as it is afterwards.
    public sealed interface About {}

    public record OfUser(User user) implements About {}

    public record OfKey(ApiKey key) implements About {}

    public record OfOperator(Operator operator) implements About {}

    public record OfTenant(Tenant tenant) implements About {}

    /// The user that the request was about.
    public User user() {
        if (about instanceof OfUser(var user)) {
            return user;
        }
        throw new IllegalStateException("not about a user: " + about);
    }
}
