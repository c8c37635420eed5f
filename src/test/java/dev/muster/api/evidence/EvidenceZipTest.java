package dev.muster.api.evidence;

import static dev.muster.api.evidence.Zips.utf8;
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
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Accepted zips are stored unchanged, and any zip that could harm whoever opens it is refused.
final class EvidenceZipTest {
    private static final String BROKEN =
            "an entry is broken, encrypted, or named or compressed in a way that is not supported.";

    private static final byte[] FEW = {1};

    private static byte[] copied(byte[] zip) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EvidenceZip.copy(new ByteArrayInputStream(zip), out);
        return out.toByteArray();
    }

    private static void isRefused(byte[] zip, String why) {
        assertThatThrownBy(() -> copied(zip))
                .isInstanceOf(InvalidZipException.class)
                .hasMessage(why);
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

    /// A zip is copied unchanged, however few bytes arrive at a time.
    @Test
    void aSlowOnePassesUnchanged() throws IOException {
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        byte[] zip = Zips.of("info.json", utf8(Zips.INFO), "selfie.jpg", noise);
        Random random = new Random(8);
        InputStream slow = new ByteArrayInputStream(zip) {
            @Override
            public synchronized int read(byte[] into, int offset, int max) {
                return super.read(into, offset, Math.min(max, 1 + random.nextInt(700)));
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EvidenceZip.copy(slow, out);
        assertThat(out.toByteArray()).isEqualTo(zip);
    }

    @Test
    void otherFormatsAreRefused() {
        isRefused(new byte[0], "it is not a zip.");
        isRefused(utf8("{}"), "it is not a zip.");
        isRefused(new byte[100_000], "it is not a zip.");
        isRefused(utf8("PK"), "it is not a zip.");
        isRefused(Zips.of(), "it is not a zip.");
        byte[] behind = new byte[Zips.good().length + 1];
        System.arraycopy(Zips.good(), 0, behind, 1, Zips.good().length);
        isRefused(behind, "it is not a zip.");
    }

    /// A truncated zip is refused, wherever it was cut off.
    @Test
    void aTruncatedOneIsRefused() {
        byte[] zip = Zips.good();
        for (int length = 0; length < zip.length; length++) {
            byte[] cut = Arrays.copyOf(zip, length);
            assertThatThrownBy(() -> copied(cut))
                    .as("after %d of %d", length, zip.length)
                    .isInstanceOf(InvalidZipException.class);
        }
        isRefused(Arrays.copyOf(zip, zip.length - 1), "it is truncated, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, zip.length - 22), "it is truncated, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, 100), "it is truncated.");
    }

    @Test
    void oneWithSomethingAppendedIsRefused() {
        byte[] zip = Zips.good();
        isRefused(Arrays.copyOf(zip, zip.length + 1), "it is truncated, or something is appended to it.");
        isRefused(Arrays.copyOf(zip, zip.length + 500_000), "it is truncated, or something is appended to it.");
        byte[] twice = Arrays.copyOf(zip, 2 * zip.length);
        System.arraycopy(zip, 0, twice, zip.length, zip.length);
        isRefused(twice, "its directory does not agree with its entries.");
        // A zip comment also counts as appended data.
        byte[] commented = Arrays.copyOf(zip, zip.length + 4);
        commented[zip.length - 2] = 4;
        isRefused(commented, "it is truncated, or something is appended to it.");
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
    @ValueSource(
            strings = {
                "..\\selfie.jpg",
                "images\\1.jpg",
                "a\nb.jpg",
                "a\u0000b.jpg",
                "a\u0085b.jpg",
                "a\u2028.jpg",
                "a\u2029.jpg",
                "gpj.\u202eb.jpg",
                "a\u200b.jpg",
                "\ufeffa.jpg",
                "a\u00ad.jpg",
                "\udb40\udc41.jpg"
            })
    void aNameWithABackslashOrAControlCharacterIsRefused(String name) {
        isRefused(
                Zips.of("info.json", utf8("{}"), name, new byte[1]),
                "a name holds a backslash or a control character.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"selfie.jpg.", "selfie.jpg ", "images./1.jpg", "images /1.jpg", "images./", "a...", "... "})
    void aNameThatEndsInADotOrASpaceIsRefused(String name) {
        isRefused(Zips.of("info.json", utf8("{}"), name, new byte[0]), "a name ends in a dot or a space.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"con", "PRN.jpg", "images/aux.tar.gz", "Nul/1.jpg", "com1", "LPT9.png", "com\u00b9.x", "con .x"})
    void aDeviceIsRefused(String name) {
        isRefused(Zips.of("info.json", utf8("{}"), name, new byte[0]), "a name is that of a device.");
    }

    @Test
    void namesThatOnlyResembleThoseOfDevicesAreTaken() throws IOException {
        byte[] zip = Zips.of(
                "info.json",
                utf8("{}"),
                "console.jpg",
                FEW,
                "com10.jpg",
                FEW,
                "a.con",
                FEW,
                "com.jpg",
                FEW,
                ".nul",
                FEW);
        assertThat(copied(zip)).isEqualTo(zip);
    }

    @Test
    void aNameOfAnotherLengthOrCodingIsRefused() {
        isRefused(
                Zips.of("info.json", utf8("{}"), "n".repeat(256), new byte[1]),
                "a name is empty or longer than 255 characters.");
        isRefused(Zips.of("", utf8("{}")), "a name is empty or longer than 255 characters.");
        isRefused(Zips.renamed(Zips.of("a.jpg", new byte[1]), Map.of("a.jpg", "\u00ff.jpg")), BROKEN);
    }

    /// Several entries may have the same name, because the official Python client gives the same name to all Base64
    /// images.
    @Test
    void entriesMayShareAName() throws IOException {
        for (byte[] zip : List.of(
                Zips.python(),
                Zips.withEqualNames("info.json", utf8("{}"), "a.jpg", new byte[1], "a.jpg", new byte[2]),
                Zips.withEqualNames("a.jpg", new byte[1], "info.json", utf8("{}"), "A.jpg", new byte[2]),
                Zips.of("info.json", utf8("{}"), "\u00e9.jpg", new byte[1], "e\u0301.jpg", new byte[1]))) {
            assertThat(copied(zip)).isEqualTo(zip);
        }
    }

    /// A program that reads the central directory and one that reads the stream must find the same entries, even if
    /// some entries have the same name.
    @Test
    void entriesThatShareANameAreEachListedOnce() {
        byte[] zip = Zips.withEqualNames("info.json", utf8("{}"), "a.jpg", new byte[1], "a.jpg", new byte[2]);
        int second = directory(zip) + 46 + "info.json".length();
        int third = second + 46 + "a.jpg".length();
        byte[] twice = zip.clone();
        System.arraycopy(zip, second, twice, third, 46);
        isRefused(twice, "its directory does not agree with its entries.");
        byte[] swapped = zip.clone();
        System.arraycopy(zip, second + 42, swapped, third + 42, 4);
        System.arraycopy(zip, third + 42, swapped, second + 42, 4);
        isRefused(swapped, "its directory does not agree with its entries.");
    }

    /// A second `info.json` is refused, even with a name in a different case, because some file systems ignore
    /// case.
    @Test
    void twoInfosAreRefused() {
        byte[] info = utf8("{}");
        String why = "it holds more than one info.json.";
        isRefused(Zips.withEqualNames("info.json", info, "info.json", info), why);
        isRefused(Zips.withEqualNames("info.json", info, "a.jpg", new byte[1], "info.json", utf8("{\"a\":1}")), why);
        isRefused(Zips.of("info.json", info, "INFO.json", info), why);
        isRefused(Zips.of("Info.JSON", info, "info.json", info), why);
        isRefused(Zips.of("info.json", info, "info.json/", new byte[0]), why);
    }

    @Test
    void withoutInfoItIsRefused() {
        isRefused(Zips.of("selfie.jpg", new byte[1]), "it contains no info.json.");
        isRefused(Zips.of("images/info.json", utf8("{}")), "it contains no info.json.");
        isRefused(Zips.of("Info.json", utf8("{}")), "it contains no info.json.");
        for (String info : List.of("", "{", "[]", "17", "{\"a\":1,\"a\":2}", "\ufeff{}", "{}{}")) {
            isRefused(Zips.of("info.json", utf8(info)), "its info.json is not a JSON object.");
        }
        isRefused(
                Zips.of("info.json", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
                "its info.json is not a JSON object.");
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

    /// A zip that inflates to more than the limit is refused, whatever its compression ratio.
    @Test
    void oneThatInflatesTooFarIsRefused() {
        byte[] mild = new byte[33 << 20];
        // The random bytes keep the compression ratio below 50.
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
        for (int i = 1; i < EvidenceZip.MAX_ENTRIES; i++) {
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

    // A second name in an extra field, which unzip and Python use instead of the first

    private static byte[] otherName(String name) {
        byte[] text = utf8(name);
        ByteBuffer field = ByteBuffer.allocate(9 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        CRC32 crc = new CRC32();
        crc.update(utf8("selfie.jpg"));
        field.putShort((short) 0x7075).putShort((short) (5 + text.length)).put((byte) 1);
        return field.putInt((int) crc.getValue()).put(text).array();
    }

    @Test
    void aSecondNameIsRefused() {
        byte[] evil = otherName("../../evil");
        isRefused(withExtra(evil, evil), "an entry has a second name.");
        isRefused(withExtra(evil, new byte[0]), "an entry has a second name.");
        isRefused(withExtra(new byte[0], evil), "an entry has a second name.");
        byte[] behind = new byte[evil.length + 8];
        behind[0] = 7;
        behind[2] = 4;
        System.arraycopy(evil, 0, behind, 8, evil.length);
        isRefused(withExtra(new byte[0], behind), "an entry has a second name.");
        isRefused(withExtra(behind, new byte[0]), "an entry has a second name.");
    }

    @Test
    void otherExtraFieldsAreTakenUnlessTheyAreBroken() throws IOException {
        byte[] comment = otherName("a comment");
        comment[0] = 0x63;
        for (byte[] extra : List.of(comment, new byte[3], new byte[8], new byte[70])) {
            byte[] zip = withExtra(extra, extra);
            assertThat(copied(zip)).isEqualTo(zip);
        }
        byte[] beyond = {7, 0, 9, 0, 1};
        isRefused(withExtra(beyond, new byte[0]), "the header of an entry is malformed.");
        isRefused(withExtra(new byte[0], beyond), "the header of an entry is malformed.");
    }

    /// Adds extra fields to the local header of the picture and to its entry in the central directory.
    private static byte[] withExtra(byte[] local, byte[] listed) {
        String name = "selfie.jpg";
        byte[] zip = Zips.stored(name, Zips.jpeg(), "info.json", utf8("{}"));
        ByteBuffer from = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = directory(zip);
        from.putShort(28, (short) local.length).putShort(directory + 30, (short) listed.length);
        // This is the offset of the second entry of the central directory.
        int second = directory + 46 + name.length();
        from.putInt(second + 42, from.getInt(second + 42) + local.length);
        from.putInt(zip.length - 10, from.getInt(zip.length - 10) + listed.length);
        from.putInt(zip.length - 6, directory + local.length);
        return ByteBuffer.allocate(zip.length + local.length + listed.length)
                .put(zip, 0, 30 + name.length())
                .put(local)
                .put(zip, 30 + name.length(), second - 30 - name.length())
                .put(listed)
                .put(zip, second, zip.length - second)
                .array();
    }

    // The central directory

    /// A zip whose central directory contradicts the local headers is refused, because programs could disagree on
    /// whether an entry is encrypted or how it is compressed.
    @Test
    void aDirectoryThatSaysEncryptedIsRefused() {
        byte[] zip = Zips.stored("info.json", utf8("{}"));
        zip[directory(zip) + 8] |= 1;
        isRefused(zip, "its directory does not agree with its entries.");
        byte[] packed = Zips.stored("info.json", utf8("{}"));
        packed[directory(packed) + 10] = 8;
        isRefused(packed, "its directory does not agree with its entries.");
    }

    /// A zip with bytes that belong to no listed entry is refused, because a program could find another entry in
    /// them.
    @Test
    void bytesBetweenEntriesAndDirectoryAreRefused() {
        byte[] zip = Zips.good();
        int directory = directory(zip);
        ByteBuffer more = ByteBuffer.allocate(zip.length + 40).order(ByteOrder.LITTLE_ENDIAN);
        more.put(zip, 0, directory).put(new byte[40]).put(zip, directory, zip.length - directory);
        more.putInt(zip.length + 40 - 6, directory + 40);
        isRefused(more.array(), "its directory does not agree with its entries.");
    }

    /// Returns the offset of the central directory in a zip without a comment.
    private static int directory(byte[] zip) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 6);
    }

    /// Every byte of the central directory that a zip reader relies on must agree with the local headers.
    @Test
    void aDirectoryThatSaysSomethingElseIsRefused() {
        byte[] zip = Zips.good();
        int from = directory(zip);
        int[] meaning = {0, 8, 9, 10, 11, 16, 17, 20, 20 + 3, 24, 25, 26, 27, 28, 32, 42 + 1, 43 + 1, 45, 46, 50};
        for (int at : meaning) {
            byte[] changed = zip.clone();
            changed[from + at] ^= 0x40;
            isRefused(changed, "its directory does not agree with its entries.");
        }
        byte[] moreExtra = zip.clone();
        moreExtra[from + 30] ^= 0x40;
        isRefused(moreExtra, "the header of an entry is malformed.");
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
        // Three comments of this length do not fit in the part of the zip's end that is kept in memory.
        List<Object> entries = new ArrayList<>(List.of("info.json", utf8("{}"), "a", new byte[1], "b", new byte[1]));
        byte[] three = Zips.of(entries.toArray());
        byte[] long3 = withComments(three, comment);
        isRefused(long3, "its directory is too long.");
        assertThat(from).isPositive();
    }

    /// Adds a comment of zeros to each entry of the central directory.
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
