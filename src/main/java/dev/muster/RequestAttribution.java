package dev.muster;

import dev.muster.http.HttpApi;
import dev.muster.http.Identity;
import dev.muster.http.ReplyHeader;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.tenant.Quotas;
import dev.muster.security.AuthenticationListener;
import dev.muster.security.Caller;
import dev.muster.security.KeyRates;

/// Attributes each request to its sender: the access log names the realm and the credential, and replies to
/// requests with a key report the key's remaining quota in the headers of
/// `draft-ietf-httpapi-ratelimit-headers`, with one policy called `key`, in requests per second.
final class RequestAttribution {
    private static final long DEFAULT_LIMIT = Quotas.DEFAULT.requestsPerSecond();
    private static final ReplyHeader DEFAULT_POLICY = policy(DEFAULT_LIMIT);

    private RequestAttribution() {}

    static HttpApi httpApi(HttpApi httpApi) {
        return httpApi.withRoutes(
                httpApi.routes().stream().map(RequestAttribution::route).toList());
    }

    private static Route route(Route route) {
        return route.by(request -> AuthenticationListener.telling(
                new Sender(request), () -> route.handler().handle(request)));
    }

    private static ReplyHeader policy(long limit) {
        return new ReplyHeader("RateLimit-Policy", "\"key\";q=" + limit + ";w=1");
    }

    private record Sender(Request request) implements AuthenticationListener.Listener {
        @Override
        public void authenticated(Caller caller) {
            request.identify(new Named(caller));
        }

        @Override
        public void charged(KeyRates.RemainingQuota left) {
            request.answerWith(left.limit() == DEFAULT_LIMIT ? DEFAULT_POLICY : policy(left.limit()));
            request.answerWith(new ReplyHeader("RateLimit", "\"key\";r=" + left.remaining() + ";t=" + left.seconds()));
        }
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
