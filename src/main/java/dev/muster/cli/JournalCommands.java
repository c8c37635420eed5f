package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "journal", description = "The realm's log of every change.", synopsisSubcommandLabel = "COMMAND")
final class JournalCommands extends JournalReadingCommands {
    private static final String CHECKED_BY_SERVER = "The server checked every hash, every entry's MAC, and the"
            + " checkpoints in its folder. To rule out that the server itself was taken over, compare an export with"
            + " checkpoints that you keep elsewhere (--file and --checkpoints).";

    private static final String ONLY_CONSISTENT = "The file is consistent; that alone does not prove it authentic, as"
            + " anybody could make another consistent one. Give --checkpoints with --public-key, or --head, from a copy"
            + " that was kept elsewhere.";

    private final Functions.VerifyFile verifyFile;

    JournalCommands(Shell shell, Functions.VerifyFile verifyFile) {
        super(shell);
        this.verifyFile = verifyFile;
    }

    @Command(
            name = "verify",
            description = {
                "Walk the journal's chain and name the first entry that does not fit; exit code 1 when one does not.",
                "",
                "Without --file the server walks the chain in its database. With --file an export is checked here,"
                        + " without any server. Only checkpoints, which the server signs and writes to its log and its"
                        + " folder checkpoints, or a head that you kept elsewhere, tell a journal from a forged one.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster journal verify",
                "  muster journal verify --file export.ndjson",
                "  muster journal verify --file export.ndjson --checkpoints realm-1.txt --public-key checkpoint.key.pub"
            })
    int verify(
            @Mixin Remote remote,
            @Option(names = "--file", paramLabel = "FILE", description = "What muster journal export wrote.") @Nullable
                    String file,
            @Option(
                            names = "--checkpoints",
                            paramLabel = "FILE",
                            description = "Signed checkpoints to compare, with --public-key.")
                    @Nullable
                    String checkpoints,
            @Option(
                            names = "--public-key",
                            paramLabel = "FILE",
                            description = "The public key of the server that signed the checkpoints.")
                    @Nullable
                    String publicKey,
            @Option(
                            names = "--head",
                            paramLabel = "HASH",
                            description = "The head that the journal had, kept elsewhere: shows whether its end was cut"
                                    + " off.")
                    @Nullable
                    String head)
            throws IOException {
        if ((checkpoints == null) != (publicKey == null)) {
            throw CommandException.usage("--checkpoints and --public-key are given together");
        }
        if (file == null) {
            if (checkpoints != null || head != null) {
                throw CommandException.usage("--checkpoints, --public-key and --head need --file");
            }
            return verifyOnline(remote);
        }
        if (remote.url != null || remote.key != null || remote.profile != null) {
            throw CommandException.usage("--file is checked here, without a server: no --url, --key and --profile");
        }
        remote.checkFormat();
        if (head != null && !head.matches("[0-9a-fA-F]{64}")) {
            throw CommandException.usage("--head must be 64 hexadecimal digits");
        }
        return print(
                remote,
                verifyFile.verify(new Functions.Export(
                        readable("--file", file),
                        checkpoints == null ? null : readable("--checkpoints", checkpoints),
                        publicKey == null ? null : readable("--public-key", publicKey),
                        head == null ? null : head.toLowerCase(Locale.ROOT))),
                head);
    }

    private int verifyOnline(Remote remote) {
        Reply reply = remote.ask(Call.get("journal", "verify").unhurried());
        boolean valid = reply.json().path("valid").asBoolean(false);
        remote.print(reply, (display, answer) -> {
            if (valid) {
                sayValid(display, Reply.text(answer, "entries"), Reply.text(answer, "head"));
                shell.err().println(CHECKED_BY_SERVER);
            } else {
                sayInvalid(display, Reply.text(answer, "firstBad"), Reply.text(answer, "reason"));
            }
        });
        return valid ? 0 : Exit.REFUSED.code();
    }

