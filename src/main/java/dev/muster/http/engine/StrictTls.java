package dev.muster.http.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS 1.3 and 1.2 with authenticated encryption and forward secrecy only. By default Java also takes CBC with TLS 1.2,
/// which has been broken again and again.
///
/// Helidon asks the context for a blocking socket and takes it as it is, whatever parameters it was configured with.
/// So the restriction is in the context.
final class StrictTls extends SSLContext {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /// @param context already initialised
    StrictTls(SSLContext context) {
        super(new Spi(context), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {

        private final SSLContext context;
        private final String[] suites;

        Spi(SSLContext context) {
            this.context = context;
            this.suites = Stream.of(context.getDefaultSSLParameters().getCipherSuites())
                    .filter(suite -> suite.startsWith("TLS_AES_")
                            || suite.startsWith("TLS_CHACHA20_")
                            || (suite.startsWith("TLS_ECDHE_") && !suite.contains("_CBC_")))
                    .toArray(String[]::new);
        }

        private Socket strict(Socket socket) {
            SSLSocket tls = (SSLSocket) socket;
            tls.setEnabledProtocols(PROTOCOLS);
            tls.setEnabledCipherSuites(suites);
            return tls;
        }

        private SSLEngine strict(SSLEngine engine) {
            engine.setEnabledProtocols(PROTOCOLS);
            engine.setEnabledCipherSuites(suites);
            return engine;
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("initialised already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Factory(context.getSocketFactory());
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            // Helidon makes one and never uses it: it wraps the sockets that it accepts itself.
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return strict(context.createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return strict(context.createSSLEngine(host, port));
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return new SSLParameters(suites, PROTOCOLS);
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return new SSLParameters(suites, PROTOCOLS);
        }

        private final class Factory extends SSLSocketFactory {

            private final SSLSocketFactory plain;

            Factory(SSLSocketFactory plain) {
                this.plain = plain;
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
            public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
                    throws IOException {
                return strict(plain.createSocket(socket, consumed, autoClose));
            }

            @Override
            public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
                return strict(plain.createSocket(socket, host, port, autoClose));
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return strict(plain.createSocket(host, port));
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
                return strict(plain.createSocket(host, port, local, localPort));
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return strict(plain.createSocket(host, port));
            }

            @Override
            public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                    throws IOException {
                return strict(plain.createSocket(host, port, local, localPort));
            }
        }
    }
}
