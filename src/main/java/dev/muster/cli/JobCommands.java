package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.PerUser;
import dev.muster.cli.command.TargetUsers;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.OutputFile;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.value.Digest;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster job`, which submits, judges, reviews and erases jobs.
final class JobCommands {
    private static final Input ID = Input.parameter("JOB_ID", "The partner's own id of the job.");
    private static final Input ID_OR_USER = ID.optional();
    private static final Input OWNER = Input.option(
                    "--user",
                    "NAME",
                    "In place of JOB_ID: the name under which jobs were submitted; - for those on the input, one per line.")
            .type(Input.Type.USERS);
    private static final Input OUTPUT =
            Input.file("--output", "The file to write.").or("-o").required();
    private static final View ERASED =
            View.says(List.of(Column.exact("ERASED JOBS", "erased")), "Erased {erased} jobs.");

    private static final List<Column> COLUMNS = List.of(
            Column.exact("NUMBER", "number"),
            Column.exact("JOB ID", "jobId"),
            Column.exact("TYPE", "type").leftOut(2),
            Column.exact("USER", "user").from(JobCommands::user),
            Column.status("OUTCOME", "outcome"),
            Column.text("REASON", "reason"),
            Column.exact("REVIEW", "review").from(job -> JsonText.of(job.path("review"), "state")),
            Column.exact("EVIDENCE", "evidence").from(JobCommands::size).leftOut(3),
            Column.time("SUBMITTED", "submittedAt").leftOut(1));

    private static final View JOB = View.of(JobCommands::print);

    private JobCommands() {}

    /// The job's user; if there is no such user, the identifier that the partner sent, marked as unknown.
    private static String user(JsonNode job) {
        return job.hasNonNull("user")
                ? JsonText.of(job, "user")
                : job.hasNonNull("userId") ? JsonText.of(job, "userId") + " (unknown)" : "";
    }

    private static String size(JsonNode job) {
        return job.hasNonNull("evidence") ? JsonText.of(job.path("evidence"), "size") + " bytes" : "";
    }

    private static void print(Printer printer, JsonNode job) {
        JsonNode given = job.path("given");
        JsonNode evidence = job.path("evidence");
        JsonNode review = job.path("review");
        String by = review.hasNonNull("by")
                ? ", by " + JsonText.actor(review.path("by")) + ", " + printer.time(JsonText.of(review, "at"))
                : "";
        new Details(printer, "JOB", JsonText.of(job, "jobId"), job)
                .fields("number", "type")
                .row("user", user(job))
                .time("submittedAt")
                .fields("outcome", "reason")
                .time("judgedAt")
                .row("given", JsonText.of(given, "outcome"))
                .row("confidence", JsonText.of(given, "confidence"))
                .row("text", JsonText.of(given, "text"))
                .row("evidence", size(job))
                .row("  SHA-256", JsonText.of(evidence, "sha256"))
                .row("  kept until", printer.time(JsonText.of(evidence, "keptUntil")))
                .row("review", JsonText.of(review, "state") + by)
                .row("  decision", JsonText.of(review, "decision"))
                .row("  note", JsonText.of(review, "note"))
                .time("erasedAt")
                .row("callback", JsonText.of(job, "callbackUrl"))
                .row("extras", job.hasNonNull("extras") ? job.path("extras").toString() : "")
                .print();
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "job",
                List.of("Identity jobs: enrolments, authentications and other checks."),
                JobCallbackCommands.show(ID),
                CommandBuilder.server("erase")
                        .help(
                                "Erase a job, or all jobs under a name that never became a user: extras, texts"
                                        + " and evidence.",
                                "",
                                "Permanent, also in the journal. A user's jobs are erased with the user.")
                        .examples("muster job erase job-1042", "muster job erase --user external:c-1042 --dry-run")
                        .with(ID_OR_USER, OWNER)
                        .dryRun()
                        .runs(JobCommands::erase),
                CommandBuilder.server("evidence")
                        .help(
                                "Fetch the zip that was uploaded with a job. It holds personal data.",
                                "",
                                "Only you can read the file. It is either complete or absent, and never replaces an existing one.")
                        .examples("muster job evidence job-1042 --output job-1042.zip")
                        .with(ID, OUTPUT)
                        .runs(JobCommands::evidence),
                get("list", "jobs")
                        .help("List the jobs that were submitted, newest first. Filters combine.")
                        .examples(
                                "muster job list --outcome pending",
                                "muster job list --user external:c-1042 --outcome failed,provisional",
                                "muster job list --review open --all --json")
                        .query(
                                Input.option("--user", "REF", "Whose. " + TargetUsers.HELP)
                                        .type(Input.Type.USERS),
                                Input.option(
                                                "--outcome",
                                                "OUTCOME",
                                                "pending, passed, failed or provisional, or some of them with commas.")
                                        .oneOf(List.of("pending", "passed", "failed", "provisional"))
                                        .type(Input.Type.LIST),
                                Input.option("--review", "STATE", "open or done: those that failed under a fraud hold.")
                                        .oneOf(List.of("open", "done")))
                        .lists(COLUMNS),
                JobCallbackCommands.repeat(ID),
                post("review", "jobs/{JOB_ID}/review", ID)
                        .help(
                                "Close the review of a job that failed under a fraud hold.",
                                "",
                                "This changes no hold. If it was not fraud, also release the hold, with muster user release.")
                        .examples("muster job review job-1042 --decision fraud --note 'the same face under four names'")
                        .body(
                                Input.option("--decision", "DECISION", "fraud or not_fraud. Default: not recorded.")
                                        .oneOf(ReviewDecision.values(), ReviewDecision::wireName),
                                Input.option("--note", "TEXT", "Free text for later readers."))
                        .shows(JOB),
                get("show", "jobs/{JOB_ID}", ID)
                        .help("Show a job: what was submitted, and its outcome.")
                        .examples("muster job show job-1042")
                        .shows(JOB),
                post("submit", "jobs")
                        .help(
                                "Submit a job, without evidence. In a test realm its verdict is immediate.",
                                "",
                                "An enrolment registers an unknown external id.")
                        .examples(
                                "muster job submit job-1042 --type 4 --user external:c-1042",
                                "muster job submit job-1043 --type 2 --user external:c-1042 --extras"
                                        + " '{\"sandbox_result\":\"1\"}'")
                        .body(
                                ID,
                                Input.option(
                                                "--type",
                                                "N",
                                                "1, 4, 6, 11 enrol; 2 authenticates, 8 takes a new photo; 5, 7, 9, 10, 12"
                                                        + " are others.")
                                        .required()
                                        .read(Syntax.number("[0-9]{1,4}", "a number")),
                                Input.option(
                                                "--user",
                                                "REF",
                                                "The user: an id, or external:ID, email:ADDRESS, username:NAME or number:N.")
                                        .read(JobCommands::oneUser),
                                Input.option("--extras", "JSON", "Additional data to keep with it: a JSON object.")
                                        .read(Syntax.JSON_OBJECT),
                                Input.flag(
                                        "--retry",
                                        "Replace a job of that id that has no verdict yet, of the same user and type."))
                        .shows(JOB),
                post("verdict", "jobs/{JOB_ID}/verdict", ID)
                        .help(
                                "Give the verdict on a job.",
                                "",
                                "A provisional verdict may be followed by a final one. While the user is held,"
                                        + " the outcome is failed, whatever the verdict.")
                        .examples(
                                "muster job verdict job-1042 passed --confidence 99.5",
                                "muster job verdict job-1042 failed --text 'The photo shows another person.'")
                        .body(
                                Input.parameter("OUTCOME", "passed, failed or provisional.")
                                        .oneOf(Outcome.values(), Outcome::wireName),
                                Input.option("--confidence", "N", "Confidence, from 0 to 100.")
                                        .read(Syntax.number("[0-9]{1,3}(\\.[0-9]{1,9})?", "a number from 0 to 100")),
                                Input.option("--text", "TEXT", "Reason, in words."))
                        .shows(JOB));
    }

    private static JsonNode oneUser(String name, String text, Instant now) {
        if (TargetUsers.isInput(text)) {
            throw CommandException.usage(name + " names one user: each needs a job id of their own");
        }
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static int erase(Invocation in) {
        if (in.has(ID_OR_USER) == in.has(OWNER)) {
            throw CommandException.usage("either JOB_ID or --user is needed");
        }
        return in.has(OWNER)
                ? new PerUser(in, ERASED)
                        .run(
                                in.text(OWNER),
                                name -> ApiRequest.post("job-erasures").field("user", name))
                : in.change(ApiRequest.post("jobs", in.word(ID_OR_USER), "erase"), JOB);
    }

    private static int evidence(Invocation in) {
        String output = in.word(OUTPUT);
        MessageDigest digest = Digest.startSha256();
        Download download = new Download(in, ApiRequest.get("jobs", in.word(ID), "evidence"));
        OutputFile.fresh("--output", output)
                .write(out -> download.copy(
                        new DigestOutputStream(out, digest),
                        () -> "the evidence is incomplete: it ended after " + download.bytes() + " bytes"));
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (in.isJson()) {
            in.shell()
                    .out()
                    .println(JsonMapper.shared()
                            .createObjectNode()
                            .put("file", output)
                            .put("bytes", download.bytes())
                            .put("sha256", sha256));
        } else {
            in.note(download.bytes() + " bytes in " + output + ", SHA-256 " + sha256 + ".");
        }
        return 0;
    }
}
