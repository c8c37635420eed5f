package dev.muster.api.evidence;

import static dev.muster.api.evidence.Zips.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.EvidenceFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// The picture of the user's face is found, in whatever order the zip and its description list the pictures.
final class SelfieImageTest {
    private static final byte[] FIRST = utf8("first");
    private static final byte[] OTHER = utf8("other");

    /// Returns the type of the picture found, a space, and its content as Latin-1; an empty string if none is
    /// found.
    private static String found(byte[] zip) throws IOException {
        SelfieImage image = SelfieImage.of(new Bytes(zip));
        if (image == null) {
            return "";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        image.writeTo(out);
        return image.type() + " " + latin(out.toByteArray());
    }

    private record Bytes(byte[] bytes) implements EvidenceFiles.Stored {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream from(long offset) {
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length);
        }
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] info(String images) {
        return utf8("{\"before\":{\"images\":[1]},\"images\":[" + images + "],\"behind\":[{}]}");
    }

    private static String found(String images) throws IOException {
        String before = found(Zips.of("info.json", info(images), "first.jpg", FIRST, "other.png", OTHER));
        String behind = found(Zips.of("first.jpg", FIRST, "other.png", OTHER, "info.json", info(images)));
        assertThat(before).isEqualTo(behind);
        return before;
    }

    @Test
    void aFileIsTheFirstThatIsDescribedAndThere() throws IOException {
        assertThat(found("{\"image_type_id\":0,\"file_name\":\"other.png\"}")).isEqualTo("image/png other");
        assertThat(found("7,[{\"x\":[]}],{\"image_type_id\":1,\"file_name\":\"first.jpg\"},"
                        + "{\"file_name\":\"none.jpg\",\"image_type_id\":\"0\"},"
                        + "{\"file_name\":\"other.png\",\"more\":{\"image_type_id\":[9]},\"image_type_id\":\"0\"}"))
                .isEqualTo("image/png other");
        assertThat(found("{\"image_type_id\":[0],\"file_name\":\"other.png\"}")).isEqualTo("image/jpeg first");
        assertThat(found("")).isEqualTo("image/jpeg first");
    }

    @Test
    void anImageInTheDescriptionIsFoundAtItsOffset() throws IOException {
        String jpeg = Base64.getMimeEncoder()
                .encodeToString(Arrays.copyOf(Zips.jpeg(), 5_000))
                .replace("/", "\\/")
                .replace("\r\n", "\\r\\n");
        String images = "{\"image\":\"\",\"image_type_id\":2},{\"image_type_id\":3,\"image\":\"%\"},3,"
                + "{\"image_type_id\":2,\"image\":\"QUJD\"},"
                + "{\"image\":\"" + jpeg + "\",\"image_type_id\":\"2\"},"
                + "{\"image_type_id\":0,\"file_name\":\"other.png\"}";
        assertThat(found(images)).isEqualTo("image/jpeg " + latin(Arrays.copyOf(Zips.jpeg(), 5_000)));
        String png = "{\"image_type_id\":2,\"image\":\"iVBORw0KGgo\"}";
        assertThat(found(png)).isEqualTo("image/png \u0089PNG\r\n\u001a\n");
    }

    /// Everything after an invalid image is ignored, because it cannot be parsed reliably.
    @Test
    void nothingIsDescribedAfterAnInvalidImage() throws IOException {
        assertThat(found("{\"image_type_id\":2,\"image\":\"A\"},{\"image_type_id\":0,\"file_name\":\"other.png\"}"))
                .isEqualTo("image/jpeg first");
    }

    /// The nth image with a given name in the description is the nth entry with that name.
    @Test
    void theDescribedEntryIsShownIfSeveralShareAName() throws IOException {
        String card = "{\"image_type_id\":1,\"file_name\":\"one.jpg\"}";
        String selfie = "{\"image_type_id\":0,\"file_name\":\"one.jpg\"}";
        assertThat(shared(selfie + "," + card)).isEqualTo("image/jpeg first");
        assertThat(shared(card + "," + selfie)).isEqualTo("image/jpeg other");
        assertThat(shared(card + "," + card + "," + selfie)).isEqualTo("image/jpeg other");
        assertThat(found(Zips.python())).isEqualTo("image/jpeg " + latin(Zips.jpeg()));
    }

    private static String shared(String images) throws IOException {
        return found(Zips.withEqualNames("info.json", info(images), "one.jpg", FIRST, "one.jpg", OTHER));
    }

    @Test
    void theImageIsOptional() throws IOException {
        assertThat(found(Zips.of("info.json", utf8("{\"images\":{}}")))).isEmpty();
        assertThat(found(Zips.of("info.json", info("{\"image_type_id\":0,\"file_name\":\"a.jpg\"}"), "b", OTHER)))
                .isEmpty();
    }
}
