package dev.muster.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Evidence for a made-up job: a zip file with `info.json` and a drawing of a face as a PNG, which is clearly not a
/// photograph of a person. The person's number determines the colours.
final class DemoFace {
    private static final int WIDTH = 240;
    private static final int HEIGHT = 300;

    /// The last bytes of the image header: 8 bits per pixel, which are indexes into the palette.
    private static final byte[] INDEXED = {8, 3, 0, 0, 0};

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String INFO =
            "{\"images\":[{\"image_type_id\":0,\"image\":\"\",\"file_name\":\"selfie.png\"}]}";

    private static final int[] BACKGROUND_COLOURS = {0xdce6f2, 0xe8e2d4, 0xd8ebe0, 0xeadcec};
    private static final int[] CLOTHES = {0x2f4b7c, 0x665191, 0x3f7d58, 0x8a4f3d, 0x444b59};
    private static final int[] SKIN_COLOURS = {0xf1c9a5, 0xd9a47a, 0xa8704b, 0x7a4a2e};
    private static final int[] HAIR_COLOURS = {0x2b1d14, 0x6b4423, 0x111111, 0xb08a4a, 0x8d8d8d};
    private static final int DARK = 0x2a2a2a;

    // The indexes of the palette's colours.
    private static final byte GROUND = 0;
    private static final byte CLOTH = 1;
    private static final byte SKIN = 2;
    private static final byte HAIR = 3;
    private static final byte LINE = 4;

    private final int number;

    /// @param number the person's number
    DemoFace(int number) {
        this.number = number;
    }

    /// Writes the zip.
    void writeTo(OutputStream out) throws IOException {
        // The stream is not closed, because that would close `out`.
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.putNextEntry(new ZipEntry("info.json"));
        zip.write(INFO.getBytes(StandardCharsets.UTF_8));
        zip.putNextEntry(new ZipEntry("selfie.png"));
        zip.write(png());
        zip.finish();
    }

    private byte[] png() {
        int[] palette = {
            BACKGROUND_COLOURS[number % BACKGROUND_COLOURS.length],
            CLOTHES[number % CLOTHES.length],
            SKIN_COLOURS[number % SKIN_COLOURS.length],
            HAIR_COLOURS[number % HAIR_COLOURS.length],
            DARK
        };
        ByteBuffer colours = ByteBuffer.allocate(3 * palette.length);
        for (int colour : palette) {
            colours.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(WIDTH)
                        .putInt(HEIGHT)
                        .put(INDEXED)
                        .array());
        chunk(png, "PLTE", colours.array());
        chunk(png, "IDAT", deflated(pixels()));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        png.writeBytes(name);
        png.writeBytes(content);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] deflated(byte[] content) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[4096];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        }
    }

    /// Returns the rows of pixels, each preceded by filter type 0 (none).
    private byte[] pixels() {
        byte[] pixels = new byte[(WIDTH + 1) * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                pixels[y * (WIDTH + 1) + 1 + x] = colour(x, y);
            }
        }
        return pixels;
    }

    private byte colour(int x, int y) {
        int across = Math.abs(x - WIDTH / 2);
        boolean glasses = number % 3 == 0;
        if (isWithin(across - 26, y - 128, 5, 6) || (isWithin(across, y - 178, 24, 9) && y > 176)) {
            return LINE;
        }
        if (glasses && isWithin(across - 26, y - 128, 20, 17) && !isWithin(across - 26, y - 128, 17, 14)) {
            return LINE;
        }
        boolean longHair = number % 2 == 0;
        if (isWithin(across, y - 140, 62, 80) && y > 88 + across / 3) {
            return SKIN;
        }
        if (isWithin(across, y - 122, 72, 82) && (y < 130 || longHair)) {
            return HAIR;
        }
        if (across < 24 && y > 200 && y < 236) {
            return SKIN;
        }
        return isWithin(across, y - 310, 104, 84) ? CLOTH : GROUND;
    }

    /// Whether a point is within an ellipse around the origin.
    private static boolean isWithin(int x, int y, int width, int height) {
        return (double) x * x / (width * width) + (double) y * y / (height * height) <= 1;
    }
}
