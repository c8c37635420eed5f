package dev.muster.api.smileid;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.api.evidence.EvidenceInfo;
import dev.muster.api.evidence.EvidenceZip;
import dev.muster.api.evidence.InvalidZipException;
import dev.muster.directory.Core;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.Jobs;
import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RequestSignatures.RequestSignature;
import dev.muster.security.SignedTime;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Accepts jobs. A first call reserves an upload URL, and a second call uploads the evidence. The second call is
/// attributed to the key that signed the first one.
final class Uploads {
    /// The error code for an unknown job type.
    static final String UNKNOWN_TYPE = "unknown_type";

    private static final int TOKEN_BYTES = 32;
    private static final String PARTNER = "smile_client_id";
    private static final String JOB_TYPE = "job_type";
    private static final String SANDBOX_RESULT = "sandbox_result";

    private final WriteGateway gateway;
    private final Jobs jobs;
    private final EvidenceFiles evidence;
    private final Authenticator authenticator;
    private final SignatureMemory signatureMemory;
    private final KeyGenerator keyGenerator;
    private final SmileAddresses addresses;

    Uploads(Core core, Authenticator authenticator, KeyGenerator keyGenerator, SmileAddresses addresses) {
        this.gateway = new WriteGateway(core.directory(), EnrolleeEndpoint.DIALECT);
        this.jobs = core.jobs();
        this.evidence = core.evidence();
        this.authenticator = authenticator;
        this.signatureMemory = new SignatureMemory(core.directory(), authenticator, JobErrors::reply);
        this.keyGenerator = keyGenerator;
        this.addresses = addresses;
    }

    // The reservation.

    private record Reservation(RequestSignature signed, JobRequest job, WriteHeaders headers) {}

    Reply reserve(Request request) {
        return signatureMemory.carryOut(
                request,
                SmileFields.of(request),
                PARTNER,
                Uploads::reservation,
                parsed -> proven(request, parsed),
                (parsed, caller) -> reserve(request, parsed, caller));
    }

    private Result<Caller> proven(Request request, Reservation parsed) {
        // A call that extends a user's rights requires a recent signature, because others may have seen an old one.
        SignedTime.MaxAge maxAge = parsed.job.permit() ? SignedTime.MaxAge.QUARTER_HOUR : SignedTime.MaxAge.DAY;
        return authenticator.signatures().check(parsed.signed, maxAge, RemoteClients.of(request));
    }

    private static Result<Reservation> reservation(SmileFields input) {
        RequestSignature signed = input.signed(PARTNER);
        SmileFields params = input.requiredPartnerParams();
        Identifier user = params.externalId(JobCalls.USER_ID);
        String jobId = params.jobId(JobCalls.JOB_ID);
        JobType type = type(params);
        Outcome sandboxResult = sandboxResult(params);
        String extras = input.extras(params, List.of(JobCalls.USER_ID, JobCalls.JOB_ID, JOB_TYPE));
        String callbackUrl = input.callbackUrl("callback_url");
        boolean retry = input.flagOrText("retry");
        boolean permit = input.flagOrText("allow_new_enroll");
        WriteHeaders headers = input.headers(input.request());
        if (headers.ifMatch() != null) {
            // The header is refused rather than ignored, because the client would otherwise believe that a version was
            // checked.
            input.fault("If-Match", "not_here", "is for calls that change one user");
        }
        return input.result(() -> new Reservation(
                signed,
                new JobRequest(jobId, type, JobCalls.forUser(user), extras, callbackUrl, permit, retry, sandboxResult),
                headers));
    }

    private static JobType type(SmileFields params) {
        int before = params.faults().size();
        int number = params.wholeNumber(JOB_TYPE);
        JobType type = JobType.of(number);
        if (type == null && params.faults().size() == before) {
            params.fault(JOB_TYPE, UNKNOWN_TYPE, "must be one of [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]");
        }
        // After an error, the type is a placeholder.
        return type == null ? new JobType(1) : type;
    }

