package dev.muster.cli.shell;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A standard stream in UTF-8 that, unlike [PrintStream], remembers the cause of a failed write.
public final class StandardStream extends PrintStream {
    private final Watched watched;

    StandardStream(OutputStream to) {
        this(new Watched(to));
    }

    private StandardStream(Watched watched) {
        super(new BufferedOutputStream(watched), false, StandardCharsets.UTF_8);
        this.watched = watched;
    }

    /// The reason why a stream could not be written, for messages; null if everything was written.
    public static @Nullable String failure(PrintStream stream) {
        if (!stream.checkError()) {
            return null;
        }
        IOException failure = stream instanceof StandardStream standard ? standard.watched.failure : null;
        return failure == null || failure.getMessage() == null ? "it cannot be written" : failure.getMessage();
    }

    /// Whether the reader closed the pipe, as `| head` does, which is not an error.
    public static boolean isBrokenPipe(PrintStream stream) {
        return "Broken pipe".equals(failure(stream));
    }

    /// A stream that remembers its first failure.
    private static final class Watched extends OutputStream {
        private final OutputStream to;
        private @Nullable IOException failure;

        private Watched(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                to.write(bytes, from, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
