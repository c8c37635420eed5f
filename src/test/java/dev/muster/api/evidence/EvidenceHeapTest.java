package dev.muster.api.evidence;

import static dev.muster.api.evidence.Zips.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is uploaded, a process with an eighth of a server's heap can handle four files at a time.
final class EvidenceHeapTest {
    private static final String HEAP = "-Xmx32m";

    private static final int INFO_BYTES = EvidenceZip.MAX_INFO - (8 << 10);

    @TempDir
    private Path folder;

    /// Creates a zip whose `info.json` has the maximum length and consists mostly of a repeated part.
    private String zip(String name, String begin, String again, String end) throws IOException {
        Path file = folder.resolve(name + ".zip");
        byte[] piece = utf8(again.repeat(Math.ceilDiv(4_000, again.length())));
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            // The noise keeps the compression ratio of the whole zip within the limit.
            zip.putNextEntry(new ZipEntry("selfie.jpg"));
            byte[] noise = new byte[200_000];
            new java.util.Random(11).nextBytes(noise);
            zip.write(noise);
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("info.json"));
            zip.write(utf8(begin));
            for (int length = 0; length < INFO_BYTES; length += piece.length) {
                zip.write(piece);
            }
            zip.write(utf8(end));
            zip.closeEntry();
        }
        return file.toString();
    }

    @Test
    @Timeout(120)
    void noUploadFillsTheHeap() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                HostileEvidence.class.getName()));
        String inline = "{\"images\":[{\"image_type_id\":2,\"image\":\"";
        command.addAll(List.of(
                zip("objects", "{\"a\":[{}", ",{\"\":1}", "]}"),
                zip("images", "{\"images\":[{}", ",{\"image_type_id\":0,\"file_name\":\"a\"}", "]}"),
                zip("name", "{\"", "n".repeat(1_000), "\":1}"),
                zip("file name", "{\"images\":[{\"image_type_id\":0,\"file_name\":\"", "n", "\"}]}"),
                zip("inline", inline + "/9j/", "AAAA", "\"}]}")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said.lines().filter(line -> line.startsWith("took "))).hasSize(5);
        } finally {
            process.destroyForcibly();
        }
    }
}
