package dev.muster.cli;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.InputFile;
import dev.muster.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Implements `muster journal verify`, which verifies the journal on the server, or an export offline.
final class VerifyJournalCommand {
    private static final Input FILE = Input.file("--file", "What muster journal export wrote.");
    private static final Input CHECKPOINTS =
            Input.file("--checkpoints", "Signed checkpoints to compare, with --public-key.");
    private static final Input PUBLIC_KEY = Input.file(
                    "--public-key",
                    "The public key of the server that signed the checkpoints; may be given several times, for earlier"
                            + " keys and other servers.")
            .type(Input.Type.FILES);
    private static final Input HEAD = Input.option(
            "--head", "HASH", "The head that the journal had, kept elsewhere: shows whether its end was cut off.");

    private static final String CHECKED_BY_SERVER = "The server checked every hash, every entry's MAC, and the"
            + " checkpoints in its folder. To rule out that the server itself was taken over, compare an export with"
            + " checkpoints that you keep elsewhere (--file and --checkpoints).";

    private static final String ONLY_CONSISTENT = "The file is consistent; that alone does not prove it authentic, as"
            + " anyone could make another consistent one. Give --checkpoints with --public-key, or --head, from a copy"
            + " that was kept elsewhere.";

    private VerifyJournalCommand() {}

    static CommandSpec command(LocalTasks.VerifyFile verifyFile) {
        return CommandBuilder.server("verify")
                .help(
                        "Verify the journal's chain and name the first invalid entry; exit code 1 if there is one.",
                        "",
                        "Without --file the server walks the chain in its database. With --file an export is checked here,"
                                + " without any server. Only checkpoints, which the server signs and writes to its log"
                                + " and its folder checkpoints, or a head that you kept elsewhere, distinguish a genuine journal from a"
                                + " forged one.")
                .examples(
                        "muster journal verify",
                        "muster journal verify --file export.ndjson",
                        "muster journal verify --file export.ndjson --checkpoints realm-1.txt --public-key"
                                + " checkpoint.key.pub")
                .with(FILE, CHECKPOINTS, PUBLIC_KEY, HEAD)
                .runs(in -> run(in, verifyFile));
    }

    private static int run(Invocation in, LocalTasks.VerifyFile verifyFile) throws IOException {
        if (in.has(CHECKPOINTS) != in.has(PUBLIC_KEY)) {
            throw CommandException.usage("--checkpoints and --public-key are given together");
        }
        if (!in.has(FILE)) {
            if (in.has(CHECKPOINTS) || in.has(HEAD)) {
                throw CommandException.usage("--checkpoints, --public-key and --head need --file");
            }
            return verifyOnline(in);
        }
        if (in.namesServer()) {
            throw CommandException.usage("--file is checked here, without a server: no --url, --key and --profile");
        }
        in.checkFormat();
        String head = in.text(HEAD);
        if (head != null && !head.matches("[0-9a-fA-F]{64}")) {
            throw CommandException.usage("--head must be 64 hexadecimal digits");
        }
        LocalTasks.ExportToVerify export = new LocalTasks.ExportToVerify(
                InputFile.readable("--file", in.word(FILE)),
                readable(in, CHECKPOINTS),
                in.words(PUBLIC_KEY).stream()
                        .map(file -> InputFile.readable(PUBLIC_KEY.name(), file))
                        .toList(),
                head == null ? null : head.toLowerCase(Locale.ROOT));
        LocalTasks.Verified verified = verifyFile.verify(export);
        return print(
                in,
                new ApiReply(200, json(verified).toString()),
                () -> in.printer().println(proof(verified, head != null)));
    }

    private static @Nullable Path readable(Invocation in, Input file) {
        return in.has(file) ? InputFile.readable(file.name(), in.word(file)) : null;
    }

    private static int verifyOnline(Invocation in) {
        ApiReply reply = in.ask(ApiRequest.get("journal", "verify").withoutTimeout());
        return print(in, reply, () -> in.note(CHECKED_BY_SERVER));
    }

    /// @param proof a callback that prints what a valid result proves
    private static int print(Invocation in, ApiReply reply, Runnable proof) {
        boolean valid = reply.json().path("valid").asBoolean(false);
        in.print(reply, (printer, answer) -> {
            if (valid) {
                String what = JsonText.of(answer, "entries") + " entries, head " + JsonText.of(answer, "head");
                printer.println(printer.paint(Printer.Colour.GREEN, "Valid") + ": " + PrintableText.line(what));
                proof.run();
            } else {
                printer.println(
                        printer.paint(Printer.Colour.RED, "NOT VALID") + ": " + PrintableText.line(why(answer)));
            }
        });
        return valid ? 0 : Exit.REFUSED.code();
    }

    private static String why(JsonNode answer) {
        String firstBad = JsonText.of(answer, "firstBad");
        String reason = JsonText.of(answer, "reason");
        return firstBad.isEmpty()
                ? reason
                : "entry " + firstBad + (reason.isEmpty() ? " does not fit." : ": " + reason);
    }

    private static String proof(LocalTasks.Verified verified, boolean hasHead) {
        if (verified.checkpoints() > 0) {
            long after = verified.entries() - verified.authenticUpTo();
            return "Authentic up to entry " + verified.authenticUpTo() + ", by " + verified.checkpoints()
                    + (verified.checkpoints() == 1 ? " signed checkpoint." : " signed checkpoints.")
                    + (after == 0 ? "" : " The " + after + " after it are proven consistent, not authentic.");
        }
        return hasHead ? "It ends with the head that you gave." : ONLY_CONSISTENT;
    }

    /// The result in the server's format, extended by the number of checkpoints and the last entry that they
    /// confirm.
    private static ObjectNode json(LocalTasks.Verified verified) {
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
        return json.put("checkpoints", verified.checkpoints()).put("authenticUpTo", verified.authenticUpTo());
    }
}
