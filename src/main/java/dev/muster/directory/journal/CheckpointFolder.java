package dev.muster.directory.journal;

import dev.muster.sealing.Checkpoint;
import dev.muster.storage.files.PrivateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A folder with one file per realm, to which each checkpoint is appended as a line. Someone who can only write to the
/// database cannot reach the folder, so the last line is a high-water mark: nothing that contradicts it is ever signed.
///
/// Only complete lines count. A line left incomplete by a full disk or a crash is removed before the next line is
/// appended.
public final class CheckpointFolder {
    private static final int MAX_LINE_LENGTH = 1024;

    private final Path folder;

    public CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /// The last line of a realm's file.
    ///
    /// @param text the signed line, without its line end
    public record LastLine(String text, Checkpoint checkpoint) {}

    /// Returns the realm's last checkpoint; empty if it has none yet.
    ///
    /// @throws IOException if the file cannot be read, or its last line is not a checkpoint of this realm
    public Optional<LastLine> last(long realm) throws IOException {
        Path file = file(realm);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = endOfLines(channel);
            if (end == 0) {
                return Optional.empty();
            }
            int length = (int) Math.min(end - 1, MAX_LINE_LENGTH);
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && channel.read(bytes, end - 1 - length + bytes.position()) > 0) {}
            String tail = new String(bytes.array(), StandardCharsets.UTF_8);
            String line = tail.substring(tail.lastIndexOf('\n') + 1);
            Checkpoint checkpoint = Checkpoint.parseUnverified(line)
                    .filter(read -> read.realm() == realm)
                    .orElseThrow(
                            () -> new IOException("the last line of " + file + " is not a checkpoint of its realm"));
            return Optional.of(new LastLine(line, checkpoint));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Appends a line to a realm's file.
    ///
    /// @throws IOException if the disk is full or the folder is not writable, in which case nothing is appended
    public void add(long realm, String line) throws IOException {
        PrivateFiles.createFolder(folder);
        try (FileChannel channel = PrivateFiles.open(
                file(realm), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
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

    /// Copies the complete lines of a realm's file, oldest first. Returns whether there were any.
    public boolean copy(long realm, OutputStream to) throws IOException {
        try (FileChannel channel = FileChannel.open(file(realm), StandardOpenOption.READ)) {
            WritableByteChannel out = Channels.newChannel(to);
            long end = endOfLines(channel);
            for (long at = 0; at < end; ) {
                at += channel.transferTo(at, end - at, out);
            }
            return end > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Opens the lines of a realm's file, oldest first; null if it has none. The caller must close the reader.
    @Nullable
    BufferedReader lines(long realm) throws IOException {
        try {
            return Files.newBufferedReader(file(realm));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Path file(long realm) {
        return folder.resolve("realm-" + realm + ".txt");
    }

    /// Returns the position of the end of the last complete line.
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
