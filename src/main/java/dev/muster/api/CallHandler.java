package dev.muster.api;

import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import java.util.function.Function;

/// Handles the calls of one dialect: executes a call for an authenticated caller, and renders refusals.
///
/// @param renderer the function that converts a refusal to the dialect's reply
public record CallHandler(Authenticator authenticator, Function<Refusal, Reply> renderer) {
    /// A call of the dialect.
    public interface Call {
        /// Replies to an authenticated caller.
        ///
        /// @throws RefusedException if the call is refused
        Reply answer(Caller caller);
    }

    /// Executes a call and returns its reply, or the rendered refusal.
    ///
    /// @param proof the authenticated caller, or the refusal if authentication failed
    public Reply answer(Request request, Result<Caller> proof, Call call) {
        return switch (proof) {
            case Result.Refused<Caller>(var refusal) -> renderer.apply(refusal);
            case Result.Ok<Caller>(var caller) -> {
                request.markAuthenticated();
                try {
                    yield call.answer(caller);
                } catch (RefusedException e) {
                    // This logs a missing permission.
                    authenticator.noted(caller, RemoteClients.of(request), Result.refused(e.refusal()));
                    yield renderer.apply(e.refusal());
                }
            }
        };
    }
}
