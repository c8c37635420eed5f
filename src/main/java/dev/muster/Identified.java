package dev.muster;

import dev.muster.http.Face;
import dev.muster.http.Identity;
import dev.muster.http.Route;
import dev.muster.security.Caller;
import dev.muster.security.Proven;

/// Has the access log name the realm and the credential of each request that has proven one.
final class Identified {
    private Identified() {}

    static Face face(Face face) {
        return new Face(
                face.name(),
                face.base(),
                face.routes().stream().map(Identified::route).toList(),
                face.faults(),
                face.watch());
    }

    private static Route route(Route route) {
        return route.by(request -> Proven.telling(
                caller -> request.identify(new Named(caller)),
                () -> route.handler().handle(request)));
    }

    /// Texts are made where they are needed, which is not in the request's own thread.
    private record Named(Caller caller) implements Identity {
        @Override
        public String realm() {
            return caller.realmText();
        }

        @Override
        public String credential() {
            return caller.credentialText();
        }
    }
}
