package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Watches a file that appears, grows and shrinks, and records its largest size.
final class LargestFile implements AutoCloseable {
    private final Path file;
    private final Thread watcher;
    private volatile long bytes;

    LargestFile(Path file) {
        this.file = file;
        this.watcher = Thread.ofPlatform()
                .daemon()
                .name("size of " + file.getFileName())
                .start(this::watch);
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            bytes = Math.max(bytes, size());
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // The file does not exist at the moment.
            return 0;
        }
    }

    /// The largest size seen so far.
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
