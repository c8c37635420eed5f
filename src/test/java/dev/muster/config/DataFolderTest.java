package dev.muster.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
    @TempDir
    private Path folder;

    private final Instant now = Instant.now();

    @Test
    void remainsOfKilledDemonstrationsAreDeletedByTheNextOne() throws IOException {
        Path killed = DataFolder.createTemporary(folder, now);
        Files.writeString(killed.resolve("muster.lock"), "");
        Files.writeString(killed.resolve("muster.db"), "people");
        Path killedAtOnce = DataFolder.createTemporary(folder, now);
        Path another = Files.createDirectory(folder.resolve("somebody's folder"));
        Path running = DataFolder.createTemporary(folder, now);
        Path lock = running.resolve("muster.lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();
            // Folders less than a minute old are kept even without a lock, because a starting process may not hold its
            // lock yet.
            Path soon = DataFolder.createTemporary(folder, now.plusSeconds(50));
            assertThat(folder).isDirectoryContaining(killed::equals).isDirectoryContaining(killedAtOnce::equals);
            Path later = DataFolder.createTemporary(folder, now.plusSeconds(70));
            assertThat(killed).doesNotExist();
            assertThat(killedAtOnce).doesNotExist();
            assertThat(folder.toFile().listFiles())
                    .containsExactlyInAnyOrder(running.toFile(), later.toFile(), another.toFile());
            assertThat(soon).doesNotExist();
        }
    }
}
