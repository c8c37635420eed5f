package dev.muster.http.engine;

import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The TLS context of a listener. The certificate and the key are read again when their files change; open
/// connections keep the old ones.
///
/// The files are checked when a client connects. Those that cannot be used, such as a new certificate whose key is
/// not written yet, are logged, and the last usable ones stay in use.
final class CurrentTls {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(CurrentTls.class);

    private final ListenerConfig.Tls files;
    private final LongSupplier nanoTime;
    private final ReentrantLock checking = new ReentrantLock();
    private volatile SSLContext context;
    private volatile long checkedAt;
    private List<Object> seen;

    /// @throws ListenException if the files cannot be used
    CurrentTls(ListenerConfig.Tls files, LongSupplier nanoTime) {
        this.files = files;
        this.nanoTime = nanoTime;
        this.checkedAt = nanoTime.getAsLong();
        this.seen = state(files);
        this.context = PemFiles.context(files);
    }

    /// The context for a new connection.
    SSLContext context() {
        // Only one connection waits while the files are read.
        if (nanoTime.getAsLong() - checkedAt >= INTERVAL.toNanos() && checking.tryLock()) {
            try {
                check();
            } finally {
                checking.unlock();
            }
        }
        return context;
    }

    private void check() {
        checkedAt = nanoTime.getAsLong();
        List<Object> state = state(files);
        if (state.equals(seen)) {
            return;
        }
        seen = state;
        try {
            context = PemFiles.context(files);
            LOG.info("the TLS certificate in {} has changed and is used from now on", files.chain());
        } catch (ListenException e) {
            LOG.warn("the new TLS certificate is not used: {}", e.getMessage());
        }
    }

    /// What changes when a file is written, replaced, or reached by another link.
    private static List<Object> state(ListenerConfig.Tls files) {
        List<Object> state = new ArrayList<>();
        for (Path file : List.of(files.chain(), files.key())) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                state.add(List.of(attributes.lastModifiedTime(), attributes.size(), file.toRealPath()));
                if (attributes.fileKey() != null) {
                    state.add(attributes.fileKey());
                }
            } catch (IOException e) {
                state.add("unreadable");
            }
        }
        return state;
    }
}
