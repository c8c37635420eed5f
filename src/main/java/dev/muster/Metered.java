package dev.muster;

import dev.muster.http.Face;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.security.KeyRates;

/// Has each reply to a request that came with a key say how many requests the key has left, as the IETF's draft
/// `draft-ietf-httpapi-ratelimit-headers` words it: one policy, called `key`, of requests in a second.
final class Metered {
    private Metered() {}

    static Face face(Face face) {
        return new Face(
                face.name(),
                face.base(),
                face.routes().stream().map(Metered::route).toList(),
                face.faults(),
                face.watch());
    }

    private static Route route(Route route) {
        return route.by(request -> KeyRates.telling(
                left -> tell(request, left), () -> route.handler().handle(request)));
    }

    private static void tell(Request request, KeyRates.Left left) {
        request.answerWith("RateLimit-Policy", "\"key\";q=" + left.limit() + ";w=1");
        request.answerWith("RateLimit", "\"key\";r=" + left.left() + ";t=" + left.seconds());
    }
}
