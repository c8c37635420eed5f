package dev.muster.security.sso;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.SSLSocketFactory;

/// Opens TLS connections to addresses that the [AddressRules] allow. The address is checked when
/// connecting, after the name was resolved, so a name that resolves differently a moment later (DNS
/// rebinding) does not get around the rules.
final class GuardedSockets extends SSLSocketFactory {
    private final SSLSocketFactory tls;
    private final AddressRules rules;

    /// @param tls creates TLS over an existing connection
    GuardedSockets(SSLSocketFactory tls, AddressRules rules) {
        this.tls = tls;
        this.rules = rules;
    }

    /// An unconnected socket without TLS.
    @Override
    public Socket createSocket() {
        return new GuardedSocket(rules);
    }

    private static final class GuardedSocket extends Socket {
        private final AddressRules rules;

        GuardedSocket(AddressRules rules) {
            this.rules = rules;
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress address)
                    || address.getAddress() == null
                    || !rules.allows(address.getAddress())) {
                throw new ConnectException("not a public address, nor in --sso-networks: " + endpoint);
            }
            super.connect(endpoint, timeout);
        }
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        return tls.createSocket(connected, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw unguarded();
    }

    private static IOException unguarded() {
        return new ConnectException("connections are made by createSocket()");
    }
}
