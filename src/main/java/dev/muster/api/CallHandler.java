package dev.muster.api;

import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import java.util.function.Function;

/// Answers the calls of one dialect: for a caller who is proven it carries the call out, and it renders refusals.
///
/// @param renderer makes the dialect's reply of a refusal
public record CallHandler(Authenticator authenticator, Function<Refusal, Reply> renderer) {
    /// Carries out a call.
    public interface Call {
        /// The reply to that caller.
        ///
        /// @throws RefusedException when it is refused
        Reply answer(Caller caller);
    }

    /// The reply to a call.
    ///
    /// @param proof who asks, or why that is not known
    public Reply answer(Request request, Result<Caller> proof, Call call) {
        return switch (proof) {
            case Result.Refused<Caller>(var refusal) -> renderer.apply(refusal);
            case Result.Ok<Caller>(var caller) -> {
                request.proven();
                try {
                    yield call.answer(caller);
                } catch (RefusedException e) {
                    // That they may not is noted.
                    authenticator.noted(caller, RemoteClients.of(request), Result.refused(e.refusal()));
                    yield renderer.apply(e.refusal());
                }
            }
        };
    }
}
