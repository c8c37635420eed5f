package dev.muster.api.rest;

import dev.muster.api.WriteHeaders;
import dev.muster.http.Request;
import dev.muster.model.credential.Actor;
import dev.muster.security.Caller;

/// A request with an authenticated caller.
///
/// @param headers the headers that control a write; [WriteHeaders#NONE] for a `GET`
record RestCall(Request request, Caller caller, WriteHeaders headers) {

    Actor actor() {
        return caller.actor();
    }

    /// The caller's realm, which is the only one that a partner's key can access.
    long realm() {
        return caller.realm().id();
    }

    /// Prepends the base path to a path of this API.
    String at(String path) {
        return request.at(path);
    }

    /// Creates a new reader for the request.
    RestFields input() {
        return new RestFields(request);
    }
}
