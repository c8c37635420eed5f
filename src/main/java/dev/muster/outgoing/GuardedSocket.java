package dev.muster.outgoing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/// A socket that connects only to addresses that the [AddressRules] allow, and never through a proxy, because the
/// address to which a proxy connects could not be checked. [CheckedResolver] has already checked the address, but this
/// check does not depend on how the HTTP client resolves names.
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
        // Resolving the name or trying earlier addresses may have taken all the time.
        if (deadline.hasPassed()) {
            throw new SocketTimeoutException("too late to connect");
        }
        super.connect(endpoint, timeoutMillis);
    }
}
