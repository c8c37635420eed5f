package dev.muster.cli;

import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/// Jobs for people to read.
final class JobView {
    private JobView() {}

    static Table table() {
        return new Table(
                "NUMBER", "JOB ID", "TYPE", "USER", "OUTCOME", "REASON", "REVIEW", "EVIDENCE", "SUBMITTED (UTC)");
    }

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
                Text.time(Reply.text(job, "submittedAt")));
    }

    /// One who is not known here stands as the partner wrote them.
    private static String user(JsonNode job) {
        return job.hasNonNull("user")
                ? Reply.text(job, "user")
                : job.hasNonNull("userId") ? Reply.text(job, "userId") + " (unknown)" : "";
    }

    static void print(PrintStream out, JsonNode job) {
        Table facts = new Table("JOB", Reply.text(job, "jobId"));
        facts.row("number", Reply.text(job, "number"));
        facts.row("type", Reply.text(job, "type"));
        put(facts, "user", user(job));
        facts.row("submitted", Text.time(Reply.text(job, "submittedAt")) + " UTC");
        facts.row("outcome", Reply.text(job, "outcome"));
        put(facts, "reason", Reply.text(job, "reason"));
        if (job.hasNonNull("judgedAt")) {
            facts.row("judged", Text.time(Reply.text(job, "judgedAt")) + " UTC");
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
            facts.row("  kept until", Text.time(Reply.text(evidence, "keptUntil")) + " UTC");
        }
        printReview(facts, job.path("review"));
        if (job.hasNonNull("erasedAt")) {
            facts.row("erased", Text.time(Reply.text(job, "erasedAt")) + " UTC");
        }
        put(facts, "callback", Reply.text(job, "callbackUrl"));
        if (job.hasNonNull("extras")) {
            facts.row("extras", job.path("extras").toString());
        }
        facts.print(out);
    }

    private static void printReview(Table facts, JsonNode review) {
        if (!review.hasNonNull("state")) {
            return;
        }
        String by = review.hasNonNull("by")
                ? ", by "
                        + (Reply.text(review.path("by"), "kind") + " " + Reply.text(review.path("by"), "id")).strip()
                        + ", " + Text.time(Reply.text(review, "at")) + " UTC"
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
