package dev.muster.storage;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads of one realm that a standby may answer. Its answer is never older than any write of the realm that was
/// confirmed before the read began. If there is no standby, or it cannot answer now, the primary does. The methods
/// correspond to those of [Database] with the same names, with the same limits; on a standby, all statements of a read
/// see the same snapshot.
public final class PrimaryOrStandby {
    private final Database database;
    private final @Nullable Standby standby;
    private final long realm;

    PrimaryOrStandby(Database database, @Nullable Standby standby, long realm) {
        this.database = database;
        this.standby = standby;
        this.realm = realm;
    }

    public <T extends @Nullable Object> T read(Function<StandbyReads, T> work) {
        Standby.Answer<T> answer = ofStandby(work);
        return answer == null ? database.read(work::apply) : answer.value();
    }

    public <T extends @Nullable Object> T snapshot(Function<StandbyReads, T> work) {
        Standby.Answer<T> answer = ofStandby(work);
        return answer == null ? database.snapshot(work::apply) : answer.value();
    }

    public <T extends @Nullable Object> T list(Function<StandbyReads, T> work) {
        return database.list(() -> ofStandby(work), work::apply);
    }

    public <T extends @Nullable Object> T search(Function<StandbyReads, T> work) {
        return database.search(() -> ofStandby(work), work::apply);
    }

    private <T extends @Nullable Object> Standby.@Nullable Answer<T> ofStandby(Function<StandbyReads, T> work) {
        return standby == null ? null : standby.answer(database, realm, work);
    }
}
