package dev.muster.storage;

import dev.muster.storage.CredentialTables.KeptFormRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.Row;
import java.time.Instant;
import java.util.List;

/// Writes the forms that the console keeps until their operator has signed in again.
public final class KeptFormStore {
    private static final int MAX_DROPPED = 100;

    private final ChoreWriter writer;

    KeptFormStore(ChoreWriter writer) {
        this.writer = writer;
    }

    /// Keeps a console form. If the operator then has more than `most` forms, deletes the oldest ones, up to 100 of
    /// them.
    public void keep(KeptFormRow row, int most) {
        writer.write(session -> {
            int rows = session.update(
                    "kept_form_insert", row.realm(), row.idHash(), row.operator(), row.sealed(), row.keptAt());
            List<byte[]> tooMany =
                    session.list("kept_forms_of_operator", Row::bytes, row.realm(), row.operator(), MAX_DROPPED, most);
            for (byte[] idHash : tooMany) {
                rows += session.update("kept_form_delete", row.realm(), idHash);
            }
            return rows;
        });
    }

    /// Deletes a kept form.
    ///
    /// @return whether there was such a form
    public boolean drop(long realm, byte[] idHash) {
        return writer.urgent(session -> session.update("kept_form_delete", realm, idHash)) > 0;
    }

    /// Deletes the forms, across all realms, that were stored before the given time.
    public void forget(Instant before) {
        writer.urgent(session -> session.update("kept_form_delete_old", before));
    }
}
