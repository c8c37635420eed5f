package dev.muster.api.smileid;

import dev.muster.directory.callbacks.CallbackFormat;
import dev.muster.directory.callbacks.JobResultNotice;
import dev.muster.http.json.JsonWriter;
import dev.muster.security.Authenticator;
import dev.muster.security.RequestSignatures.ReplySignature;
import org.jspecify.annotations.Nullable;

/// Renders the results of jobs for callbacks. The body is the bare result of a status query, signed with the secret
/// that signed the upload. As in replies, the timestamp is one that is refused in requests, so the receiver of a
/// callback cannot use its signature to call Muster.
public final class CallbackResults implements CallbackFormat {
    private final Authenticator authenticator;

    public CallbackResults(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public byte @Nullable [] body(JobResultNotice notice) {
        ReplySignature signed = authenticator
                .signatures()
                .sign(notice.realm(), notice.submittedBy().id());
        return signed == null
                ? null
                : JsonWriter.bytes(json -> JobResult.writeCallback(
                        json,
                        notice.job(),
                        notice.result(),
                        notice.userId(),
                        notice.realm().environment(),
                        signed));
    }
}
