package dev.muster.cli;

import dev.muster.cli.kit.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Jobs, for people.
final class JobView {
    static final List<Column> COLUMNS = List.of(
            Column.exact("NUMBER", "number"),
            Column.exact("JOB ID", "jobId"),
            Column.exact("TYPE", "type").leftOut(2),
            Column.exact("USER", "user").from(JobView::user),
            Column.status("OUTCOME", "outcome"),
            Column.text("REASON", "reason"),
            Column.exact("REVIEW", "review").from(job -> JsonText.of(job.path("review"), "state")),
            Column.exact("EVIDENCE", "evidence").from(JobView::size).leftOut(3),
            Column.time("SUBMITTED", "submittedAt").leftOut(1));

    static final View JOB = View.of(JobView::print);

    private JobView() {}

    /// An unknown user is shown as the partner wrote them.
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
                .row("  note", JsonText.of(review, "note"))
                .time("erasedAt")
                .row("callback", JsonText.of(job, "callbackUrl"))
                .row("extras", job.hasNonNull("extras") ? job.path("extras").toString() : "")
                .print();
    }
}
