package dev.muster.cli.client;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// An HTTP client for one server. Only commands that need a server create one.
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_TRIES = 4;
    private static final long MAX_PAUSE_SECONDS = 5;

    private final URI server;
    private final String key;
    private final HttpClient http;

    /// @param server the server's URL, without a trailing slash
    /// @param trust the TLS context; null to trust Java's certificate authorities
    ApiClient(URI server, String key, @Nullable SSLContext trust) {
        this.server = server;
        this.key = key;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        http = (trust == null ? builder : builder.sslContext(trust)).build();
    }

    /// A response whose body has not been read yet.
    public record StreamedReply(int status, InputStream body) {}

    /// Sends a request and reads the whole response. Retries if the server is too busy or a rate limit is
    /// exceeded.
    public ApiReply send(ApiRequest request) {
        StreamedReply streamed = stream(request);
        try (InputStream body = streamed.body()) {
            return new ApiReply(streamed.status(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw connectionLost(request, e);
        }
    }

    public StreamedReply stream(ApiRequest request) {
        for (int tried = 1; ; tried++) {
            HttpResponse<InputStream> response = exchange(request);
            boolean passes = response.statusCode() == 503 || (response.statusCode() == 429 && isSoon(response));
            if (!passes || tried == MAX_TRIES || request.isSentOnce) {
                return new StreamedReply(response.statusCode(), response.body());
            }
            close(response.body());
            pause(response);
        }
    }

    private HttpResponse<InputStream> exchange(ApiRequest request) {
        try {
            return http.send(http(request), HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException | UnresolvedAddressException e) {
            throw unreachable("no server answers there; is it running (muster serve)?", e);
        } catch (SSLException e) {
            throw unreachable(untrusted(e), e);
        } catch (HttpTimeoutException e) {
            throw unreachable(
                    "the server did not answer in " + RESPONSE_TIMEOUT.toSeconds() + " s" + uncertaintyAdvice(request),
                    e);
        } catch (IOException e) {
            throw connectionLost(request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted" + uncertaintyAdvice(request), e);
        }
    }

    /// Explains a TLS failure, with a hint for failures for which Java's message gives none.
    private static String untrusted(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                return "the server's certificate was not signed by an authority that is trusted here;"
                        + " --ca-file or MUSTER_CA_FILE names a file with your own authority's certificate";
            }
            if (cause instanceof CertificateExpiredException) {
                return "the server's certificate has expired";
            }
        }
        String message = String.valueOf(failure.getMessage());
        return message.contains("plaintext") || message.contains("Unsupported or unrecognized SSL message")
                ? "the server does not speak TLS there; is it http:// instead of https://?"
                : "no trust could be established: " + message;
    }

    private HttpRequest http(ApiRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(server + request.target()));
        if (request.hasTimeout) {
            builder.timeout(RESPONSE_TIMEOUT);
        }
        if (!key.isEmpty()) {
            builder.header("Authorization", "Bearer " + key);
        }
        request.headers.forEach(builder::header);
        String body = request.body();
        if (body == null) {
            return builder.method(request.method, HttpRequest.BodyPublishers.noBody())
                    .build();
        }
        return builder.header("Content-Type", "application/json")
                .method(request.method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private CommandException connectionLost(ApiRequest request, IOException cause) {
        return unreachable("the connection broke off" + uncertaintyAdvice(request), cause);
    }

    private CommandException unreachable(String what, Exception cause) {
        String message =
                server + ": " + what + (what.endsWith("?") ? "" : ";") + " --url or MUSTER_URL names another server";
        return new CommandException(Exit.UNREACHABLE, message, cause);
    }

    /// Advice for a change that was sent but got no response; empty for a read.
    private static String uncertaintyAdvice(ApiRequest request) {
        return request.isRead() ? "" : "; check whether the change was carried out before sending it again";
    }

    /// Whether a rate limit ends soon, unlike the limit on failed attempts.
    private static boolean isSoon(HttpResponse<?> response) {
        return retryAfter(response) <= MAX_PAUSE_SECONDS;
    }

    private static long retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Long::parseLong)
                .orElse(1L);
    }

    private static void pause(HttpResponse<?> response) {
        try {
            Thread.sleep(Duration.ofSeconds(Math.min(retryAfter(response), MAX_PAUSE_SECONDS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // The body is not needed.
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
