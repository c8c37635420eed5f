package dev.muster.api.smileid;

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
import dev.muster.security.RequestSignatures.Signed;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has the register remember what a request was signed with, where the request itself never comes to it: it has no
/// route, cannot be read, is refused for its shape or its environment, or it only asks. Whoever has seen it has seen
/// its signature, which must then carry no deletion.
final class SignatureMemory {
    private static final byte[] NOTHING = {};
    private static final Duration SOON = Duration.ofSeconds(1);

    private final WriteGateway gateway;
    private final Authenticator authenticator;

    SignatureMemory(Directory directory, Authenticator authenticator) {
        this.gateway = new WriteGateway(directory, Enrollees.DIALECT);
        this.authenticator = authenticator;
    }

    /// Carries out a signed call. Where it is refused before its signature is proven, the signature is remembered
    /// first; a failure to remember it is what is refused then.
    ///
    /// @param read the body, as far as it can be read
    /// @param partner the field with the partner's id
    /// @param asked what the fields ask for
    /// @param proof whose key signed it
    <A> Result<Reply> carryOut(
            Request request,
            Result<SmileFields> read,
            String partner,
            Function<SmileFields, Result<A>> asked,
            Function<A, Result<Caller>> proof,
            BiFunction<A, Caller, Result<Reply>> action) {
        Result<Supplier<Result<Reply>>> proven = read.then(asked)
                .then(call -> proof.apply(call)
                        .map(caller -> () ->
                                authenticator.noted(caller, RemoteClients.of(request), action.apply(call, caller))));
        return switch (proven) {
            case Result.Ok<Supplier<Result<Reply>>>(var carriedOut) -> carriedOut.get();
            case Result.Refused<Supplier<Result<Reply>>>(var refusal) -> {
                Signed signed = read instanceof Result.Ok<SmileFields>(var fields) ? fields.signedIfAny(partner) : null;
                Refusal unsure = signed == null ? unread(request, request.body()) : rememberIfSigned(request, signed);
                yield Result.refused(unsure == null ? refusal : unsure);
            }
        };
    }

    /// Remembers the signatures in a request that is refused because there is no such path or method.
    ///
    /// @throws HttpException with Overloaded when they could not be remembered
    void watch(Request request) {
        if (unread(request, bodyOf(request)) != null) {
            throw new HttpException(new Fault.Overloaded(SOON));
        }
    }

    /// A body that does not come, or is too long to be one of these calls, is left alone: the request is refused
    /// anyway.
    private static byte[] bodyOf(Request request) {
        try {
            return request.body();
        } catch (HttpException unreadable) {
            return NOTHING;
        }
    }

    /// Why what looks like a signature may not be remembered; null when it is, or when nothing was signed.
    private @Nullable Refusal unread(Request request, byte[] body) {
        for (Signed signed : SignatureScanner.in(request, body)) {
            Refusal unsure = rememberIfSigned(request, signed);
            if (unsure != null) {
                return unsure;
            }
        }
        return null;
    }

    private @Nullable Refusal rememberIfSigned(Request request, Signed signed) {
        return switch (authenticator.signatures().signer(signed)) {
            case Result.Ok<Caller>(var caller) -> unsure(remember(request, signed, caller));
            case Result.Refused<Caller>(var refusal) -> unsure(Result.refused(refusal));
        };
    }

    /// Remembers a signature that is `caller`'s.
    Result<Change> remember(Request request, Signed signed, Caller caller) {
        WriteGateway.Asker asker = new WriteGateway.Asker(
                caller.actor(), caller.realm().id(), null, new WriteGateway.Signature(signed.signature(), false));
        return gateway.write(request, asker, null, List.of(new Command.NoteSignature()), WriteHeaders.NONE);
    }

    /// Why it is not known whether something was stored; null when it was, or will not be: a request that the rules
    /// refuse stores its signature all the same.
    static @Nullable Refusal unsure(Result<?> result) {
        if (!(result instanceof Result.Refused<?>(var refusal))) {
            return null;
        }
        boolean done = !(refusal instanceof Refusal.Busy
                || refusal instanceof Refusal.StorageFull
                || refusal instanceof Refusal.OfServer);
        return done ? null : refusal;
    }
}
