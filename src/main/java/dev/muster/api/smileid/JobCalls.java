package dev.muster.api.smileid;

import dev.muster.api.ErrorText;
import dev.muster.directory.Core;
import dev.muster.http.HttpApi;
import dev.muster.http.Route;
import dev.muster.model.job.JobRequest;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.KeyGenerator;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes of the calls about jobs, and the constants that they share.
public final class JobCalls {
    /// The base path. Unknown paths below it are refused with this dialect's errors.
    private static final String BELOW = "/smileid";

    static final String USER_ID = "user_id";
    static final String JOB_ID = "job_id";

    private static final int MAX_ZIP_BYTES = 10 << 20;

    /// The maximum size of a body in bytes. It is low, because a body is read before its signature can be checked.
    /// A partner's extras have at most 8 KiB, but JSON escapes can make them longer.
    private static final int MAX_REQUEST_BYTES = 64 << 10;

    private final Uploads uploads;
    private final JobStatusEndpoint statuses;
    private final SignatureMemory signatureMemory;

    /// @param clock the clock that determines when links expire
    /// @param publicUrl the prefix of links, without a trailing slash; null to use the address of each
    ///     request
    public JobCalls(
            Core core,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            InstantSource clock,
            @Nullable URI publicUrl) {
        SmileAddresses addresses = new SmileAddresses(publicUrl);
        uploads = new Uploads(core, authenticator, keyGenerator, addresses);
        statuses = new JobStatusEndpoint(core, authenticator, clock, addresses);
        signatureMemory = new SignatureMemory(core.directory(), authenticator, JobErrors::reply);
    }

    public HttpApi httpApi() {
        return new HttpApi(
                "smileid-jobs",
                BELOW,
                List.of(
                        Route.post(SmileAddresses.BASE + "/upload", uploads::reserve)
                                .withBodyLimit(MAX_REQUEST_BYTES),
                        Route.put(SmileAddresses.UPLOAD, uploads::upload).withBodyLimit(MAX_ZIP_BYTES),
                        Route.post(SmileAddresses.BASE + "/job_status", statuses::status),
                        Route.get(SmileAddresses.IMAGE, statuses::image)),
                (fault, _) -> JobErrors.reply(ErrorText.of(fault)),
                signatureMemory::watch);
    }

    /// The job's user. A partner's user id is an external id or, if no user has that external id, a user id of
    /// Muster.
    static JobRequest.ForUser forUser(Identifier user) {
        return new JobRequest.ForUser(UserRef.externalIdOrId(user.text()), user.text(), user);
    }
}
