package dev.muster.api.smileid;

import dev.muster.directory.Core;
import dev.muster.directory.Directory;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.Jobs;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Proof;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Fault;
import dev.muster.http.Guards;
import dev.muster.http.Refused;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Evidence;
import dev.muster.model.Identifier;
import dev.muster.model.Job;
import dev.muster.model.JobRequest;
import dev.muster.model.JobType;
import dev.muster.model.Outcome;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.Gate.Signed;
import dev.muster.security.KeyMint;
import dev.muster.security.RemoteClient;
import dev.muster.security.SignedTime;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes jobs: one call asks for a place to upload to, the other uploads. The second is on behalf of the key that
/// signed the first.
final class Uploads {
    /// The code of the fault of a job type that nobody knows.
    static final String UNKNOWN_TYPE = "unknown_type";

    private static final int TOKEN_BYTES = 32;
    private static final String PARTNER = "smile_client_id";
    private static final String JOB_TYPE = "job_type";
    private static final String SANDBOX_RESULT = "sandbox_result";

    private final Directory directory;
    private final Jobs jobs;
    private final EvidenceFiles evidence;
    private final Gate gate;
    private final Remembering remembering;
    private final KeyMint mint;
    private final Places places;

    Uploads(Core core, Gate gate, KeyMint mint, Places places) {
        this.directory = core.directory();
        this.jobs = core.jobs();
        this.evidence = core.evidence();
        this.gate = gate;
        this.remembering = new Remembering(core.directory(), gate);
        this.mint = mint;
        this.places = places;
    }

    // A place to upload to.

    private record Reservation(Signed signed, JobRequest job, Guards guards) {}

    Reply reserve(Request request) {
        return JobCalls.answer(
                switch (Input.of(request)) {
                    case Result.Ok<Input>(var input) ->
                        switch (reservation(input).then(asked -> proven(request, asked))) {
                            case Result.Ok<Proven>(var proven) ->
                                gate.noted(
                                        proven.caller,
                                        new RemoteClient(request.client(), request.serverId()),
                                        reserve(request, proven.asked, proven.caller));
                            case Result.Refused<Proven>(var refusal) ->
                                remembering.after(request, input, PARTNER, Result.refused(refusal));
                        };
                    case Result.Refused<Input>(var refusal) -> remembering.after(request, Result.refused(refusal));
                });
    }

    /// What is asked, and whose key signed it.
    private record Proven(Reservation asked, Caller caller) {}

    private Result<Proven> proven(Request request, Reservation asked) {
        // What widens a user's rights takes no signature that anybody may have seen hours ago.
        SignedTime.MaxAge maxAge = asked.job.permit() ? SignedTime.MaxAge.QUARTER_HOUR : SignedTime.MaxAge.DAY;
        return gate.signed(asked.signed, maxAge, new RemoteClient(request.client(), request.serverId()))
                .map(caller -> new Proven(asked, caller));
    }

    private static Result<Reservation> reservation(Input input) {
        Signed signed = input.signed(PARTNER);
        Input params = input.requiredPartnerParams();
        Identifier user = params.externalId(JobCalls.USER_ID);
        String jobId = params.jobId(JobCalls.JOB_ID);
        JobType type = type(params);
        Outcome sandboxResult = sandboxResult(params);
        String extras = params.extras(List.of(JobCalls.USER_ID, JobCalls.JOB_ID, JOB_TYPE));
        String callbackUrl = input.callbackUrl("callback_url");
        boolean retry = input.flagOrText("retry");
        boolean permit = input.flagOrText("allow_new_enroll");
        Guards guards = input.guards();
        if (guards.ifMatch() != null) {
            // Passed over it would promise what is not kept: the call is about no user's version.
            input.fault("If-Match", "not_here", "is for calls that change one user");
        }
        return input.result(() -> new Reservation(
                signed,
                new JobRequest(jobId, type, JobCalls.forUser(user), extras, callbackUrl, permit, retry, sandboxResult),
                guards));
    }

    private static JobType type(Input params) {
        int before = params.faults();
        int number = params.number(JOB_TYPE);
        JobType type = JobType.of(number);
        if (type == null && params.faults() == before) {
            params.fault(JOB_TYPE, UNKNOWN_TYPE, "must be one of [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]");
        }
        // Of no use after a fault, but there.
        return type == null ? new JobType(1) : type;
    }

    private static Outcome sandboxResult(Input params) {
        if (!params.has(SANDBOX_RESULT)) {
            return Outcome.PASSED;
        }
        String sent = params.numberOrText(SANDBOX_RESULT);
        Outcome outcome = Outcome.ofSandboxResult(sent);
        if (outcome == null) {
            outcome = JobResult.ofSandboxCode(sent);
        }
        if (outcome == null) {
            params.fault(SANDBOX_RESULT, "not_a_result", "must be one of [0, 1, 2, 0810, 0811, 0814]");
        }
        return outcome == null ? Outcome.PASSED : outcome;
    }

