package dev.muster.directory;

import dev.muster.storage.Database;
import java.nio.file.Path;

final class EvidenceOnSqliteTest extends EvidenceTest {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder);
    }
}
