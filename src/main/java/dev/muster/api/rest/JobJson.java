package dev.muster.api.rest;

import dev.muster.directory.ActorNames.Named;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.Job.ClosedReview;
import dev.muster.model.job.Job.Completed;
import dev.muster.model.job.Job.NoReview;
import dev.muster.model.job.Job.OpenReview;
import dev.muster.model.job.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes jobs. Fields without a value are null, except `userId` and `erasedAt`, which are left out.
final class JobJson {
    static final String OPEN = "open";
    static final String DONE = "done";

    private JobJson() {}

    /// Writes a submitted job.
    ///
    /// @param at the time for which evidence is shown as kept or not
    static void write(JsonWriter json, Job job, Instant at, Named names) {
        Job.Submission submission = job.submission();
        Completed completed = job.stage() instanceof Completed stage ? stage : null;
        json.object()
                .field("jobId", job.jobId())
                .field("number", job.number())
                .field("type", job.type().number())
                .field("user", job.user() == null ? null : job.user().toString())
                .fieldIfPresent("userId", job.user() == null ? job.userText() : null)
                .rawField("extras", job.extras())
                .field("submittedAt", submission == null ? null : RestJson.of(submission.at()));
        given(json, completed == null ? null : completed.verdict());
        json.field("outcome", job.outcomeWord())
                .field("reason", completed == null ? null : completed.reason())
                .field("judgedAt", completed == null ? null : RestJson.of(completed.at()));
        evidence(json, job.evidence(), at);
        review(json, completed == null ? new NoReview() : completed.review(), names);
        json.field("callbackUrl", job.callbackUrl())
                .fieldIfPresent("erasedAt", job.erasedAt() == null ? null : RestJson.of(job.erasedAt()))
                .end();
    }

    private static void given(JsonWriter json, @Nullable Verdict given) {
        if (given == null) {
            json.field("given", null);
            return;
        }
        json.object("given")
                .field("outcome", given.outcome().wireName())
                .name("confidence")
                .value(given.confidence())
                .field("text", given.text())
                .end();
    }

    /// Writes the evidence if it is still kept, otherwise null.
    private static void evidence(JsonWriter json, @Nullable Evidence evidence, Instant at) {
        if (evidence == null || !evidence.isKept(at)) {
            json.field("evidence", null);
            return;
        }
        json.object("evidence")
                .field("size", evidence.size())
                .field("sha256", evidence.sha256().toString())
                .field("keptUntil", RestJson.of(evidence.keptUntil()))
                .end();
    }

    private static void review(JsonWriter json, Job.Review review, Named names) {
        switch (review) {
            case NoReview() -> json.field("review", null);
            case OpenReview() ->
                json.object("review")
                        .field("state", OPEN)
                        .field("by", null)
                        .field("at", null)
                        .field("note", null)
                        .field("decision", null)
                        .end();
            case ClosedReview(var by, var at, var note, var decision) -> {
                json.object("review").field("state", DONE);
                RestJson.actor(json, "by", by, names);
                json.field("at", RestJson.of(at))
                        .field("note", note)
                        .field("decision", decision == null ? null : decision.wireName())
                        .end();
            }
        }
    }
}
