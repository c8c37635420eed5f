package dev.muster.storage;

import dev.muster.storage.CredentialTables.PendingFormRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.Row;
import java.time.Instant;
import java.util.List;

/// Writes the forms that the console keeps until their operator has signed in again.
public final class PendingFormStore {
    private static final int MAX_DELETED = 100;

    private final ChoreWriter writer;

    PendingFormStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// Adds a console form. If the operator then has more than `max` forms, deletes the oldest ones, up to 100 of
    /// them.
    public void add(PendingFormRow row, int max) {
        writer.writeTo(row.realm(), session -> {
            int rows = session.update(
                    "kept_form_insert", row.realm(), row.idHash(), row.operator(), row.sealed(), row.keptAt());
            List<byte[]> tooMany =
                    session.list("kept_forms_of_operator", Row::bytes, row.realm(), row.operator(), MAX_DELETED, max);
            for (byte[] idHash : tooMany) {
                rows += session.update("kept_form_delete", row.realm(), idHash);
            }
            return rows;
        });
    }

    /// Deletes a pending form.
    ///
    /// @return whether there was such a form
    public boolean delete(long realm, byte[] idHash) {
        return writer.urgentTo(realm, session -> session.update("kept_form_delete", realm, idHash)) > 0;
    }

    /// Deletes the forms, across all realms, that were stored at or before the given time.
    public void forget(Instant before) {
        writer.urgent(session -> session.update("kept_form_delete_old", before));
    }
}
