package dev.muster.security.sso;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.outgoing.OutgoingReply;
import dev.muster.outgoing.OutgoingRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls identity providers over https. It calls only addresses that the rules of [OutgoingHttp] allow, does not follow
/// redirects, and limits the duration and size of calls and the number of concurrent calls. Plain http is allowed only
/// for the loopback address and only if the rules allow that address, which serves tests and providers on the same
/// machine.
///
/// Thread-safe.
public final class ProviderHttp implements HTTPRequestSender, ResourceRetriever {
    /// The maximum number of concurrent calls, over all tenants.
    private static final int MAX_CONCURRENT = 16;

    /// How long a call waits for other calls to end.
    private static final Duration PERMIT_TIMEOUT = Duration.ofSeconds(3);

    /// The timeout of the whole exchange.
    private static final Duration EXCHANGE_TIMEOUT = Duration.ofSeconds(10);

    /// The maximum size of a response in bytes. A provider's key set is about 10 kB long.
    private static final int MAX_RESPONSE_BYTES = 256 << 10;

    private final OutgoingHttp http;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);

    public ProviderHttp(OutgoingHttp http) {
        this.http = http;
    }

    /// Sends a request.
    ///
    /// @throws IOException if sending fails, if the address is not allowed, or if the response is too large or too
    ///     slow
    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        try {
            if (!permits.tryAcquire(PERMIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("too many calls to identity providers are in progress");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        try {
            return exchange(request);
        } finally {
            permits.release();
        }
    }

    /// Fetches a document with GET.
    @Override
    public Resource retrieveResource(URL url) throws IOException {
        ReadOnlyHTTPResponse response = send(new HTTPRequest(HTTPRequest.Method.GET, url));
        if (response.getStatusCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(url + " answered " + response.getStatusCode());
        }
        return new Resource(Objects.requireNonNullElse(response.getBody(), ""), null);
    }

    private ReadOnlyHTTPResponse exchange(ReadOnlyHTTPRequest request) throws IOException {
        URI url = checked(request.getURL());
        List<OutgoingRequest.Header> headers = request.getHeaderMap().entrySet().stream()
                .flatMap(header ->
                        header.getValue().stream().map(value -> new OutgoingRequest.Header(header.getKey(), value)))
                .toList();
        String body = request.getBody();
        return response(http.send(new OutgoingRequest(
                request.getMethod().name(),
                url,
                headers,
                body == null ? null : body.getBytes(StandardCharsets.UTF_8),
                EXCHANGE_TIMEOUT,
                MAX_RESPONSE_BYTES)));
    }

    private URI checked(URL url) throws IOException {
        boolean plain = "http".equals(url.getProtocol()) && isOwnLoopback(url.getHost());
        if (!plain && !"https".equals(url.getProtocol())) {
            throw new IOException("not https: " + url);
        }
        try {
            return URI.create(url.toString());
        } catch (IllegalArgumentException e) {
            throw new IOException("not a URL: " + url, e);
        }
    }

    /// Whether the host is `localhost` or a literal loopback address, and the rules allow the loopback
    /// address.
    private boolean isOwnLoopback(String host) {
        return isLoopbackName(host) && http.rules().allows(InetAddress.getLoopbackAddress());
    }

    static boolean isLoopbackName(@Nullable String host) {
        return host != null && host.matches("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
    }

    private static HTTPResponse response(OutgoingReply reply) throws IOException {
        if (!reply.isWhole()) {
            throw new IOException("the answer is larger than " + MAX_RESPONSE_BYTES + " bytes");
        }
        HTTPResponse response = new HTTPResponse(reply.status());
        if (reply.contentType() != null) {
            try {
                response.setContentType(reply.contentType());
            } catch (ParseException e) {
                throw new IOException("not a content type", e);
            }
        }
        response.setBody(new String(reply.body(), StandardCharsets.UTF_8));
        return response;
    }
}
