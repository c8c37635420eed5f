package dev.muster.security.sso;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Calls identity providers: over https, to addresses that the [AddressRules] allow, without following
/// redirects, with limits on time, size and concurrent calls. Plain http is allowed only for the loopback
/// address, if the rules allow that: for tests and for a provider on the same machine.
///
/// Thread-safe.
public final class ProviderHttp implements HTTPRequestSender, ResourceRetriever {
    /// The maximum number of concurrent calls, over all tenants.
    private static final int AT_A_TIME = 16;

    private static final Duration CONNECT = Duration.ofSeconds(3);

    /// The timeout of a single read.
    private static final Duration READ = Duration.ofSeconds(5);

    /// The timeout of the whole response.
    private static final Duration WHOLE = Duration.ofSeconds(10);

    /// A provider's key set has about 10 kB.
    private static final int LARGEST = 256 << 10;

    private final AddressRules rules;
    private final SSLSocketFactory tls;
    private final Semaphore permits = new Semaphore(AT_A_TIME);

    /// @param tls determines which certificates are trusted
    public ProviderHttp(AddressRules rules, SSLSocketFactory tls) {
        this.rules = rules;
        this.tls = new GuardedSockets(tls, rules);
    }

    /// Sends a request.
    ///
    /// @throws IOException also if the address is not allowed or the response is too large or too slow
    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        try {
            if (!permits.tryAcquire(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
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
        long deadline = System.nanoTime() + WHOLE.toNanos();
        HttpURLConnection connection = open(request.getURL());
        try {
            connection.setRequestMethod(request.getMethod().name());
            for (Map.Entry<String, List<String>> header : request.getHeaderMap().entrySet()) {
                header.getValue().forEach(value -> connection.addRequestProperty(header.getKey(), value));
            }
            // A kept-alive connection would be reused without checking its address.
            connection.setRequestProperty("Connection", "close");
            String body = request.getBody();
            if (body != null) {
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            return response(connection, deadline);
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection open(URL url) throws IOException {
        boolean plain = "http".equals(url.getProtocol()) && isOwnLoopback(url.getHost());
        if (!plain && !"https".equals(url.getProtocol())) {
            throw new IOException("not https: " + url);
        }
        // Never through a proxy, because the address that a proxy calls cannot be checked here.
        HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(tls);
        }
        connection.setConnectTimeout(Math.toIntExact(CONNECT.toMillis()));
        connection.setReadTimeout(Math.toIntExact(READ.toMillis()));
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        return connection;
    }

    /// Whether the host is `localhost` or a literal loopback address, and the rules allow the loopback
    /// address.
    private boolean isOwnLoopback(String host) {
        return isLoopbackName(host) && rules.allows(InetAddress.getLoopbackAddress());
    }

    static boolean isLoopbackName(@Nullable String host) {
        return host != null && host.matches("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
    }

    private static HTTPResponse response(HttpURLConnection connection, long deadline) throws IOException {
        int status = connection.getResponseCode();
        HTTPResponse response = new HTTPResponse(status < 0 ? 0 : status);
        String type = connection.getContentType();
        if (type != null) {
            try {
                response.setContentType(type);
            } catch (ParseException e) {
                throw new IOException("not a content type", e);
            }
        }
        InputStream in =
                status < HttpURLConnection.HTTP_BAD_REQUEST ? connection.getInputStream() : connection.getErrorStream();
        if (in != null) {
            try (in) {
                response.setBody(text(in, deadline));
            }
        }
        return response;
    }

    private static String text(InputStream in, long deadline) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[8 << 10];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            all.write(piece, 0, read);
            if (all.size() > LARGEST) {
                throw new IOException("the answer is larger than " + LARGEST + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the answer took longer than " + WHOLE.toSeconds() + " s");
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
