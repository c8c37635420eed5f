package dev.muster.cli.shell;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A standard stream in UTF-8 that remembers why it could not be written; [PrintStream] only remembers that it could
/// not.
public final class StandardStream extends PrintStream {
    private final Watched watched;

    StandardStream(OutputStream to) {
        this(new Watched(to));
    }

    private StandardStream(Watched watched) {
        super(watched, false, StandardCharsets.UTF_8);
        this.watched = watched;
    }

    /// Why a stream could not be written, for people; null if everything was written.
    public static @Nullable String failure(PrintStream stream) {
        if (!stream.checkError()) {
            return null;
        }
        IOException failure = stream instanceof StandardStream standard ? standard.watched.failure : null;
        return failure == null || failure.getMessage() == null ? "it cannot be written" : failure.getMessage();
    }

    /// Whether the reader of a pipe is gone, as after `| head`, which needs no message.
    public static boolean isBrokenPipe(PrintStream stream) {
        return "Broken pipe".equals(failure(stream));
    }

    private static final class Watched extends BufferedOutputStream {
        private @Nullable IOException failure;

        private Watched(OutputStream to) {
            super(to);
        }

        @Override
        public synchronized void write(int b) throws IOException {
            watch(() -> super.write(b));
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) throws IOException {
            watch(() -> super.write(bytes, from, length));
        }

        @Override
        public synchronized void flush() throws IOException {
            watch(super::flush);
        }

        private interface Writing {
            void run() throws IOException;
        }

        private void watch(Writing writing) throws IOException {
            try {
                writing.run();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
