package dev.muster.api.smileid;

import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.directory.lane.WriteRequest.Proof;
import dev.muster.http.Fault;
import dev.muster.http.Refused;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.security.Caller;
import dev.muster.security.Gate;
import dev.muster.security.Gate.Signed;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has the register remember what a request was signed with, where the request itself never comes to it: it has no
/// route, cannot be read, is refused for its shape or its environment, or it only asks. Whoever has seen it has seen
/// its signature, which must then carry no deletion.
final class Remembering {
    private static final byte[] NOTHING = {};
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Directory directory;
    private final Gate gate;

    Remembering(Directory directory, Gate gate) {
        this.directory = directory;
        this.gate = gate;
    }

    /// `refused` once the signature is remembered, if it is anybody's; that it could not be, where that is so.
    <T> Result<T> after(Request request, Input input, String partner, Result<T> refused) {
        Signed signed = input.signedIfAny(partner);
        Refusal unsure = signed == null ? unread(request, request.body()) : rememberIfSigned(request, signed);
        return unsure == null ? refused : Result.refused(unsure);
    }

    /// The same for a request whose body is not read as an object.
    <T> Result<T> after(Request request, Result<T> refused) {
        Refusal unsure = unread(request, request.body());
        return unsure == null ? refused : Result.refused(unsure);
    }

    /// Remembers the signatures in a request that is refused because there is no such path or method.
    ///
    /// @throws Refused with Overloaded when they could not be remembered
    void watch(Request request) {
        if (unread(request, bodyOf(request)) != null) {
            throw new Refused(new Fault.Overloaded(SOON));
        }
    }

    /// A body that does not come, or is too long to be one of these calls, is left alone: the request is refused
    /// anyway.
    private static byte[] bodyOf(Request request) {
        try {
            return request.body();
        } catch (Refused unreadable) {
            return NOTHING;
        }
    }

    /// Why what looks like a signature may not be remembered; null when it is, or when nothing was signed.
    private @Nullable Refusal unread(Request request, byte[] body) {
        for (Signed signed : LooseSignatures.in(request, body)) {
            Refusal unsure = rememberIfSigned(request, signed);
            if (unsure != null) {
                return unsure;
            }
        }
        return null;
    }

    private @Nullable Refusal rememberIfSigned(Request request, Signed signed) {
        return switch (gate.signer(signed)) {
            case Result.Ok<Caller>(var caller) -> unsure(remember(request, signed, caller));
            case Result.Refused<Caller>(var refusal) -> unsure(Result.refused(refusal));
        };
    }

    /// Remembers a signature that is `caller`'s.
    Result<Change> remember(Request request, Signed signed, Caller caller) {
        Write write = new Write(caller.actor(), null, List.of(new Command.NoteSignature()), null);
        return directory.execute(new WriteRequest(
                caller.realm().id(),
                write,
                new Origin(Enrollees.DIALECT, request.serverId(), request.clientId(), null),
                null,
                Proof.of(signed.signature(), Enrollees.DIALECT, write, false),
                false,
                request.body().length));
    }

    /// Why it is not known whether something was stored; null when it was, or will not be: a request that the rules
    /// refuse stores its signature all the same.
    static @Nullable Refusal unsure(Result<?> result) {
        if (!(result instanceof Result.Refused<?>(var refusal))) {
            return null;
        }
        boolean done = !(refusal instanceof Refusal.Busy
                || refusal instanceof Refusal.NoRoom
                || refusal instanceof Refusal.Unreadable
                || refusal instanceof Refusal.OutcomeUnknown
                || refusal instanceof Refusal.Clock);
        return done ? null : refusal;
    }
}
