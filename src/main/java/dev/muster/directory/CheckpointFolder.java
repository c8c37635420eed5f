package dev.muster.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A folder with a file a realm, to which a line is added for each checkpoint. Only whole lines are ever there for
/// long: what a full disk or a crash left of one is taken away before the next is added.
final class CheckpointFolder {
    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /// @throws IOException when there is no room for it, or the folder cannot be written: nothing is added then
    void add(long realm, String line) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("realm-" + realm + ".txt");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = endOfLines(channel);
            channel.truncate(end);
            try {
                ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
                for (long at = end; bytes.hasRemaining(); ) {
                    at += channel.write(bytes, at);
                }
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
    }

    /// Where the last whole line ends.
    private static long endOfLines(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }
}
