package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import dev.muster.model.job.Outcome;
import dev.muster.model.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "job",
        description = "Identity jobs: enrolments, authentications and what else is judged.",
        synopsisSubcommandLabel = "COMMAND")
final class JobCommands {
    private static final String ID_HELP = "The partner's own id of the job.";
    private static final String[] OUTCOMES = {"pending", "passed", "failed", "provisional"};
    private static final String[] REVIEWS = {"open", "done"};

    @Command(
            name = "list",
            description = {"List the jobs that were submitted, newest first. Filters combine.", ""},
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster job list --outcome pending",
                "  muster job list --user external:c-1042 --outcome failed,provisional",
                "  muster job list --review open --all --json"
            })
    int list(
            @Mixin Remote remote,
            @Mixin Listing listing,
            @Option(names = "--user", paramLabel = "REF", description = "Whose. " + Refs.HELP) @Nullable String user,
            @Option(
                            names = "--outcome",
                            paramLabel = "OUTCOME",
                            split = ",",
                            description = "pending, passed, failed or provisional, or some of them with commas.")
                    @Nullable
                    List<String> outcomes,
            @Option(
                            names = "--review",
                            paramLabel = "STATE",
                            description = "open or done: those that failed under a fraud hold.")
                    @Nullable
                    String review) {
        String checkedOutcomes = outcomes == null ? null : checked(outcomes);
        String checkedReview = Words.of("--review", review, REVIEWS, Function.identity());
        Supplier<Call> call =
                () -> Call.get("jobs").query("outcome", checkedOutcomes).query("review", checkedReview);
        return user == null
                ? listing.print(remote, call, new Table(JobView.COLUMNS), JobView::row)
                : listing.printOfUsers(
                        remote, user, whose -> call.get().query("user", whose), JobView.COLUMNS, JobView::row);
    }

    private static String checked(List<String> outcomes) {
        List<String> words = new ArrayList<>();
        for (String outcome : outcomes) {
            words.add(String.valueOf(Words.of("--outcome", outcome.strip(), OUTCOMES, Function.identity())));
        }
        return String.join(",", words);
    }

    @Command(
            name = "show",
            description = {"Show a job: what was given, and what came of it.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster job show job-1042")
    int show(@Mixin Remote remote, @Parameters(paramLabel = "JOB_ID", description = ID_HELP) String jobId) {
        return print(remote, remote.ask(Call.get("jobs", jobId)));
    }

    @Command(
            name = "submit",
            description = {
                "Submit a job, without evidence. In a test realm its verdict is immediate.",
                "",
                "An enrolment registers an unknown external id.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster job submit job-1042 --type 4 --user external:c-1042",
                "  muster job submit job-1043 --type 2 --user external:c-1042 --extras '{\"sandbox_result\":\"1\"}'"
            })
    int submit(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "JOB_ID", description = ID_HELP) String jobId,
            @Option(
                            names = "--type",
                            paramLabel = "N",
                            required = true,
                            description = "1, 4, 6, 11 enrol; 2 authenticates, 8 takes a new photo; 5, 7, 9, 10, 12"
                                    + " are others.")
                    String type,
            @Option(
                            names = "--user",
                            paramLabel = "REF",
                            description = "Whose: an id, or external:ID, email:ADDRESS, username:NAME or number:N.")
                    @Nullable
                    String user,
            @Option(names = "--extras", paramLabel = "JSON", description = "What else to keep with it: a JSON object.")
                    @Nullable
                    String extras,
            @Option(
                            names = "--retry",
                            description =
                                    "Replace a job of that id that has no verdict yet, of the same user and type.")
                    boolean retry) {
        if (user != null && Refs.isInput(user)) {
            throw CommandException.usage("--user names one user: each needs a job id of their own");
        }
        if (!type.matches("[0-9]{1,4}")) {
            throw CommandException.usage("--type must be a number, not " + type);
        }
        Call call = Call.post("jobs").field("jobId", jobId);
        call.fields().put("type", Integer.parseInt(type));
        call.field("user", user);
        if (extras != null) {
            call.fields().set("extras", object(extras));
        }
        if (retry) {
            call.fields().put("retry", true);
        }
        return print(remote, remote.change(rehearsal.on(call)));
    }

    private static JsonNode object(String text) {
        try {
            JsonNode node = Strict.JSON.readTree(text);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw CommandException.usage("--extras is not JSON", e);
        }
        throw CommandException.usage("--extras must be a JSON object");
    }

    @Command(
            name = "verdict",
            description = {
                "Give the verdict on a job.",
                "",
                "After a provisional one there may be one that is passed or failed. Under a hold of the user the outcome is"
                        + " failed, whatever was given.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster job verdict job-1042 passed --confidence 99.5",
                "  muster job verdict job-1042 failed --text 'The photo is another one.'"
            })
    int verdict(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "JOB_ID", description = ID_HELP) String jobId,
            @Parameters(paramLabel = "OUTCOME", description = "passed, failed or provisional.") String outcome,
            @Option(names = "--confidence", paramLabel = "N", description = "How sure: from 0 to 100.") @Nullable
                    String confidence,
            @Option(names = "--text", paramLabel = "TEXT", description = "Why, for people.") @Nullable String text) {
        Call call = Call.post("jobs", jobId, "verdict")
                .field("outcome", Words.of("OUTCOME", outcome, Outcome.values(), Outcome::word))
                .field("text", text);
        if (confidence != null) {
            if (!confidence.matches("[0-9]{1,3}(\\.[0-9]{1,9})?")) {
                throw CommandException.usage("--confidence must be a number from 0 to 100, not " + confidence);
            }
            call.fields().put("confidence", new BigDecimal(confidence));
        }
        return print(remote, remote.change(rehearsal.on(call)));
    }

    @Command(
            name = "review",
            description = {"Close the review of a job that failed under a fraud hold.", ""},
            footerHeading = "%nExamples:%n",
            footer = "  muster job review job-1042 --note 'the same face under four names'")
    int review(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "JOB_ID", description = ID_HELP) String jobId,
            @Option(names = "--note", paramLabel = "TEXT", description = "A free text for who reads it later.")
                    @Nullable
                    String note) {
        Call call = Call.post("jobs", jobId, "review").field("note", note);
        return print(remote, remote.change(rehearsal.on(call)));
    }

    @Command(
            name = "erase",
            description = {
                "Erase a job, or all jobs of a name that never became a user's: extras, texts and evidence.",
                "",
                "For good, also in the journal. The jobs of a user are erased with the user.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {"  muster job erase job-1042", "  muster job erase --user external:c-1042 --dry-run"})
    int erase(
            @Mixin Remote remote,
            @Mixin UserChange.Rehearsal rehearsal,
            @Parameters(paramLabel = "JOB_ID", arity = "0..1", description = ID_HELP) @Nullable String jobId,
            @Option(
                            names = "--user",
                            paramLabel = "NAME",
                            description = "In place of JOB_ID: the name under which jobs were submitted; - for those on"
                                    + " the input, one a line.")
                    @Nullable
                    String user) {
        if ((jobId == null) == (user == null)) {
            throw CommandException.usage("either JOB_ID or --user is needed");
        }
        if (jobId != null) {
            return print(remote, remote.change(rehearsal.on(Call.post("jobs", jobId, "erase"))));
        }
        PerUser.Shape erased = new PerUser.Shape(
                List.of(Column.exact("ERASED JOBS", "erased")),
                done -> List.of(Reply.text(done, "erased")),
                (display, _, done) ->
                        display.println(rehearsal.said("Erased " + Reply.text(done, "erased") + " jobs.")));
        return new PerUser(remote, rehearsal)
                .run(
                        String.valueOf(user),
                        erased,
                        name -> Call.post("job-erasures").field("user", name));
    }

    @Command(
            name = "evidence",
            description = {
                "Fetch the zip that was uploaded with a job. It holds personal data.",
                "",
                "The file is for this user alone, complete or not at all, and replaces none.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = "  muster job evidence job-1042 --output job-1042.zip")
    int evidence(
            @Mixin Remote remote,
            @Parameters(paramLabel = "JOB_ID", description = ID_HELP) String jobId,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            required = true,
                            description = "The file to make.")
                    String output)
            throws IOException {
        MessageDigest digest = Digest.startSha256();
        long bytes = OutputFile.fresh("--output", output).write(out -> copy(remote, jobId, digest, out));
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (remote.isJson()) {
            remote.shell()
                    .out()
                    .println(JsonMapper.shared()
                            .createObjectNode()
                            .put("file", output)
                            .put("bytes", bytes)
                            .put("sha256", sha256));
        } else {
            remote.shell().err().println(bytes + " bytes in " + Text.line(output) + ", SHA-256 " + sha256 + ".");
        }
        return 0;
    }

    private static long copy(Remote remote, String jobId, MessageDigest digest, OutputStream out) throws IOException {
        try (Client client = remote.client()) {
            Client.Streamed streamed =
                    client.stream(Call.get("jobs", jobId, "evidence").unhurried());
            try (InputStream body = streamed.body()) {
                if (streamed.status() != 200) {
                    String refusal = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                    new Reply(streamed.status(), refusal).granted();
                    throw new CommandException(Exit.REFUSED, "answered " + streamed.status());
                }
                return copy(body, digest, out);
            }
        }
    }

    private static long copy(InputStream body, MessageDigest digest, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        while (true) {
            int read;
            try {
                read = body.read(buffer);
            } catch (IOException e) {
                throw new CommandException(Exit.UNREACHABLE, "the evidence broke off after " + bytes + " bytes", e);
            }
            if (read < 0) {
                return bytes;
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
            bytes += read;
        }
    }

    private static int print(Remote remote, Reply reply) {
        return remote.print(reply, JobView::print);
    }
}
