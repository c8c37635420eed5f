package dev.muster.http.engine;

import dev.muster.http.Compression;
import dev.muster.http.Fault;
import dev.muster.http.Form;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Identity;
import dev.muster.http.LiveContent;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.ReplyHeader;
import dev.muster.http.Request;
import dev.muster.http.UrlEncoded;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.commons.io.output.CountingOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Handles one request and sends the reply.
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final HeaderName SERVER_ID = HeaderNames.create("Muster-Request-Id");

    /// The name of a header line that begins with a colon. Helidon accepts such a line; we refuse the
    /// request.
    private static final HeaderName NO_NAME = HeaderNames.create("");

    private static final byte[] NOTHING = {};

    /// Replies up to this size need no permit.
    private static final int SHORT_REPLY_BYTES = 64 << 10;

    private final long began = System.nanoTime();
    final Dispatch dispatch;
    final Connection connection;
    final RoutingRequest received;
    final Body body;
    final String serverId;
    final @Nullable String clientId;
    private final RoutingResponse response;
    private final Connections connections;
    private final String id;

    private @Nullable ReceivedRequest request;

    /// The path without the server's base path; empty until it is known.
    private String path = "";

    /// The matched route, or the placeholder of the API that renders a refusal; null until one of them is needed.
    private RouteTree.@Nullable Entry entry;

    private boolean malformed;
    private boolean rendering;
    private boolean streaming;
    private @Nullable LiveContent live;

    /// Whether the client disconnected during a live reply, so that its end cannot be sent.
    private boolean unfinished;

    private int replyRoom;
    private long bytes;

    Exchange(Dispatch dispatch, Connection connection, RoutingRequest received, RoutingResponse response) {
        this.dispatch = dispatch;
        this.connections = dispatch.connections;
        this.connection = connection;
        this.received = received;
        this.response = response;
        this.body = new Body(received, connection, connections.limits, dispatch.proxies);
        this.serverId = connection.requestIds.newId();
        this.clientId = RequestIds.validOrNull(
                received.headers().contains(ReplyHeaders.REQUEST_ID)
                        ? received.headers().get(ReplyHeaders.REQUEST_ID).get()
                        : null);
        this.id = clientId == null ? serverId : clientId;
    }

    void run() {
        try {
            reply();
        } finally {
            if (replyRoom > 0) {
                connections.replyBytes.release(replyRoom);
            }
            if (streaming) {
                connections.streams.release(1);
            }
            if (live != null) {
                live.close();
            }
        }
    }

    private void reply() {
        Reply reply = answer();
        connection.releaseMemory();
        boolean goOn = !malformed
                && body.discard()
                && !connections.stopping()
                && !connection.isHttp10()
                && !closeAsked()
                && live == null;
        long rendered = System.nanoTime();
        reply = send(reply, goOn);
        long nanos = System.nanoTime() - began;
        // The time for which a client listened says nothing about the speed of the route.
        RouteMeters meters = entry().meters();
        meters.record(reply.status(), live == null ? nanos : rendered - began);
        Identity identity = request == null ? null : request.identity();
        dispatch.log.answered(meters, reply.status(), nanos, bytes, serverId, identity);
        if (goOn) {
            connection.end();
            return;
        }
        body.linger();
        // Otherwise Helidon would parse the rest of this request's body as the next request.
        throw new CloseConnectionException("closed after the reply");
    }

    private Reply answer() {
        try {
            Reply handled = handle();
            live = handled.live();
            Reply reply = Compression.applied(handled, acceptEncoding());
            int length = reply.body().length;
            if (length > SHORT_REPLY_BYTES) {
                connections.replyBytes.acquire(length);
                replyRoom = length;
            }
            releaseRenderPermit();
            if (reply.content() != null || replyRoom > 0) {
                body.skip();
            }
            if (reply.content() != null) {
                connections.streams.acquire(1);
                streaming = true;
            }
            return reply;
        } catch (HttpException refused) {
            // After malformed HTTP the following bytes are ambiguous, so the connection is closed.
            malformed = refused.fault() instanceof Fault.Malformed;
            return refusal(refused.fault());
        } catch (CloseConnectionException gone) {
            throw gone;
        } catch (InterruptedException e) {
            // Handlers are interrupted only when the server stops, after the grace period.
            throw new CloseConnectionException("interrupted", e);
        } catch (Exception | StackOverflowError | AssertionError e) {
            return bug(e);
        } finally {
            releaseRenderPermit();
        }
    }

    private @Nullable String acceptEncoding() {
        return received.headers().contains(HeaderNames.ACCEPT_ENCODING)
                ? String.join(",", received.headers().all(HeaderNames.ACCEPT_ENCODING, List::of))
                : null;
    }

    private void releaseRenderPermit() {
        if (rendering) {
            connections.largeReplies.release(1);
            rendering = false;
        }
    }

    /// See [Request#pauseRendering].
    boolean pauseRendering(Request.Pause pause) throws InterruptedException {
        boolean held = rendering;
        releaseRenderPermit();
        boolean interrupted = pause(pause);
        if (held) {
            connections.largeReplies.acquire(1);
            rendering = true;
        }
        return !interrupted;
    }

    /// @return whether the server is stopping
    private boolean pause(Request.Pause pause) throws InterruptedException {
        PausedHandler paused = connections.pause();
        try {
            pause.await();
        } catch (InterruptedException e) {
            if (!connections.resume(paused)) {
                throw e;
            }
            return true;
        }
        return connections.resume(paused);
    }

    private Reply handle() throws Exception {
        HttpPrologue prologue = received.prologue();
        path = dispatch.routes.ownPath(prologue.uriPath().rawPath());
        if (connections.stopping()) {
            throw new HttpException(new Fault.Overloaded(Dispatch.RETRY_AFTER));
        }
        if (!path.startsWith("/") || prologue.fragment().hasValue()) {
            throw new HttpException(new Fault.Malformed("The request line is malformed."));
        }
        if (received.headers().contains(NO_NAME)
                || !connection.hosts.areFine(received.headers(), connection.isHttp10())) {
            throw new HttpException(new Fault.Malformed(Dispatch.BAD_HEAD));
        }
        if (connection.isHttp10() && received.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            // HTTP/1.0 has no transfer codings, so a proxy may have parsed the body differently.
            throw new HttpException(new Fault.Malformed("HTTP/1.0 has no transfer codings."));
        }
        Form query = prologue.hasQuery() ? UrlEncoded.query(prologue.query().rawValue()) : Form.EMPTY;
        RouteTree.Found found = dispatch.routes.find(path);
        if (found == null) {
            showToWatch(query);
            throw new HttpException(new Fault.NoSuchPath());
        }
        String token = prologue.method().text();
        Method method = Method.of(token);
        RouteTree.Entry matched = method == null ? null : found.entries().get(method);
        if (matched == null) {
            entry = dispatch.routes.unmatched(found.httpApi());
            showToWatch(query);
            throw new HttpException(new Fault.MethodNotAllowed(printable(token), found.allowed()));
        }
        entry = matched;
        if (matched.route().large()) {
            connections.largeReplies.acquire(1);
            rendering = true;
        }
        ReceivedRequest known = new ReceivedRequest(this, matched, found.values(), query, path);
        request = known;
        return matched.route().handler().handle(known);
    }

    private RouteTree.Entry entry() {
        RouteTree.Entry known = entry;
        if (known == null) {
            known = dispatch.routes.unmatched(path);
            entry = known;
        }
        return known;
    }

    private void showToWatch(Form query) {
        RouteTree.Entry unmatched = entry();
        HttpApi.Watch watch = unmatched.httpApi().watch();
        if (watch != null) {
            watch.inspect(new ReceivedRequest(this, unmatched, List.of(), query, path));
        }
    }

    private static String printable(String method) {
        return method.matches("[A-Za-z-]{0,32}") ? method : "?";
    }

    private Reply refusal(Fault fault) {
        return ReplyHeaders.refusal(entry().httpApi(), fault, id, serverId);
    }

    private Reply bug(Throwable e) {
        LOG.error(
                "request {}: {} {} failed",
                serverId,
                entry().meters().method(),
                entry().meters().template(),
                e);
        return refusal(new Fault.Internal());
    }

    private boolean closeAsked() {
        // The presence of the header is checked first, because the header is rare and searching for a token is slow.
        return received.headers().contains(HeaderNames.CONNECTION)
                && received.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    }

    /// @return the reply that was sent, which is not `reply` if a stream failed before its first bytes
    private Reply send(Reply reply, boolean goOn) {
        if (!goOn) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        dispatch.headers.set(response.headers(), reply, id);
        if (clientId != null) {
            response.headers().set(HeaderValues.create(SERVER_ID, serverId));
        }
        if (request != null) {
            List<ReplyHeader> more = request.replyHeaders();
            for (int i = 0; i < more.size(); i++) {
                ReplyHeader header = more.get(i);
                response.headers().set(HeaderValues.create(dispatch.headers.name(header.name()), header.value()));
            }
        }
        response.status(ReplyHeaders.statusOf(reply.status()));
        boolean headOnly = received.prologue().method().text().equals("HEAD");
        LiveContent lasting = reply.live();
        Reply.Content content = lasting == null ? reply.content() : out -> sendLive(lasting, out);
        if (content != null && !headOnly) {
            Reply instead = stream(content);
            return instead == null ? reply : send(instead, goOn);
        }
        byte[] whole = reply.body();
        if (headOnly) {
            if (whole.length > 0) {
                response.headers().contentLength(whole.length);
            }
            whole = NOTHING;
        }
        bytes = whole.length;
        response.send(whole);
        return reply;
    }

    private void sendLive(LiveContent lasting, OutputStream out) throws IOException {
        LiveConnection client = new LiveConnection(connection, out);
        connections.began(client);
        client.watch();
        try {
            lasting.sendTo(client);
        } catch (IOException e) {
            // Most live replies end because the client disconnects, which is not an error.
            if (!client.isGone()) {
                throw e;
            }
        } catch (InterruptedException e) {
            throw new CloseConnectionException("interrupted", e);
        } finally {
            connections.ended(client);
        }
        unfinished = client.isGone();
    }

    /// @return a reply to send instead, if the stream failed before anything was sent; null on success
    private @Nullable Reply stream(Reply.Content content) {
        // HTTP/1.0 has no chunked coding, so the end of the connection marks the end of the body.
        UnframedBody unframed = connection.isHttp10() && !response.headers().contains(HeaderNames.CONTENT_LENGTH)
                ? new UnframedBody(response, connection.dataWriter())
                : null;
        try {
            if (unframed == null) {
                CountingOutputStream out = new CountingOutputStream(response.outputStream());
                content.writeTo(out);
                bytes = out.getByteCount();
                if (unfinished) {
                    return null;
                }
                // Without the flush, a short reply would be sent with a length instead of in chunks.
                out.flush();
                out.close();
                response.commit();
            } else {
                content.writeTo(unframed);
                bytes = unframed.length();
                if (!unfinished) {
                    unframed.end();
                }
            }
            return null;
        } catch (CloseConnectionException gone) {
            throw gone;
        } catch (IOException | RuntimeException e) {
            if (unframed == null ? response.reset() : unframed.reset()) {
                return e instanceof HttpException refused ? refusal(refused.fault()) : bug(e);
            }
            LOG.error(
                    "request {}: {} failed while its reply was sent",
                    serverId,
                    entry().meters().template(),
                    e);
            if (unframed != null) {
                connection.reset();
            }
            // Without the last chunk, the client knows that the reply is incomplete.
            throw new CloseConnectionException("a streamed reply failed", e);
        }
    }
}
