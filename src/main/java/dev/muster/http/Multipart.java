package dev.muster.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/// Parses `multipart/form-data` bodies (RFC 7578) in memory. Every part is a value, with or without a file
/// name, and is read as UTF-8 whatever charset it declares.
final class Multipart {

    static final String TYPE = "multipart/form-data";

    /// The maximum length of one part's headers; enough for a long file name.
    private static final int PART_HEAD_BYTES = 4 << 10;

    /// The maximum length of a boundary (RFC 2046, section 5.1.1).
    private static final int MAX_BOUNDARY_LENGTH = 70;

    private static final String DISPOSITION = "content-disposition:";
    private static final String FORM_DATA = "form-data";

    private Multipart() {}

    /// Parses a body.
    ///
    /// @param contentType the whole header, including the boundary
    /// @throws HttpException with Malformed if the body or the header is invalid
    static Form read(byte[] body, String contentType, int mostParameters) {
        try {
            return parts(body, boundary(contentType), mostParameters);
        } catch (HttpException refused) {
            throw refused;
        } catch (IOException | RuntimeException e) {
            // The library throws unchecked exceptions for some invalid headers.
            throw malformed("The multipart body is broken.");
        }
    }

    private static byte[] boundary(String contentType) {
        String boundary = parameter("boundary", contentType, ';', ',');
        if (boundary == null || boundary.length() > MAX_BOUNDARY_LENGTH) {
            throw malformed("The content type names no boundary of 1 to 70 characters.");
        }
        return boundary.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Form parts(byte[] body, byte[] boundary, int mostParameters) throws IOException {
        MultipartInput input = MultipartInput.builder()
                .setByteArray(body)
                .setBoundary(boundary)
                .setMaxPartHeaderSize(PART_HEAD_BYTES)
                .get();
        // Names are decoded strictly later, because the library would replace malformed UTF-8 with U+FFFD.
        input.setHeaderCharset(StandardCharsets.ISO_8859_1);
        Form.Draft form = new Form.Draft("The body", mostParameters);
        boolean more = input.skipPreamble();
        if (!more && !isEmptyForm(body, boundary)) {
            throw malformed("The body has no part within its boundary.");
        }
        for (; more; more = input.readBoundary()) {
            String name = name(input.readHeaders());
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            input.readBodyData(value);
            form.add(name, PercentCoding.text("A part of the body", ByteBuffer.wrap(value.toByteArray())));
        }
        return form.build();
    }

    /// Whether the body consists of only the closing boundary, as a form without fields does.
    private static boolean isEmptyForm(byte[] body, byte[] boundary) {
        String end = "--" + new String(boundary, StandardCharsets.ISO_8859_1) + "--";
        return new String(body, StandardCharsets.ISO_8859_1).stripTrailing().equals(end);
    }

    /// Reads a part's name from its headers.
    private static String name(String head) {
        String name = null;
        for (String line : head.split("\r\n", -1)) {
            if (line.isEmpty()) {
                break;
            }
            if (line.regionMatches(true, 0, DISPOSITION, 0, DISPOSITION.length())) {
                String disposition = line.substring(DISPOSITION.length()).strip();
                if (name != null || !disposition.regionMatches(true, 0, FORM_DATA, 0, FORM_DATA.length())) {
                    throw malformed("A part of the body is not a field of a form.");
                }
                name = parameter("name", disposition, ';');
            }
        }
        if (name == null) {
            throw malformed("A part of the body has no name.");
        }
        return PercentCoding.text("A part's name", bytes(name));
    }

    /// Restores the bytes of a name that was read as ISO 8859-1. Refuses characters outside ISO 8859-1, which come
    /// from an encoded word (RFC 2047) that the library has decoded.
    private static ByteBuffer bytes(String latin) {
        try {
            return StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(latin));
        } catch (CharacterCodingException e) {
            throw malformed("A part's name is not UTF-8.");
        }
    }

    /// A parameter of a header value; null if absent or empty.
    private static @Nullable String parameter(String name, String header, char... separators) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser.parse(header, separators).get(name);
    }

    private static HttpException malformed(String detail) {
        return new HttpException(new Fault.Malformed(detail));
    }
}