    private Result<Reply> reserve(Request request, Reservation asked, Caller caller) {
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(mint.draw(TOKEN_BYTES));
        Command command = new Command.ReserveJob(
                asked.job, jobs.uploadToken(caller.realm().id(), token));
        Write write = new Write(caller.actor(), null, List.of(command), null);
        long realm = caller.realm().id();
        String key = asked.guards.idempotencyKey();
        return directory
                .execute(new WriteRequest(
                        realm,
                        write,
                        new Origin(Enrollees.DIALECT, request.serverId(), request.clientId(), null),
                        key == null ? null : Retry.of(key, Enrollees.DIALECT, write),
                        Proof.of(asked.signed.signature(), Enrollees.DIALECT, write, false),
                        asked.guards.dryRun(),
                        request.body().length))
                .map(change -> reserved(request, realm, change.job(), asked.guards.dryRun() ? null : token));
    }

    /// @param token null where nothing was reserved, so that there is nothing to upload to
    private Reply reserved(Request request, long realm, Job job, @Nullable String token) {
        String url = token == null ? null : places.upload(request, realm, job.id(), token);
        return Reply.json(
                200,
                json -> json.object()
                        .fieldIfPresent("upload_url", url)
                        .field("ref_id", job.id().toString())
                        .field("smile_job_id", JobResult.smileJobId(job))
                        .field("camera_config", "null")
                        .field("code", "2202")
                        .end());
    }

    // The upload.

    Reply upload(Request request) throws IOException {
        Input input = Input.ofHeaders(request);
        boolean dryRun = input.guards().dryRun();
        long realm = Places.realm(request);
        UUID job = Places.id(request.path("job"));
        Result<Jobs.Promised> promised = input.result(() -> request.path("token"))
                .then(token -> gate.uploadTo(
                        realm,
                        new RemoteClient(request.client(), request.serverId()),
                        () -> jobs.promised(realm, job, token)));
        return switch (promised) {
            case Result.Ok<Jobs.Promised>(var found) -> {
                // The token in the address is the credential.
                request.proven();
                yield submit(request, realm, found, dryRun);
            }
            case Result.Refused<Jobs.Promised>(var refusal) ->
                JobsWording.of(refusal).reply();
        };
    }

    private Reply submit(Request request, long realm, Jobs.Promised promised, boolean dryRun) throws IOException {
        return switch (evidence.take(realm, request.announced())) {
            case Result.Refused<EvidenceFiles.Sink>(var refusal) ->
                JobsWording.of(refusal).reply();
            case Result.Ok<EvidenceFiles.Sink>(var taken) -> {
                try (EvidenceFiles.Sink sink = taken) {
                    Result<Evidence> filled = sink.fill(out -> EvidenceZip.copy(request.bodyStream(), out));
                    Result<Change> result =
                            filled.then(file -> directory.execute(submission(request, realm, promised, file, dryRun)));
                    sink.settle(result);
                    yield JobCalls.answer(result.map(_ -> Reply.json(
                            200,
                            json -> json.object()
                                    .field("success", true)
                                    .field("smile_job_id", JobResult.smileJobId(promised.job()))
                                    .end())));
                } catch (BadZip e) {
                    Refusal unsure = freeJobId(request, realm, promised, dryRun);
                    yield unsure == null
                            ? JobsWording.ofZip(String.valueOf(e.getMessage())).reply()
                            : JobsWording.of(unsure).reply();
                } catch (Refused e) {
                    Refusal unsure = e.fault() instanceof Fault.BodyTooLarge
                            ? freeJobId(request, realm, promised, dryRun)
                            : null;
                    if (unsure == null) {
                        throw e;
                    }
                    yield JobsWording.of(unsure).reply();
                }
            }
        };
    }

    /// Lets the partner reserve the job id again after an upload that was of no use. The address stays good until
    /// then.
    ///
    /// @return why it is not known whether that is stored; null when it is, or another reservation has taken its
    ///     place
    private @Nullable Refusal freeJobId(Request request, long realm, Jobs.Promised promised, boolean dryRun) {
        Job.Reservation reservation = promised.reservation();
        Command command = new Command.FreeJobId(reservation.job().jobId(), reservation.token());
        return Remembering.unsure(directory.execute(onBehalf(request, realm, promised, command, dryRun)));
    }

    private static WriteRequest submission(
            Request request, long realm, Jobs.Promised promised, Evidence file, boolean dryRun) {
        Job.Reservation reservation = promised.reservation();
        Command command = new Command.SubmitJob(reservation.job(), reservation.token(), file);
        return onBehalf(request, realm, promised, command, dryRun);
    }

    /// A request on the account that asked for the address.
    private static WriteRequest onBehalf(
            Request request, long realm, Jobs.Promised promised, Command command, boolean dryRun) {
        return new WriteRequest(
                realm,
                new Write(promised.actor(), null, List.of(command), null),
                new Origin(Enrollees.DIALECT, request.serverId(), request.clientId(), null),
                null,
                dryRun,
                0);
    }
}
