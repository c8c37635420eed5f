package dev.muster.api.smileid;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.Directory;
import dev.muster.http.Fault;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.RequestSignatures.RequestSignature;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Stores the signatures of requests that write nothing else, which are those that have no route, are malformed, are
/// refused because of their format or environment, or only read. Anyone who has seen such a request knows its
/// signature, so the signature must not be accepted for a deletion.
final class SignatureMemory {
    private static final byte[] NOTHING = {};
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final WriteGateway gateway;
    private final Authenticator authenticator;
    private final Function<Refusal, Reply> renderer;

    /// @param renderer the function that renders the reply to a refused call
    SignatureMemory(Directory directory, Authenticator authenticator, Function<Refusal, Reply> renderer) {
        this.gateway = new WriteGateway(directory, EnrolleeEndpoint.DIALECT);
        this.authenticator = authenticator;
        this.renderer = renderer;
    }

    /// Executes a signed call. If it is refused before its signature is verified, the signature is stored first; if
    /// storing it fails, the reply reports that failure instead.
    ///
    /// @param read the parsed body
    /// @param partner the field with the partner's id
    /// @param asked a function that parses the call from the fields
    /// @param proof a function that verifies the signature
    <A> Reply carryOut(
            Request request,
            Result<SmileFields> read,
            String partner,
            Function<SmileFields, Result<A>> asked,
            Function<A, Result<Caller>> proof,
            BiFunction<A, Caller, Reply> action) {
        A call;
        Caller caller;
        try {
            call = unlessRefused(read.then(asked));
            caller = unlessRefused(proof.apply(call));
        } catch (RefusedException e) {
            RequestSignature signed =
                    read instanceof Result.Ok<SmileFields>(var fields) ? fields.signedIfAny(partner) : null;
            Refusal unsure = signed == null ? unread(request, request.body()) : rememberIfSigned(request, signed);
            return renderer.apply(unsure == null ? e.refusal() : unsure);
        }
        try {
            return action.apply(call, caller);
        } catch (RefusedException e) {
            authenticator.noted(caller, RemoteClients.of(request), Result.refused(e.refusal()));
            return renderer.apply(e.refusal());
        }
    }

    /// Stores the signatures in a request without a route.
    ///
    /// @throws HttpException with Overloaded if a signature could not be stored
    void watch(Request request) {
        if (unread(request, bodyOf(request)) != null) {
            throw new HttpException(new Fault.Overloaded(RETRY_AFTER));
        }
    }

    /// The body; empty if it is unreadable or too long, which is enough, because the request is refused in any
    /// case.
    private static byte[] bodyOf(Request request) {
        try {
            return request.body();
        } catch (HttpException unreadable) {
            return NOTHING;
        }
    }

    /// Stores all signatures in the request. Returns the refusal if one could not be stored; null if all were
    /// stored or there are none.
    private @Nullable Refusal unread(Request request, byte[] body) {
        for (RequestSignature signed : SignatureScanner.in(request, body)) {
            Refusal unsure = rememberIfSigned(request, signed);
            if (unsure != null) {
                return unsure;
            }
        }
        return null;
    }

    private @Nullable Refusal rememberIfSigned(Request request, RequestSignature signed) {
        return switch (authenticator.signatures().signer(signed)) {
            case Result.Ok<Caller>(var caller) -> unstoredRefusal(remember(request, signed, caller));
            case Result.Refused<Caller>(var refusal) -> unstoredRefusal(Result.refused(refusal));
        };
    }

    /// Stores a signature that `caller` made.
    Result<Change> remember(Request request, RequestSignature signed, Caller caller) {
        WriteGateway.Requester requester = new WriteGateway.Requester(
                caller.actor(), caller.realm().id(), null, new WriteGateway.Signature(signed.signature(), false));
        return gateway.write(request, requester, null, List.of(new Command.NoteSignature()), WriteHeaders.NONE);
    }

    /// The refusal if a write was not stored or may not have been stored; otherwise null. A write that the rules
    /// refuse also stores its signature.
    static @Nullable Refusal unstoredRefusal(Result<?> result) {
        if (!(result instanceof Result.Refused<?>(var refusal))) {
            return null;
        }
        boolean done = !(refusal instanceof Refusal.Busy
                || refusal instanceof Refusal.StorageFull
                || refusal instanceof Refusal.OfServer);
        return done ? null : refusal;
    }
}
