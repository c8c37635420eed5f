package dev.muster.http;

import dev.muster.network.AddressBlock;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where and how a server listens.
///
/// @param name in metrics: `main`, `admin`
/// @param host an address of this machine, or a name of one
/// @param port 0 for any free one
/// @param tls null for plain HTTP
/// @param trustedProxies whose `X-Forwarded-For` is believed
/// @param base the path under which clients reach the server; the paths they request may begin with it
/// @param bare answered before everything else; null for none
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

    /// Plain HTTP with the default limits, believing no proxy.
    public ListenerConfig(String name, String host, int port) {
        this(name, host, port, null, List.of(), Limits.DEFAULT, BasePath.ROOT, null);
    }

    /// The files of a server that speaks TLS.
    ///
    /// @param chain PEM file with the server's certificate first, then those that signed it
    /// @param key PEM file with the certificate's private key in PKCS #8, not encrypted
    public record Tls(Path chain, Path key) {}

    /// A constant reply to one exact path, without limits, metrics and log: the baseline of benchmarks.
    public record Bare(String path, String json) {}
}
