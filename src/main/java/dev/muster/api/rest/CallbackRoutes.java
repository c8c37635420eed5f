package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.JobCallbacks;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import dev.muster.model.job.Callback;
import dev.muster.model.value.Identifier;

/// Shows whether a job's results were sent to its callback URL, and sends them again.
record CallbackRoutes(JobCallbacks callbacks) {
    Reply get(RestCall call) {
        call.input().check();
        JobCallbacks.OfJob found = unlessRefused(callbacks.of(call.actor(), call.realm(), jobId(call)));
        return Reply.json(200, json -> write(json, found));
    }

    /// Schedules another attempt and replies immediately; the attempt is made in the background.
    Reply repeat(RestCall call) {
        if (call.headers().dryRun()) {
            throw new RefusedException(new Refusal.Invalid("", "no_rehearsal", "Dry runs are not supported here."));
        }
        Writes.refuseIfMatch(call);
        call.input().withOptionalBody().check();
        JobCallbacks.OfJob found = unlessRefused(callbacks.repeat(call.actor(), call.realm(), jobId(call)));
        return Reply.json(202, json -> write(json, found));
    }

    private static String jobId(RestCall call) {
        return Identifier.trimmed(call.request().path("jobId"));
    }

    private static void write(JsonWriter json, JobCallbacks.OfJob found) {
        json.object()
                .field("jobId", found.jobId())
                .field("callbackUrl", found.url())
                .array("results");
        for (JobCallbacks.CallbackHistory history : found.results()) {
            Callback callback = history.callback();
            json.object()
                    .field("seq", callback.seq())
                    .field(
                            "outcome",
                            history.outcome() == null ? null : history.outcome().wireName())
                    .field("state", callback.state().wireName())
                    .field("nextAttemptAt", callback.dueAt() == null ? null : RestJson.of(callback.dueAt()))
                    .array("attempts");
            history.attempts().forEach(attempt -> write(json, attempt));
            json.end().end();
        }
        json.end().end();
    }

    private static void write(JsonWriter json, JobCallbacks.Attempt told) {
        Callback.Attempt attempt = told.attempt();
        json.object()
                .field("at", RestJson.of(attempt.at()))
                .field("millis", attempt.millis())
                .name("status")
                .value(attempt.status())
                .field("reply", told.reply())
                .field("error", attempt.error())
                .end();
    }
}
