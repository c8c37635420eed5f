package dev.muster.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// Jobs for people to read.
final class JobView {
    /// A list of jobs.
    static final List<Column> COLUMNS = List.of(
            Column.exact("NUMBER", "number"),
            Column.exact("JOB ID", "jobId"),
            Column.exact("TYPE", "type").leftOut(2),
            Column.exact("USER", "user"),
            Column.status("OUTCOME", "outcome"),
            Column.text("REASON", "reason"),
            Column.exact("REVIEW", "review"),
            Column.exact("EVIDENCE", "evidence").leftOut(3),
            Column.time("SUBMITTED", "submittedAt").leftOut(1));

    private JobView() {}

    static void row(Table table, JsonNode job) {
        table.row(
                Reply.text(job, "number"),
                Reply.text(job, "jobId"),
                Reply.text(job, "type"),
                user(job),
                Reply.text(job, "outcome"),
                Reply.text(job, "reason"),
                Reply.text(job.path("review"), "state"),
                job.hasNonNull("evidence") ? Reply.text(job.path("evidence"), "size") + " bytes" : "",
                Reply.text(job, "submittedAt"));
    }

    /// One who is not known here stands as the partner wrote them.
    private static String user(JsonNode job) {
        return job.hasNonNull("user")
                ? Reply.text(job, "user")
                : job.hasNonNull("userId") ? Reply.text(job, "userId") + " (unknown)" : "";
    }

    static void print(Display display, JsonNode job) {
        Table facts = Table.facts("JOB", Reply.text(job, "jobId"));
        facts.row("number", Reply.text(job, "number"));
        facts.row("type", Reply.text(job, "type"));
        put(facts, "user", user(job));
        facts.row("submitted", display.time(Reply.text(job, "submittedAt")));
        facts.row("outcome", Reply.text(job, "outcome"));
        put(facts, "reason", Reply.text(job, "reason"));
        if (job.hasNonNull("judgedAt")) {
            facts.row("judged", display.time(Reply.text(job, "judgedAt")));
        }
        if (job.hasNonNull("given")) {
            JsonNode given = job.path("given");
            facts.row("given", Reply.text(given, "outcome"));
            put(facts, "confidence", Reply.text(given, "confidence"));
            put(facts, "text", Reply.text(given, "text"));
        }
        if (job.hasNonNull("evidence")) {
            JsonNode evidence = job.path("evidence");
            facts.row("evidence", Reply.text(evidence, "size") + " bytes");
            facts.row("  SHA-256", Reply.text(evidence, "sha256"));
            facts.row("  kept until", display.time(Reply.text(evidence, "keptUntil")));
        }
        printReview(facts, display, job.path("review"));
        if (job.hasNonNull("erasedAt")) {
            facts.row("erased", display.time(Reply.text(job, "erasedAt")));
        }
        put(facts, "callback", Reply.text(job, "callbackUrl"));
        if (job.hasNonNull("extras")) {
            facts.row("extras", job.path("extras").toString());
        }
        facts.print(display);
    }

    private static void printReview(Table facts, Display display, JsonNode review) {
        if (!review.hasNonNull("state")) {
            return;
        }
        String by = review.hasNonNull("by")
                ? ", by " + Words.actor(review.path("by")) + ", " + display.time(Reply.text(review, "at"))
                : "";
        facts.row("review", Reply.text(review, "state") + by);
        put(facts, "  note", Reply.text(review, "note"));
    }

    private static void put(Table facts, String name, String text) {
        if (!text.isEmpty()) {
            facts.row(name, text);
        }
    }
}
