package dev.muster.api.smileid;

import static dev.muster.api.smileid.Zips.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is let through arrives as it was sent; whatever could harm who opens it is not.
final class EvidenceZipTest {
    private static final String BROKEN =
            "an entry is broken, encrypted, or named or compressed in a way that is not read here.";

    private static byte[] copied(byte[] zip) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EvidenceZip.copy(new ByteArrayInputStream(zip), out);
        return out.toByteArray();
    }

    private static void isRefused(byte[] zip, String why) {
        assertThatThrownBy(() -> copied(zip)).isInstanceOf(BadZip.class).hasMessage(why);
    }

    @Test
    void aGoodOnePassesUnchanged() throws IOException {
        for (byte[] zip : List.of(
                Zips.good(),
                Zips.stored("info.json", utf8("{}"), "a.png", new byte[70_000]),
                Zips.of("images/", new byte[0], "images/a.png", new byte[1], "info.json", utf8("{}\n")))) {
            assertThat(copied(zip)).isEqualTo(zip);
        }
    }

    /// However few bytes come at a time.
    @Test
    void aSlowOnePassesUnchanged() throws IOException {
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        byte[] zip = Zips.of("info.json", utf8(Zips.INFO), "selfie.jpg", noise);
        Random random = new Random(8);
        InputStream slow = new ByteArrayInputStream(zip) {
            @Override
            public synchronized int read(byte[] into, int offset, int most) {
                return super.read(into, offset, Math.min(most, 1 + random.nextInt(700)));
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EvidenceZip.copy(slow, out);
        assertThat(out.toByteArray()).isEqualTo(zip);
    }

    @Test
    void whatIsNoZipIsRefused() {
        isRefused(new byte[0], "it is no zip.");
        isRefused(utf8("{}"), "it is no zip.");
        isRefused(new byte[100_000], "it is no zip.");
        isRefused(utf8("PK"), "it is no zip.");
        isRefused(Zips.of(), "it is no zip.");
        byte[] behind = new byte[Zips.good().length + 1];
        System.arraycopy(Zips.good(), 0, behind, 1, Zips.good().length);
        isRefused(behind, "it is no zip.");
    }

    /// Wherever it is cut.
    @Test
    void aTruncatedOneIsRefused() {
        byte[] zip = Zips.good();
        for (int length = 0; length < zip.length; length++) {
            byte[] cut = Arrays.copyOf(zip, length);
            assertThatThrownBy(() -> copied(cut))
                    .as("after %d of %d", length, zip.length)
                    .isInstanceOf(BadZip.class);
        }
        isRefused(Arrays.copyOf(zip, zip.length - 1), "it is cut short, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, zip.length - 22), "it is cut short, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, 100), "it is cut short.");
    }

    @Test
    void oneWithSomethingAppendedIsRefused() {
        byte[] zip = Zips.good();
        isRefused(Arrays.copyOf(zip, zip.length + 1), "it is cut short, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, zip.length + 500_000), "it is cut short, or something is appended to it.");
        byte[] twice = Arrays.copyOf(zip, 2 * zip.length);
        System.arraycopy(zip, 0, twice, zip.length, zip.length);
        isRefused(twice, "its directory does not agree with its entries.");
        // A comment is something appended too.
        byte[] commented = Arrays.copyOf(zip, zip.length + 4);
        commented[zip.length - 2] = 4;
        isRefused(commented, "it is cut short, or something is appended to it.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../xx.jpg", "images/../.jp", "./selfie.jpg", "images//1.jpg", "images/./.jpg", ".."})
    void aNameThatLeadsElsewhereIsRefused(String name) {
        isRefused(Zips.of("info.json", utf8("{}"), name, new byte[1]), "a name leads to another folder.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "C:/selfie.jpg", "C:selfie.jpg", "selfie.jpg:stream"})
    void anAbsoluteNameIsRefused(String name) {
        isRefused(Zips.of("info.json", utf8("{}"), name, new byte[1]), "a name is an absolute path.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..\\selfie.jpg", "images\\1.jpg", "a\nb.jpg", "a\u0000b.jpg", "a\u0085b.jpg"})
    void aNameWithABackslashOrAControlCharacterIsRefused(String name) {
        isRefused(
                Zips.of("info.json", utf8("{}"), name, new byte[1]),
                "a name holds a backslash or a control character.");
    }

    @Test
    void aNameOfAnotherLengthOrCodingIsRefused() {
        isRefused(
                Zips.of("info.json", utf8("{}"), "n".repeat(256), new byte[1]),
                "a name is empty or longer than 255 characters.");
        isRefused(Zips.of("", utf8("{}")), "a name is empty or longer than 255 characters.");
        isRefused(Zips.renamed(Zips.of("a.jpg", new byte[1]), Map.of("a.jpg", "\u00ff.jpg")), BROKEN);
    }

    @Test
    void twoEntriesOfANameAreRefused() {
        byte[] zip = Zips.of("info.json", utf8("{}"), "a.jpg", new byte[1], "b.jpg", new byte[2]);
        isRefused(Zips.renamed(zip, Map.of("b.jpg", "a.jpg")), "two entries have the same name.");
        isRefused(Zips.renamed(zip, Map.of("b.jpg", "A.jpg")), "two entries have the same name.");
        isRefused(Zips.of("info.json", utf8("{}"), "INFO.json", utf8("{}")), "two entries have the same name.");
        isRefused(Zips.of("a", utf8("{}"), "a/", new byte[0]), "two entries have the same name.");
        isRefused(Zips.of("\u00e9.jpg", new byte[1], "e\u0301.jpg", new byte[1]), "two entries have the same name.");
    }

    @Test
    void withoutInfoItIsRefused() {
        isRefused(Zips.of("selfie.jpg", new byte[1]), "it holds no info.json.");
        isRefused(Zips.of("images/info.json", utf8("{}")), "it holds no info.json.");
        isRefused(Zips.of("Info.json", utf8("{}")), "it holds no info.json.");
        for (String info : List.of("", "{", "[]", "17", "{\"a\":1,\"a\":2}", "\ufeff{}", "{}{}")) {
            isRefused(Zips.of("info.json", utf8(info)), "its info.json is no JSON object.");
        }
        isRefused(
                Zips.of("info.json", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
                "its info.json is no JSON object.");
    }

    @Test
    void aBombIsRefused() {
        isRefused(
                Zips.of("info.json", utf8("{}"), "a.jpg", new byte[5 << 20]),
                "it inflates to more than a hundred times its length.");
        byte[][] parts = new byte[20][];
        List<Object> many = new ArrayList<>(List.of("info.json", utf8("{}")));
        for (int i = 0; i < parts.length; i++) {
            many.add("part-" + i);
            many.add(new byte[1 << 20]);
        }
        isRefused(Zips.of(many.toArray()), "it inflates to more than a hundred times its length.");
    }

    /// Beyond which it is too much, however little it shrank.
    @Test
    void oneThatInflatesTooFarIsRefused() {
        byte[] mild = new byte[33 << 20];
        // Every page has something of its own, so that it shrinks to a fiftieth at the most.
        Random random = new Random(9);
        for (int i = 0; i < mild.length; i += 50) {
            mild[i] = (byte) random.nextInt();
        }
        isRefused(Zips.of("info.json", utf8("{}"), "a.jpg", mild, "b.jpg", mild), "it inflates to more than 64 MiB.");
    }

    @Test
    void anEndlessInfoIsRefused() {
        byte[] blank = utf8(" ".repeat(17 << 20));
        Random random = new Random(10);
        for (int i = 0; i < blank.length; i += 40) {
            blank[i] = (byte) ('0' + random.nextInt(10));
        }
        isRefused(Zips.of("info.json", blank), "its info.json is longer than 16 MiB.");
    }

    @Test
    void tooManyEntriesAreRefused() {
        List<Object> most = new ArrayList<>(List.of("info.json", utf8("{}")));
        for (int i = 1; i < EvidenceZip.MOST_ENTRIES; i++) {
            most.add("picture-" + i);
            most.add(new byte[0]);
        }
        assertThat(Zips.of(most.toArray()))
                .satisfies(zip -> assertThat(copied(zip)).isEqualTo(zip));
        most.add("one more");
        most.add(new byte[0]);
        isRefused(Zips.of(most.toArray()), "it holds more than 256 entries.");
    }

    @Test
    void aBrokenEntryIsRefused() {
        byte[] zip = Zips.stored("info.json", utf8("{}"), "a.jpg", new byte[100]);
        byte[] flipped = zip.clone();
        flipped[150] ^= 1;
        isRefused(flipped, BROKEN);
        byte[] encrypted = zip.clone();
        encrypted[6] |= 1;
        isRefused(encrypted, BROKEN);
        byte[] otherMethod = zip.clone();
        otherMethod[8] = 93;
        isRefused(otherMethod, BROKEN);
    }

    // What the directory says.

    /// Where the directory of a zip without comment begins.
    private static int directory(byte[] zip) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 6);
    }

    /// Every byte of the directory that a reader goes by is compared with what was come across.
    @Test
    void aDirectoryThatSaysSomethingElseIsRefused() {
        byte[] zip = Zips.good();
        int from = directory(zip);
        int[] meaning = {0, 16, 17, 20 + 3, 24, 25, 26, 27, 28, 30, 32, 42 + 1, 43 + 1, 45, 46, 50};
        for (int at : meaning) {
            byte[] changed = zip.clone();
            changed[from + at] ^= 0x40;
            isRefused(changed, "its directory does not agree with its entries.");
        }
        for (int back : new int[] {18, 16, 14, 12, 10, 8, 6, 4, 3}) {
            byte[] changed = zip.clone();
            changed[zip.length - back] ^= 0x40;
            isRefused(changed, "its directory does not agree with its entries.");
        }
    }

    @Test
    void aLinkIsRefused() {
        byte[] zip = Zips.good();
        zip[directory(zip) + 41] = (byte) 0xa0;
        isRefused(zip, "an entry is a link to another file.");
    }

    @Test
    void aDirectoryWithoutEndIsRefused() {
        byte[] zip = Zips.of("info.json", utf8("{}"));
        int from = directory(zip);
        int comment = 60_000;
        // Three comments of that length do not fit into what is remembered of the end.
        List<Object> entries = new ArrayList<>(List.of("info.json", utf8("{}"), "a", new byte[1], "b", new byte[1]));
        byte[] three = Zips.of(entries.toArray());
        byte[] long3 = withComments(three, comment);
        isRefused(long3, "its directory is too long.");
        assertThat(from).isPositive();
    }

    /// With a comment of zeros behind each entry of the directory.
    private static byte[] withComments(byte[] zip, int length) {
        ByteBuffer from = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = directory(zip);
        ByteBuffer to = ByteBuffer.allocate(zip.length + 3 * length).order(ByteOrder.LITTLE_ENDIAN);
        to.put(zip, 0, directory);
        int at = directory;
        while (at < zip.length - 22) {
            int next = at + 46 + from.getShort(at + 28) + from.getShort(at + 30);
            int entry = to.position();
            to.put(zip, at, next - at).putShort(entry + 32, (short) length);
            to.position(to.position() + length);
            at = next;
        }
        int size = to.position() - directory;
        int end = to.position();
        to.put(zip, zip.length - 22, 22).putInt(end + 12, size);
        return to.array();
    }
}
