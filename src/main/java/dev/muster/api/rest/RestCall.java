package dev.muster.api.rest;

import dev.muster.api.WriteHeaders;
import dev.muster.http.Request;
import dev.muster.model.credential.Actor;
import dev.muster.security.Caller;

/// A request whose caller is known.
///
/// @param headers what they say of how a write is to be done; [WriteHeaders#NONE] for a `GET`
record RestCall(Request request, Caller caller, WriteHeaders headers) {

    Actor actor() {
        return caller.actor();
    }

    /// The caller's realm, which is all that a partner's key can see.
    long realm() {
        return caller.realm().id();
    }

    /// A path of this API as clients have to ask for it.
    String at(String path) {
        return request.at(path);
    }

    /// Reads what was sent; begun anew each time.
    RestFields input() {
        return new RestFields(request);
    }
}
