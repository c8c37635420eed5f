package dev.muster.api;

import dev.muster.http.Identity;
import dev.muster.http.ReplyHeader;
import dev.muster.http.Request;
import dev.muster.model.tenant.Quotas;
import dev.muster.security.AuthenticationListener;
import dev.muster.security.Caller;
import dev.muster.security.KeyRates;

/// Attributes a request to its sender: the access log names the realm and the credential, and the reply to a request
/// with
/// a key reports the key's remaining quota in the headers of `draft-ietf-httpapi-ratelimit-headers`, with one policy
/// called `key`, in requests per second.
record RequestAttribution(Request request) implements AuthenticationListener {
    private static final long DEFAULT_LIMIT = Quotas.DEFAULT.requestsPerSecond();
    private static final ReplyHeader DEFAULT_POLICY = policy(DEFAULT_LIMIT);

    @Override
    public void authenticated(Caller caller) {
        request.identify(new Named(caller));
    }

    @Override
    public void charged(KeyRates.RemainingQuota left) {
        request.answerWith(left.limit() == DEFAULT_LIMIT ? DEFAULT_POLICY : policy(left.limit()));
        request.answerWith(new ReplyHeader("RateLimit", "\"key\";r=" + left.remaining() + ";t=" + left.seconds()));
    }

    private static ReplyHeader policy(long limit) {
        return new ReplyHeader("RateLimit-Policy", "\"key\";q=" + limit + ";w=1");
    }

    /// The identity of a caller. The ids are formatted only when the log's writer thread needs them.
    private record Named(Caller caller) implements Identity {
        @Override
        public String realm() {
            return caller.realmText();
        }

        @Override
        public String credential() {
            return caller.credentialText();
        }
    }
}
