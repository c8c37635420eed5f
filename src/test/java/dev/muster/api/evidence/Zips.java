package dev.muster.api.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Creates zips as clients do, and hostile ones.
public final class Zips {
    /// Returns the smallest content with the markers of a JPEG at both ends.
    public static byte[] jpeg() {
        return new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 1, 2, 3, (byte) 0xff, (byte) 0xd9};
    }

    static final String INFO = """
            {"package_information":{"language":"javascript"},"images":[\
            {"image_type_id":1,"image":"","file_name":"card.jpg"},\
            {"image_type_id":0,"image":"","file_name":"selfie.jpg"}]}""";

    private Zips() {}

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Returns a compressed zip as clients send it: it has two pictures, and the sizes follow each entry's data.
    public static byte[] good() {
        return of("info.json", utf8(INFO), "card.jpg", new byte[] {9}, "selfie.jpg", jpeg());
    }

    /// Creates a compressed zip from alternating names and contents.
    public static byte[] of(Object... namesAndContents) {
        return zip(ZipOutputStream.DEFLATED, namesAndContents);
    }

    /// Like [#of], but names may repeat, which Java's `ZipOutputStream` does not allow. Each name must have at
    /// least three characters.
    public static byte[] withEqualNames(Object... namesAndContents) {
        Object[] unique = namesAndContents.clone();
        Map<String, String> names = new TreeMap<>();
        for (int i = 0; i < unique.length; i += 2) {
            String name = (String) unique[i];
            String own = "~".repeat(name.length() - 2) + "%02d".formatted(i);
            names.put(own, name);
            unique[i] = own;
        }
        return renamed(of(unique), names);
    }

    /// Returns a zip as the official Python client makes it from two Base64 pictures. Each picture is in
    /// `info.json` and also in an entry; both entries have the same name.
    public static byte[] python() {
        String selfie = java.util.Base64.getEncoder().encodeToString(jpeg());
        String info = """
                {"package_information":{"language":"python"},"images":[\
                {"image_type_id":2,"image":"%s","file_name":""},\
                {"image_type_id":3,"image":"CQ==","file_name":""}]}""".formatted(selfie);
        return withEqualNames(
                "info.json", utf8(info), "base64imgString", utf8(selfie), "base64imgString", utf8("CQ=="));
    }

    /// Like [#of], but without compression and with the sizes before each entry's data.
    public static byte[] stored(Object... namesAndContents) {
        return zip(ZipOutputStream.STORED, namesAndContents);
    }

    private static byte[] zip(int method, Object... namesAndContents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                ZipEntry entry = new ZipEntry((String) namesAndContents[i]);
                byte[] content = (byte[]) namesAndContents[i + 1];
                entry.setMethod(method);
                if (method == ZipOutputStream.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(content);
                    entry.setCrc(crc.getValue());
                    entry.setSize(content.length);
                }
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Replaces each key of `names`, wherever it occurs in the zip, with its value, which must have the same
    /// length.
    public static byte[] renamed(byte[] zip, Map<String, String> names) {
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> name : new TreeMap<>(names).entrySet()) {
            if (name.getKey().length() != name.getValue().length()) {
                throw new IllegalArgumentException("another length");
            }
            text = text.replace(name.getKey(), name.getValue());
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
