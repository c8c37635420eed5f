package dev.muster.http;

import dev.muster.network.AddressBlock;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The address and the settings of a listener.
///
/// @param name the listener's name in metrics: `main`, `admin`
/// @param host an address or host name of this machine
/// @param port the port; 0 for any free port
/// @param tls the certificate files; null for plain HTTP
/// @param trustedProxies proxies whose `X-Forwarded-For` is trusted
/// @param base the path under which clients reach the server; requested paths may begin with it
/// @param bare a constant reply, whose path is checked before everything else; null if there is none
public record ListenerConfig(
        String name,
        String host,
        int port,
        @Nullable Tls tls,
        List<AddressBlock> trustedProxies,
        Limits limits,
        BasePath base,
        @Nullable Bare bare) {

    public ListenerConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// Creates a listener for plain HTTP with the default limits and no trusted proxies.
    public ListenerConfig(String name, String host, int port) {
        this(name, host, port, null, List.of(), Limits.DEFAULT, BasePath.ROOT, null);
    }

    /// The certificate files of a TLS listener.
    ///
    /// @param chain the PEM file with the server's certificate, followed by its issuers
    /// @param key the PEM file with the certificate's private key, as unencrypted PKCS #8
    public record Tls(Path chain, Path key) {}

    /// A constant reply to one exact path, without limits, metrics or logging: the baseline for benchmarks.
    public record Bare(String path, String json) {}
}
