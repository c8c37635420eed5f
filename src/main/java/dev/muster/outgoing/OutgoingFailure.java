package dev.muster.outgoing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/// Thrown if a request got no response. The message is for the tenant who chose the URL. It contains no address, and
/// does not reveal whether a name can be resolved, so that tenants cannot find out which names only this network
/// resolves.
public final class OutgoingFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    private OutgoingFailure(Kind kind, Exception cause) {
        super(kind.text, cause);
        this.kind = kind;
    }

    /// What failed.
    public enum Kind {
        FORBIDDEN("the host has no address that may be called"),
        /// The name cannot be resolved. The message is the same as for [#FORBIDDEN], because a difference would reveal
        /// to tenants which names only this network resolves.
        UNKNOWN_HOST(FORBIDDEN.text),
        /// There is no route to the host.
        UNREACHABLE("the host cannot be reached"),
        REFUSED("the host refused the connection"),
        /// The certificate may be untrusted, for example.
        TLS("the TLS handshake failed"),
        TIMED_OUT("there was no reply in time"),
        /// The connection broke, or the response is not HTTP.
        BROKEN("the connection ended before the reply did");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /// The message for a tenant.
        public String text() {
            return text;
        }
    }

    public Kind kind() {
        return kind;
    }

    /// @param late whether the deadline had passed, in which case the connection was closed for that reason
    static OutgoingFailure of(Exception e, boolean late) {
        return new OutgoingFailure(late ? Kind.TIMED_OUT : kind(e), e);
    }

    private static Kind kind(Exception e) {
        return switch (e) {
            case CheckedResolver.ForbiddenAddress _ -> Kind.FORBIDDEN;
            case UnknownHostException _ -> Kind.UNKNOWN_HOST;
            // This exception is also thrown if connecting takes too long.
            case SocketTimeoutException _ -> Kind.TIMED_OUT;
            case NoRouteToHostException _ -> Kind.UNREACHABLE;
            case ConnectException _ -> Kind.REFUSED;
            case SSLException _ -> Kind.TLS;
            default -> Kind.BROKEN;
        };
    }
}
