package dev.muster.api.smileid;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.JournalledReads;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.evidence.EvidencePictures;
import dev.muster.directory.AsOf;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.JobQuery;
import dev.muster.directory.Jobs;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.RequestSignatures.ReplySignature;
import dev.muster.security.RequestSignatures.RequestSignature;
import dev.muster.security.SignedTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves the signed outcome of a job, and the selfie to anyone who has a link to it.
final class JobStatusEndpoint {
    private static final int HISTORY = 100;
    private static final Duration LINK_LIFETIME = Duration.ofMinutes(15);
    private static final String PARTNER = "partner_id";
    private static final String IMAGE = "image:";
    private static final int MAX_CONCURRENT_PICTURES = 4;
    private static final Set<String> COMPLETE = Set.of("passed", "failed", "provisional");

    private final Jobs jobs;
    private final EvidenceFiles evidence;
    private final Authenticator authenticator;
    private final SignatureMemory signatureMemory;
    private final InstantSource clock;
    private final SmileAddresses addresses;
    private final EvidencePictures pictures = new EvidencePictures(MAX_CONCURRENT_PICTURES);
    private final JournalledReads reads;

    JobStatusEndpoint(Core core, Authenticator authenticator, InstantSource clock, SmileAddresses addresses) {
        this.reads = new JournalledReads(new WriteGateway(core.directory(), EnrolleeEndpoint.DIALECT), authenticator);
        this.jobs = core.jobs();
        this.evidence = core.evidence();
        this.authenticator = authenticator;
        this.signatureMemory = new SignatureMemory(core.directory(), authenticator, JobErrors::reply);
        this.clock = clock;
        this.addresses = addresses;
    }

    // The outcome.

    private record StatusQuery(
            RequestSignature signed, JobRequest.ForUser user, String jobId, boolean history, boolean imageLinks) {}

    Reply status(Request request) {
        return signatureMemory.carryOut(
                request,
                SmileFields.of(request),
                PARTNER,
                JobStatusEndpoint::question,
                query -> authenticator
                        .signatures()
                        .check(query.signed, SignedTime.MaxAge.DAY, RemoteClients.of(request)),
                (query, caller) -> status(request, query, caller));
    }

    private static Result<StatusQuery> question(SmileFields input) {
        RequestSignature signed = input.signed(PARTNER);
        Identifier user = input.existingId(JobCalls.USER_ID);
        String jobId = input.existingJobId(JobCalls.JOB_ID);
        boolean history = input.flagOrText("history");
        boolean imageLinks = input.flagOrText("image_links");
        return input.result(() -> new StatusQuery(signed, JobCalls.forUser(user), jobId, history, imageLinks));
    }

    private Reply status(Request request, StatusQuery query, Caller caller) {
        // A query changes nothing, but others may now know its signature, so it must be stored.
        unlessRefused(signatureMemory.remember(request, query.signed, caller));
        Job job = job(query, caller);
        List<Job> history = query.history ? history(query, caller) : List.of();
        ReplySignature signed = unlessRefused(authenticator.signatures().countersign(caller, query.signed.partnerId()));
        return told(
                query,
                job,
                history,
                link(request, query, job, caller),
                caller.realm().environment(),
                signed);
    }

    /// The job; null if it is unknown or belongs to another user, which is not an error here.
    private @Nullable Job job(StatusQuery request, Caller caller) {
        Result<AsOf<Job>> found = jobs.job(caller.actor(), caller.realm().id(), request.jobId, request.user);
        return found instanceof Result.Refused<AsOf<Job>>(Refusal.NotFound _)
                ? null
                : unlessRefused(found).value();
    }

    private List<Job> history(StatusQuery request, Caller caller) {
        JobQuery query = new JobQuery(request.user.ref(), COMPLETE, null, HISTORY, null, 0);
        Result<AsOf<Page<Job>>> found = jobs.list(caller.actor(), caller.realm().id(), query);
        boolean unknown = found instanceof Result.Refused<AsOf<Page<Job>>>(var refusal)
                && (refusal instanceof Refusal.NotFound || refusal instanceof Refusal.Barred);
        return unknown ? List.of() : unlessRefused(found).value().items();
    }

    /// The link to the user's picture; null if no link was requested, the job has no evidence, or the caller
    /// may not read it.
    private @Nullable String link(Request request, StatusQuery query, @Nullable Job job, Caller caller) {
        long realm = caller.realm().id();
        boolean seen = query.imageLinks
                && job != null
                && evidence.open(caller.actor(), realm, query.jobId) instanceof Result.Ok<EvidenceFiles.Opened>;
        if (!seen) {
            return null;
        }
        String link = authenticator
                .links()
                .make(caller, IMAGE + query.jobId, clock.instant().plus(LINK_LIFETIME));
        return addresses.image(request, realm, link, query.jobId);
    }

    private static Reply told(
            StatusQuery request,
            @Nullable Job job,
            List<Job> history,
            @Nullable String selfie,
            Environment environment,
            ReplySignature signed) {
        String userId = request.user.text();
        return Reply.json(200, json -> {
            json.object().field("timestamp", signed.timestamp()).field("signature", signed.signature());
            if (job == null) {
                incomplete(json, "2314", "No zip file received");
            } else {
                outcome(json, job, userId, environment, signed);
            }
            if (request.history) {
                json.array("history");
                for (Job earlier : history) {
                    if (earlier.stage() instanceof Job.Completed completed) {
                        JobResult.write(json, earlier, completed, userId, environment, signed);
                    }
                }
                json.end();
            }
            if (request.imageLinks) {
                json.object("image_links")
                        .fieldIfPresent("selfie_image", selfie)
                        .end();
            }
            json.end();
        });
    }

    private static void outcome(
            JsonWriter json, Job job, String userId, Environment environment, ReplySignature signed) {
        switch (job.stage()) {
            case Job.Reserved _ -> incomplete(json, "2314", "No zip file received");
            case Job.Awaiting _ -> incomplete(json, "2302", "Job in progress");
            case Job.Completed completed -> {
                json.field("job_complete", true)
                        .field("job_success", completed.outcome() == Outcome.PASSED)
                        .field("code", "2302")
                        .name("result");
                JobResult.write(json, job, completed, userId, environment, signed);
            }
        }
    }

    private static void incomplete(JsonWriter json, String code, String result) {
        json.field("job_complete", false)
                .field("job_success", false)
                .field("code", code)
                .field("result", result);
    }

    // The picture.

    Reply image(Request request) {
        long realm = SmileAddresses.realm(request);
        String jobId = Objects.requireNonNullElse(request.query(JobCalls.JOB_ID), "");
        try {
            Caller caller = unlessRefused(authenticator
                    .links()
                    .opened(realm, request.path("link"), IMAGE + jobId, RemoteClients.of(request)));
            EvidenceFiles.Opened opened = unlessRefused(evidence.open(caller.actor(), realm, jobId));
            Reply reply = unlessRefused(Credentials.answered(() -> pictures.of(opened)));
            return unlessRefused(reads.evidenceRead(request, caller, jobId, reply));
        } catch (RefusedException e) {
            return JobErrors.reply(e.refusal());
        }
    }
}
