package dev.muster.api.evidence;

import dev.muster.directory.EvidenceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The main class of a process that checks files four at a time, the server's maximum, and looks for the picture in
/// each. The test that starts the process chooses its heap size.
final class HostileEvidence {
    private static final int AT_ONCE = 4;

    private HostileEvidence() {}

    public static void main(String[] files) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (String file : files) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    all.add(threads.submit(() -> take(Path.of(file))));
                }
                for (Future<?> one : all) {
                    one.get();
                }
                System.out.println("took " + Path.of(file).getFileName());
            }
        }
    }

    private static void take(Path file) {
        try {
            try (InputStream in = Files.newInputStream(file)) {
                EvidenceZip.copy(in, OutputStream.nullOutputStream());
            } catch (InvalidZipException e) {
                // Even if the zip is refused, the process looks for the picture.
            }
            SelfieImage image = SelfieImage.of(new Uploaded(file));
            if (image != null) {
                image.writeTo(OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Uploaded(Path file) implements EvidenceFiles.Stored {
        @Override
        public long size() {
            return file.toFile().length();
        }

        @Override
        public InputStream from(long offset) throws IOException {
            InputStream in = Files.newInputStream(file);
            in.skipNBytes(offset);
            return in;
        }
    }
}
