package dev.muster.storage;

import dev.muster.model.*;
import java.time.Instant;
import java.util.*;
import org.jspecify.annotations.Nullable;

public final class Reads {
    public Rows.@Nullable RealmRow realm(long realm) {
        throw new UnsupportedOperationException();
    }

    public @Nullable Tenant tenant(String partnerId) {
        throw new UnsupportedOperationException();
    }

    public List<Tenant> tenants(String after, int limit) {
        throw new UnsupportedOperationException();
    }

    public Rows.@Nullable UserRow user(long realm, UserRef ref) {
        throw new UnsupportedOperationException();
    }

    public Rows.@Nullable StandingRow standing(long realm, UserRef ref) {
        throw new UnsupportedOperationException();
    }

    public Map<UserRef, Rows.StandingRow> standings(long realm, Collection<UserRef> refs) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.UserRow> users(long realm, UserFilter filter, long after, int limit) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.UserRow> overdue(long realm, Instant now) {
        throw new UnsupportedOperationException();
    }

    public long count(long realm, UserFilter filter, int most) {
        throw new UnsupportedOperationException();
    }

    public boolean matches(User user, String text) {
        throw new UnsupportedOperationException();
    }

    public Rows.BatchRow present(long realm) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.JournalRow> journal(long realm, long after, int limit) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.JournalRow> journalOf(long realm, UUID subject, long before, int limit) {
        throw new UnsupportedOperationException();
    }

    public long countJournalOf(long realm, UUID subject) {
        throw new UnsupportedOperationException();
    }

    public Map<UUID, byte[]> seeds(long realm, Collection<UUID> people) {
        throw new UnsupportedOperationException();
    }

    public Map<UUID, String> actorNames(long realm, Collection<UUID> actors) {
        throw new UnsupportedOperationException();
    }

    public boolean isBarred(long realm, byte[] fingerprint) {
        throw new UnsupportedOperationException();
    }

    public Rows.@Nullable KeyRow key(long realm, UUID id) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.KeyRow> keys(long realm) {
        throw new UnsupportedOperationException();
    }

    public Rows.@Nullable OperatorRow operator(long realm, UUID id) {
        throw new UnsupportedOperationException();
    }

    public Rows.@Nullable OperatorRow operator(long realm, String usernameKey) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.OperatorRow> operators(long realm) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.CheckpointRow> checkpoints(long realm, long upTo) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.DueRow> due(Instant now, int limit) {
        throw new UnsupportedOperationException();
    }

    public List<Rows.BatchRow> unsigned(int limit) {
        throw new UnsupportedOperationException();
    }
}
