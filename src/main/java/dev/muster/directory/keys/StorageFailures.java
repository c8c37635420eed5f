package dev.muster.directory.keys;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.util.function.Supplier;

/// Converts storage failures to refusals.
public final class StorageFailures {
    /// How long a client should wait before it retries after `Busy`.
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// How long a client should wait before it retries after `StorageFull`, or when a master key is missing. It is
    /// longer, because someone has to act first.
    public static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(10);

    private StorageFailures() {}

    /// Reads like [#of], on behalf of an actor with `scope`. Refuses: Forbidden for other actors.
    public static <T> Result<T> withScope(Actor actor, Scope scope, Supplier<Result<T>> reading) {
        return actor.may(scope) ? of(reading) : Result.refused(Refusal.Forbidden.to(actor, scope));
    }

    /// Reads like [#of], on behalf of root. Refuses: Forbidden for other actors.
    public static <T> Result<T> asRoot(Actor actor, Supplier<Result<T>> reading) {
        return actor.isRoot() ? of(reading) : Result.refused(new Refusal.Forbidden("root"));
    }

    /// Returns the result of `reading`. Refuses: Busy if storage does not respond in time or the master key of a
    /// realm is missing, StorageFull if a write fails because storage is full, Unreadable if a row cannot be read.
    /// Rows that cannot be read and missing keys are logged.
    public static <T> Result<T> of(Supplier<Result<T>> reading) {
        try {
            return reading.get();
        } catch (StorageException e) {
            return switch (e.kind()) {
                case UNREACHABLE, CONFLICT -> Result.refused(new Refusal.Busy(RETRY_AFTER));
                case FULL -> Result.refused(new Refusal.StorageFull(RETRY_WHEN_FULL));
                case STATEMENT, DUPLICATE, FATAL -> throw e;
            };
        } catch (KeyUnavailableException e) {
            Unreadable.report(e);
            return Result.refused(new Refusal.Busy(RETRY_WHEN_FULL));
        } catch (UnreadableException e) {
            Unreadable.report(e);
            return Result.refused(e.refusal());
        }
    }
}