    private static Outcome sandboxResult(SmileFields params) {
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

    private Reply reserve(Request request, Reservation parsed, Caller caller) {
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(keyGenerator.randomBytes(TOKEN_BYTES));
        Command command = new JobCommand.ReserveJob(
                parsed.job, jobs.uploadToken(caller.realm().id(), token));
        long realm = caller.realm().id();
        WriteGateway.Requester requester = new WriteGateway.Requester(
                caller.actor(), realm, null, new WriteGateway.Signature(parsed.signed.signature(), false));
        Change change = unlessRefused(gateway.write(request, requester, null, List.of(command), parsed.headers));
        return reserved(request, realm, change.job(), parsed.headers.dryRun() ? null : token);
    }

    /// @param token null for a preview, which reserves nothing
    private Reply reserved(Request request, long realm, Job job, @Nullable String token) {
        String url = token == null ? null : addresses.upload(request, realm, job.id(), token);
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
        SmileFields input = SmileFields.ofHeaders(request);
        boolean dryRun = input.headers(request).dryRun();
        long realm = SmileAddresses.realm(request);
        UUID job = SmileAddresses.id(request.path("job"));
        Result<Jobs.ReservedJob> promised = input.result(() -> request.path("token"))
                .then(token -> authenticator.uploadTo(
                        realm, RemoteClients.of(request), () -> jobs.promised(realm, job, token)));
        try {
            Jobs.ReservedJob found = unlessRefused(promised);
            // The token in the URL is the credential.
            request.markAuthenticated();
            try (EvidenceFiles.Sink sink = unlessRefused(evidence.take(realm, request.announced()))) {
                return submit(request, realm, found, sink, dryRun);
            }
        } catch (RefusedException e) {
            return JobErrors.reply(e.refusal());
        }
    }

    private Reply submit(
            Request request, long realm, Jobs.ReservedJob promised, EvidenceFiles.Sink sink, boolean dryRun)
            throws IOException {
        try {
            AtomicReference<EvidenceInfo> info = new AtomicReference<>(EvidenceInfo.NONE);
            Result<Evidence> filled = sink.fill(out -> info.set(EvidenceZip.copy(request.bodyStream(), out)));
            String callbackUrl = callbackUrl(promised.reservation().job(), info.get());
            Result<Change> result = filled.then(file -> submit(request, realm, promised, file, callbackUrl, dryRun));
            sink.settle(result);
            unlessRefused(result);
            return Reply.json(
                    200,
                    json -> json.object()
                            .field("success", true)
                            .field("smile_job_id", JobResult.smileJobId(promised.job()))
                            .end());
        } catch (InvalidZipException e) {
            freeJobId(request, realm, promised, dryRun);
            return JobErrors.reply(JobErrors.ofZip(String.valueOf(e.getMessage())));
        } catch (HttpException e) {
            if (e.fault() instanceof Fault.BodyTooLarge) {
                freeJobId(request, realm, promised, dryRun);
            }
            throw e;
        }
    }

    /// The callback URL in the zip, unless the request that reserved the job named one; null if there is none.
    ///
    /// @throws InvalidZipException if the URL cannot be used, because the partner would otherwise wait for a call
    ///     that never comes
    private static @Nullable String callbackUrl(JobRequest reserved, EvidenceInfo info) throws InvalidZipException {
        String named = info.callbackUrl();
        if (reserved.callbackUrl() != null || named == null || named.isBlank()) {
            return null;
        }
        Validator checks = new Validator();
        String url = checks.callbackUrl(named);
        if (!checks.passed()) {
            throw new InvalidZipException(
                    "the callback_url in its info.json is not an absolute https URL without a user.");
        }
        return url;
    }

    /// Lets the partner reserve the job id again after a refused upload. The upload URL stays valid until
    /// then.
    ///
    /// @throws RefusedException if the change was not stored or may not have been stored
    private void freeJobId(Request request, long realm, Jobs.ReservedJob promised, boolean dryRun) {
        Job.Reservation reservation = promised.reservation();
        Command command = new JobCommand.FreeJobId(reservation.job().jobId(), reservation.token());
        Refusal unsure = SignatureMemory.unstoredRefusal(
                gateway.sendStreamed(request, promised.actor(), realm, command, dryRun));
        if (unsure != null) {
            throw new RefusedException(unsure);
        }
    }

    /// Submits the job, attributed to the key that reserved it.
    ///
    /// @param callbackUrl the callback URL in the zip; null if there is none
    private Result<Change> submit(
            Request request,
            long realm,
            Jobs.ReservedJob promised,
            Evidence file,
            @Nullable String callbackUrl,
            boolean dryRun) {
        Job.Reservation reservation = promised.reservation();
        Command command = new JobCommand.SubmitJob(reservation.job(), reservation.token(), file, callbackUrl);
        return gateway.sendStreamed(request, promised.actor(), realm, command, dryRun);
    }
}
