package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
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

/// Speaks HTTP to one server. Nothing here is loaded by a command that does not.
final class Client implements AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration ANSWERING = Duration.ofSeconds(60);
    private static final int TRIES = 4;
    private static final long LONGEST_PAUSE_SECONDS = 5;

    private final URI server;
    private final String key;
    private final HttpClient http;

    /// @param server without a slash at its end
    /// @param trust null for whom Java trusts
    Client(URI server, String key, @Nullable SSLContext trust) {
        this.server = server;
        this.key = key;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECTING);
        http = (trust == null ? builder : builder.sslContext(trust)).build();
    }

    /// An answer whose body has not been read.
    record Streamed(int status, InputStream body) {}

    /// Sends a call, again when the server is too busy or a rate is exceeded, and reads the whole answer.
    Reply send(Call call) {
        Streamed streamed = stream(call);
        try (InputStream body = streamed.body()) {
            return new Reply(streamed.status(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw brokenOff(call, e);
        }
    }

    Streamed stream(Call call) {
        for (int tried = 1; ; tried++) {
            HttpResponse<InputStream> response = exchange(call);
            boolean passes = response.statusCode() == 503 || (response.statusCode() == 429 && isSoon(response));
            if (!passes || tried == TRIES || call.isOnce()) {
                return new Streamed(response.statusCode(), response.body());
            }
            close(response.body());
            pause(response);
        }
    }

    private HttpResponse<InputStream> exchange(Call call) {
        try {
            return http.send(request(call), HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException | UnresolvedAddressException e) {
            throw unreachable("no server answers there; is it running (muster serve)?", e);
        } catch (SSLException e) {
            throw unreachable(untrusted(e), e);
        } catch (HttpTimeoutException e) {
            throw unreachable("the server did not answer in " + ANSWERING.toSeconds() + " s" + doubt(call), e);
        } catch (IOException e) {
            throw brokenOff(call, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted" + doubt(call), e);
        }
    }

    /// Why no TLS connection came about, in other words than Java's where those tell nobody what to do.
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

    private HttpRequest request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + call.target()));
        if (!call.isUnhurried()) {
            request.timeout(ANSWERING);
        }
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        call.headers().forEach(request::header);
        String body = call.body();
        if (body == null) {
            request.method(call.method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(call.method, HttpRequest.BodyPublishers.ofString(body));
        }
        return request.build();
    }

    private CommandException brokenOff(Call call, IOException cause) {
        return unreachable("the connection broke off" + doubt(call), cause);
    }

    private CommandException unreachable(String what, Exception cause) {
        String message =
                server + ": " + what + (what.endsWith("?") ? "" : ";") + " --url or MUSTER_URL names another server";
        return new CommandException(Exit.UNREACHABLE, message, cause);
    }

    /// What the caller cannot know once a change was sent and not answered.
    private static String doubt(Call call) {
        return call.method.equals("GET") ? "" : "; look whether the change was carried out before sending it again";
    }

    /// Whether a limit of the rate is over soon, rather than one of the guesses at a credential.
    private static boolean isSoon(HttpResponse<?> response) {
        return retryAfter(response) <= LONGEST_PAUSE_SECONDS;
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
            Thread.sleep(Duration.ofSeconds(Math.min(retryAfter(response), LONGEST_PAUSE_SECONDS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Nobody wants to read it.
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
