package dev.muster.outgoing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/// A socket that connects only to addresses which the [AddressRules] allow, and never through a proxy: the address
/// that a proxy calls could not be checked. [CheckedResolver] has checked the address already; this check does not
/// depend on how the HTTP client resolves names.
final class GuardedSocket extends Socket {
    private final AddressRules rules;
    private final Deadlines.Deadline deadline;

    /// @param deadline the time by which the exchange that opens this socket must end
    GuardedSocket(AddressRules rules, Deadlines.Deadline deadline) {
        // Without this, the JDK would use the proxy in the system property socksProxyHost.
        super(Proxy.NO_PROXY);
        this.rules = rules;
        this.deadline = deadline;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        if (!(endpoint instanceof InetSocketAddress address)
                || address.getAddress() == null
                || !rules.allows(address.getAddress())) {
            throw new ConnectException("not an address that may be called");
        }
        deadline.opens(this);
        // Resolving the name may have taken all the time, or earlier addresses may have.
        if (deadline.hasPassed()) {
            throw new SocketTimeoutException("too late to connect");
        }
        super.connect(endpoint, timeoutMillis);
    }
}
