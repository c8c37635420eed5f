package dev.muster.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A standard stream in UTF-8 that remembers why it could not be written: [PrintStream] only knows that it could not.
final class Output extends PrintStream {
    private final Watched watched;

    Output(OutputStream to) {
        this(new Watched(to));
    }

    private Output(Watched watched) {
        super(watched, false, StandardCharsets.UTF_8);
        this.watched = watched;
    }

    /// Why a stream could not be written, for people; null when all that was printed has been written.
    static @Nullable String failure(PrintStream stream) {
        if (!stream.checkError()) {
            return null;
        }
        IOException failure = stream instanceof Output output ? output.watched.failure : null;
        return failure == null || failure.getMessage() == null ? "it cannot be written" : failure.getMessage();
    }

    /// Whether nobody reads a stream any more, as after `| head`: not worth a message.
    static boolean isBrokenPipe(PrintStream stream) {
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
