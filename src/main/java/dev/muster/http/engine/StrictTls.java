package dev.muster.http.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS 1.3 and 1.2 with authenticated encryption and forward secrecy only. By default Java also accepts CBC
/// suites with TLS 1.2, which have been broken repeatedly.
///
/// The restriction is in the context, because Helidon ignores its own TLS parameters for blocking sockets. This class
/// supports only what Helidon calls: wrapping an accepted socket, and creating an engine to log what it enables.
final class StrictTls extends SSLContextSpi {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final String[] suites;

    private StrictTls(SSLContext context) {
        this.context = context;
        this.suites = Stream.of(context.getDefaultSSLParameters().getCipherSuites())
                .filter(suite -> suite.startsWith("TLS_AES_")
                        || suite.startsWith("TLS_CHACHA20_")
                        || (suite.startsWith("TLS_ECDHE_") && !suite.contains("_CBC_")))
                .toArray(String[]::new);
    }

    /// @param context an initialised context
    static SSLContext of(SSLContext context) {
        return new SSLContext(new StrictTls(context), context.getProvider(), context.getProtocol()) {};
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return new Factory(context.getSocketFactory());
    }

    /// Helidon creates a server socket factory but never uses it.
    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return context.getServerSocketFactory();
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(suites);
        return engine;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        throw new UnsupportedOperationException();
    }

    private final class Factory extends SSLSocketFactory {
        private final SSLSocketFactory plain;

        Factory(SSLSocketFactory plain) {
            this.plain = plain;
        }

        @Override
        public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
                throws IOException {
            SSLSocket socket = (SSLSocket) plain.createSocket(accepted, consumed, autoClose);
            socket.setEnabledProtocols(PROTOCOLS);
            socket.setEnabledCipherSuites(suites);
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return suites.clone();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return suites.clone();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