    @Command(
            name = "reconcile",
            description = {
                "Compare the register's rows with what the journal says, and name each that differs; exit code 1 when one"
                        + " does.",
                "",
                "It finds what somebody changed in the database past the server: a hold that was deleted, a key that was"
                        + " inserted, a rank that was raised. Values that tell of a person are not shown. Verify the"
                        + " journal first.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {"  muster journal reconcile", "  muster journal reconcile --json"})
    int reconcile(@Mixin Remote remote) {
        Reply reply = remote.ask(Call.get("journal", "reconcile").unhurried());
        boolean consistent = reply.json().path("consistent").asBoolean(false);
        remote.print(reply, (display, answer) -> {
            String compared = Reply.text(answer, "users") + " users, " + Reply.text(answer, "keys") + " keys, "
                    + Reply.text(answer, "operators") + " operators";
            if (consistent) {
                display.println(display.paint(Display.Colour.GREEN, "Consistent") + ": " + compared
                        + " are what the journal says.");
                return;
            }
            Table table = new Table(
                    Column.exact("SUBJECT", "subject"),
                    Column.exact("FIELD", "field"),
                    Column.text("JOURNAL", "journal"),
                    Column.text("ROW", "row"));
            answer.path("differences")
                    .forEach(difference -> table.row(
                            Reply.text(difference, "subject"),
                            Reply.text(difference, "field"),
                            orNothing(difference, "journal"),
                            orNothing(difference, "row")));
            table.print(display);
            display.println(display.paint(Display.Colour.RED, "NOT CONSISTENT") + ": of " + compared + ", these differ"
                    + (answer.path("truncated").asBoolean(false) ? ", and more." : "."));
        });
        return consistent ? 0 : Exit.REFUSED.code();
    }

    private static String orNothing(JsonNode difference, String field) {
        return difference.hasNonNull(field) ? Reply.text(difference, field) : "-";
    }

    private int print(Remote remote, Functions.Verified verified, @Nullable String head) {
        if (remote.isJson()) {
            shell.out().println(json(verified));
        } else if (verified.valid()) {
            sayValid(remote.display(), Long.toString(verified.entries()), verified.head());
            remote.display().println(proof(verified, head));
        } else {
            Long firstBad = verified.firstBad();
            sayInvalid(
                    remote.display(),
                    firstBad == null ? "" : firstBad.toString(),
                    verified.reason() == null ? "" : verified.reason());
        }
        return verified.valid() ? 0 : Exit.REFUSED.code();
    }

    private static String proof(Functions.Verified verified, @Nullable String head) {
        if (verified.checkpoints() > 0) {
            long after = verified.entries() - verified.authenticUpTo();
            return "Authentic up to entry " + verified.authenticUpTo() + ", by " + verified.checkpoints()
                    + (verified.checkpoints() == 1 ? " signed checkpoint." : " signed checkpoints.")
                    + (after == 0 ? "" : " The " + after + " after it are proven consistent, not authentic.");
        }
        return head == null ? ONLY_CONSISTENT : "It ends with the head that you gave.";
    }

    private static void sayValid(Display display, String entries, String head) {
        display.println(
                display.paint(Display.Colour.GREEN, "Valid") + ": " + Text.line(entries + " entries, head " + head));
    }

    private static void sayInvalid(Display display, String firstBad, String reason) {
        String where = firstBad.isEmpty() ? "" : "entry " + firstBad + (reason.isEmpty() ? " does not fit." : ": ");
        display.println(display.paint(Display.Colour.RED, "NOT VALID") + ": " + Text.line(where + reason));
    }

    /// The document of the online answer, and how many checkpoints there were.
    private static ObjectNode json(Functions.Verified verified) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("valid", verified.valid());
        json.put("entries", verified.entries());
        json.put("head", verified.head());
        if (verified.firstBad() != null) {
            json.put("firstBad", verified.firstBad());
        }
        if (verified.reason() != null) {
            json.put("reason", verified.reason());
        }
        json.put("checkpoints", verified.checkpoints());
        json.put("authenticUpTo", verified.authenticUpTo());
        return json;
    }

    private static Path readable(String option, String name) {
        Path file = OutputFile.path(option, name);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw CommandException.usage(option + " names " + name + ", which cannot be read");
        }
        return file;
    }

    @Command(
            name = "export",
            description = {
                "Write the whole journal as NDJSON: each entry's bytes and hash as they are chained, and what they say.",
                "",
                "The export can be verified without the server. It holds personal data.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster journal export --output export.ndjson",
                "  muster journal export | gzip > export.ndjson.gz"
            })
    int export(
            @Mixin Remote remote,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description =
                                    "Write there, for this user alone; complete or not at all. Else to the output.")
                    @Nullable
                    String output)
            throws IOException {
        if (output == null) {
            long lines = copy(remote, shell.out());
            if (shell.out().checkError()) {
                return 0;
            }
            shell.err().println(lines + " entries.");
            return 0;
        }
        long lines = OutputFile.of("--output", output).write(out -> copy(remote, out));
        shell.err().println(lines + " entries in " + Text.line(output) + ".");
        return 0;
    }

    /// Gives the number of lines. An export that breaks off is an error, not a short export.
    private static long copy(Remote remote, OutputStream out) throws IOException {
        try (Client client = remote.client()) {
            Client.Streamed streamed =
                    client.stream(Call.get("journal", "export").unhurried());
            try (InputStream body = new BufferedInputStream(streamed.body())) {
                if (streamed.status() != 200) {
                    String refusal = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                    new Reply(streamed.status(), refusal).granted();
                    throw new CommandException(Exit.REFUSED, "answered " + streamed.status());
                }
                return copyLines(body, out);
            }
        }
    }

    private static long copyLines(InputStream body, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long lines = 0;
        while (true) {
            int read;
            try {
                read = body.read(buffer);
            } catch (IOException e) {
                throw new CommandException(
                        Exit.UNREACHABLE, "the export broke off after " + lines + " entries; it is of no use", e);
            }
            if (read < 0) {
                return lines;
            }
            for (int i = 0; i < read; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
            out.write(buffer, 0, read);
            if (out instanceof PrintStream printed && printed.checkError()) {
                // The rest is of no use to anyone; the exit code says so.
                return lines;
            }
        }
    }
}
