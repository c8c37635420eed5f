package dev.muster;

import dev.muster.directory.Core;
import java.nio.file.Path;
import java.util.Optional;

/// The file locations of a server under test.
public final class TestPlaces {
    private TestPlaces() {}

    /// Returns locations that are all in one folder, as with an embedded database.
    public static Core.Paths in(Path folder) {
        return new Core.Paths(
                folder.resolve("master.key"),
                folder.resolve("checkpoints"),
                folder.resolve("backups"),
                Optional.of(folder.resolve("muster.db")));
    }
}
