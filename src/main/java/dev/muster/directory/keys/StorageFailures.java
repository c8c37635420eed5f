package dev.muster.directory.keys;

import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.util.function.Supplier;

/// Turns failures of storage into refusals.
public final class StorageFailures {
    /// How soon it is worth asking a busy server again.
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// How soon it is worth asking again whether there is room: somebody has to make it.
    public static final Duration ROOM_AFTER = Duration.ofSeconds(10);

    private StorageFailures() {}

    /// As [#of], for an actor who has `scope`. Refuses others: Forbidden.
    public static <T> Result<T> as(Actor actor, Scope scope, Supplier<Result<T>> reading) {
        return actor.may(scope) ? of(reading) : Result.refused(Refusal.Forbidden.to(actor, scope));
    }

    /// As [#of], for root. Refuses others: Forbidden.
    public static <T> Result<T> asRoot(Actor actor, Supplier<Result<T>> reading) {
        return actor.isRoot() ? of(reading) : Result.refused(new Refusal.Forbidden("root"));
    }

    /// What `reading` gives. Storage that does not answer in time is `Busy`; storage that is full and had
    /// to write, `StorageFull`. A row that cannot be read is `Unreadable`, and logged.
    public static <T> Result<T> of(Supplier<Result<T>> reading) {
        try {
            return reading.get();
        } catch (StorageException e) {
            return switch (e.kind()) {
                case UNREACHABLE, CONFLICT -> Result.refused(new Refusal.Busy(RETRY_AFTER));
                case FULL -> Result.refused(new Refusal.StorageFull(ROOM_AFTER));
                case STATEMENT, FATAL -> throw e;
            };
        } catch (UnreadableException e) {
            Unreadable.report(e);
            return Result.refused(e.refusal());
        }
    }
}
