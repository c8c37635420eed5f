package dev.muster.cli.command;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.NativeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The users that a command is about, which are either one user named by an argument or those listed on the standard
/// input.
public final class TargetUsers {
    /// The argument that stands for the standard input.
    static final String INPUT = "-";

    public static final String HELP =
            "An id, or external:ID, email:ADDRESS, username:NAME or number:N; - for those on the input, one per line.";

    /// The parameter of commands about users.
    public static final Input REF = Input.parameter("REF", HELP).type(Input.Type.USERS);

    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_USERS = 100_000;

    private TargetUsers() {}

    public static boolean isInput(String ref) {
        return ref.equals(INPUT);
    }

    /// Reads the refs on the standard input. All are read before anything is sent, so that an unreadable list
    /// changes nothing. Ignores blank lines, surrounding whitespace, and a byte order mark.
    static List<String> read(InputStream in) {
        String text = decoded(bytes(in));
        List<String> refs = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.indexOf(NativeText.UNREADABLE) >= 0) {
                throw CommandException.usage("line " + number
                        + " of the input contains U+FFFD, which replaces characters that were lost; nothing was sent");
            }
            String ref = line.strip();
            if (!ref.isEmpty()) {
                refs.add(ref);
            }
        }
        if (refs.size() > MAX_USERS) {
            throw tooLong();
        }
        return refs;
    }

    private static byte[] bytes(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw tooLong();
            }
            return bytes;
        } catch (IOException e) {
            throw CommandException.usage("the input cannot be read: " + e.getMessage() + "; nothing was sent", e);
        }
    }

    private static String decoded(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw CommandException.usage("the input is not UTF-8 text; nothing was sent", e);
        }
    }

    private static CommandException tooLong() {
        return CommandException.usage("the input has more than " + MAX_USERS + " lines or " + (MAX_BYTES >> 20)
                + " MB; nothing was sent: split it");
    }
}
