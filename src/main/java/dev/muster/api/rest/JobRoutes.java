package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.AsOf;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.directory.journal.Origin;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.JobCommand;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.FieldError;
import dev.muster.model.value.Identifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Submits, lists and judges jobs, and serves their evidence.
record JobRoutes(Jobs jobs, EvidenceFiles evidence, Writes writes, ActorNamesJson names) {
    private static final String ZIP = "application/zip";
    private static final String EXTERNAL = "external:";
    private static final int MAX_TYPE = 12;

    /// The longest reference to a user, including its prefix.
    private static final int MAX_REF_LENGTH = "username:".length() + 255;

    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
    private static final List<ReviewDecision> DECISIONS = List.of(ReviewDecision.values());
    private static final List<String> OUTCOME_WORDS = Stream.concat(
                    Stream.of("pending"), OUTCOMES.stream().map(Outcome::wireName))
            .toList();

    Reply submit(RestCall call) {
        RestFields in = call.input().withBody();
        String jobId = in.checks().jobId(in.required("jobId"));
        JobType type = type(in);
        JobRequest.ForUser user = user(in);
        Map<String, @Nullable Object> extras = in.extras();
        boolean retry = in.flag("retry", false);
        Outcome sandboxResult = sandboxResult(in, extras);
        in.check();
        JobRequest job = new JobRequest(
                jobId == null ? "" : jobId,
                type,
                user,
                new Validator().extras(extras == null ? null : RestFields.json(extras)),
                null,
                false,
                retry,
                sandboxResult);
        return change(call, 201, new JobCommand.SubmitJob(job, null, null));
    }

    private static JobType type(RestFields in) {
        long number = in.integer("type", 1, MAX_TYPE);
        JobType type = JobType.of((int) number);
        if (type != null) {
            return type;
        }
        if (number != 0) {
            String types = IntStream.rangeClosed(1, MAX_TYPE)
                    .filter(candidate -> JobType.of(candidate) != null)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(", "));
            in.fault("type", "not_a_choice", "Must be one of " + types + ".");
        }
        return new JobType(1);
    }

    /// The job's user. An unknown user can be registered only by external id, so that the same reference finds the
    /// user again.
    private static JobRequest.@Nullable ForUser user(RestFields in) {
        String text = in.optionalText("user");
        if (text == null) {
            return null;
        }
        UserRef ref = UserRefs.parse(text);
        if (ref == null) {
            in.fault("user", "not_a_ref", UserRefs.FORMS);
            return null;
        }
        if (!text.startsWith(EXTERNAL)) {
            String line = in.checks().line("user", text, MAX_REF_LENGTH);
            return new JobRequest.ForUser(ref, line == null ? "" : line, null);
        }
        Validator own = new Validator();
        Identifier register = own.identifier(Identifier.Kind.EXTERNAL_ID, text.substring(EXTERNAL.length()));
        for (FieldError fault : own.faults()) {
            in.fault("user", fault.code(), fault.message());
        }
        return register == null ? null : new JobRequest.ForUser(ref, register.text(), register);
    }

    private static Outcome sandboxResult(RestFields in, @Nullable Map<String, @Nullable Object> extras) {
        Object asked = extras == null ? null : extras.get("sandbox_result");
        if (asked == null) {
            return Outcome.PASSED;
        }
        Outcome outcome = asked instanceof String text ? Outcome.ofSandboxResult(text) : null;
        if (outcome == null) {
            in.fault("extras.sandbox_result", "not_a_choice", "Must be one of \"0\", \"1\", \"2\".");
            return Outcome.PASSED;
        }
        return outcome;
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        UserRef user = in.refParameter("user");
        Set<String> outcomes = in.choicesParameter("outcome", OUTCOME_WORDS, Function.identity());
        String review = in.choiceParameter("review", List.of(JobJson.OPEN, JobJson.DONE), Function.identity());
        PageRequest listing = PageRequest.byNumber(in);
        AsOf<Page<Job>> seen = unlessRefused(jobs.list(
                call.actor(),
                call.realm(),
                new JobQuery(
                        user,
                        outcomes,
                        review == null ? null : review.equals(JobJson.OPEN),
                        listing.limit(),
                        listing.afterNumber(),
                        listing.offset())));
        Named named = names.inJobs(call, seen.value().items());
        return listing.reply(seen.value(), (json, job) -> JobJson.write(json, job, seen.at(), named));
    }

    Reply get(RestCall call) {
        call.input().check();
        AsOf<Job> seen = unlessRefused(jobs.job(call.actor(), call.realm(), jobId(call)));
        Named named = names.inJobs(call, List.of(seen.value()));
        return Reply.json(200, json -> JobJson.write(json, seen.value(), seen.at(), named));
    }

    /// Streams the evidence. A refusal is sent as an ordinary reply; a failure during streaming aborts the reply.
    Reply evidence(RestCall call) {
        call.input().check();
        EvidenceFiles.Opened opened = unlessRefused(evidence.open(call.actor(), call.realm(), jobId(call)));
        return Reply.stream(200, ZIP, opened::writeTo)
                .with("Content-Length", Long.toString(opened.size()))
                .with("Content-Disposition", "attachment; filename=\"evidence.zip\"");
    }

    Reply giveVerdict(RestCall call) {
        RestFields in = call.input().withBody();
        Outcome outcome = in.requiredChoice("outcome", OUTCOMES, Outcome::wireName);
        Verdict verdict = new Verdict(
                outcome,
                in.checks().confidence(in.number("confidence")),
                in.checks().verdictText(in.optionalText("text")));
        in.check();
        return change(call, 200, new JobCommand.GiveVerdict(jobId(call), verdict));
    }

    Reply review(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        String note = in.note();
        ReviewDecision decision = in.choice("decision", DECISIONS, ReviewDecision::wireName);
        in.check();
        return change(call, 200, new JobCommand.ReviewJob(jobId(call), note, decision));
    }

    Reply erase(RestCall call) {
        call.input().withOptionalBody().check();
        return change(call, 200, new JobCommand.EraseJob(jobId(call)));
    }

    /// Erases jobs that were submitted for a name that never belonged to a user.
    Reply eraseNamed(RestCall call) {
        Writes.refuseIfMatch(call);
        RestFields in = call.input().withBody();
        String text = in.checks().line("user", in.required("user"), MAX_REF_LENGTH);
        in.check();
        String name = text == null ? "" : text.startsWith(EXTERNAL) ? text.substring(EXTERNAL.length()) : text;
        int erased = unlessRefused(jobs.eraseNamed(
                call.actor(),
                call.realm(),
                name,
                new Origin(Writes.DIALECT, call.request().id(), null),
                call.headers().dryRun()));
        return Reply.json(200, json -> json.object().field("erased", erased).end());
    }

    private static String jobId(RestCall call) {
        return Identifier.trimmed(call.request().path("jobId"));
    }

    private Reply change(RestCall call, int status, JobCommand command) {
        return writes.onRealm(call, command, change -> job(call, status, change));
    }

    private Reply job(RestCall call, int status, Change change) {
        Job job = change.job();
        Named named = names.inJobs(call, List.of(job));
        Reply reply = Reply.json(status, json -> JobJson.write(json, job, change.at(), named));
        return status == 201 ? reply.with("Location", call.at("/v1/jobs/" + LinkBuilder.encoded(job.jobId()))) : reply;
    }
}
