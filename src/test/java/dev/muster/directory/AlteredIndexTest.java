package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.ChoreLeases;
import dev.muster.directory.chores.SearchIndexer;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Write;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.sql.DatabaseKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A search index that was tampered with is reported and affects only its own realm.
final class AlteredIndexTest extends OnRunning {
    private static final int USERS = 12;

    @Override
    DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    private void rename(long realm) {
        Command rename = Command.Update.of(edits -> edits.name = new Edit<>("Zoe"));
        Write write = new Write(Running.ADMIN, UserRef.number(1), List.of(rename), null);
        Running.ok(running.core.directory().execute(new WriteRequest(realm, write, Running.origin(), null, false, 0)));
    }

    @Test
    void anIndexThatCannotBeReadIsToldAndCostsNoOther() throws Exception {
        for (long realm : new long[] {TEST, PRODUCTION}) {
            for (int i = 0; i < USERS; i++) {
                Running.ok(running.executeIn(realm, Running.registration("user" + i + "@example.com")));
            }
        }
        try (ChoreStore storage = running.database().choreStore()) {
            SearchIndexer indexing = new SearchIndexer(storage.textIndex(USERS), ChoreLeases.ofOnlyServer());
            indexing.whole();
            assertThat(database.number("select count(distinct realm) from search_posting"))
                    .isEqualTo(2);
            assertThat(database.execute("update search_posting set places = x'80' where realm = " + TEST))
                    .isPositive();
            UserQuery query = Filters.query(10, null, 0, filters -> filters.text = "user1");
            assertThat(Running.no(running.core.directory().list(Running.ADMIN, TEST, query)))
                    .isEqualTo(new Refusal.Unreadable("search index", "of this realm"));
            rename(TEST);
            rename(PRODUCTION);
            assertThat(database.number("select count(*) from search_stale")).isEqualTo(2);
            indexing.whole();
            assertThat(database.number("select count(*) from search_stale where realm = " + PRODUCTION))
                    .isZero();
        }
    }
}
