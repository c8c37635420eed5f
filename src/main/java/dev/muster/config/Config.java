package dev.muster.config;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The configuration of a server, checked by [Settings#read].
///
/// @param host the address or name on which the dialects are served
/// @param port 0 for any free one
/// @param data the folder of everything that is not in PostgreSQL; the methods below name its files
/// @param rootKey null if none was given: then `rootKeyFile` has it, or is created with one
/// @param masterKeyFile the file of the master keys; `master.key` in the data folder if none was named
/// @param masterKeyGiven whether that file was named: then it must exist and is never created
/// @param publicUrl under which clients reach the server, without a slash at its end; null for the address
///     that a request was sent to
/// @param checkpointUrl the witness to which each signed checkpoint is posted; null for none
/// @param epixelBase the path of the `epixel` dialect, such as `/api/v1`, without a slash at its end
/// @param trustedProxies CIDR blocks whose `X-Forwarded-For` is trusted
/// @param adminHost the address or name on which metrics are served
/// @param adminPort 0 for none
/// @param diskFloorBytes how much of the embedded database's disk must stay free for evidence to be stored
/// @param demo whether the data folder is deleted at the end
/// @param bench whether `/bench/ping` is answered
public record Config(
        String host,
        int port,
        Path data,
        Storage storage,
        @Nullable Secret rootKey,
        Path masterKeyFile,
        boolean masterKeyGiven,
        @Nullable URI publicUrl,
        @Nullable URI checkpointUrl,
        String epixelBase,
        List<AddressBlock> trustedProxies,
        String adminHost,
        int adminPort,
        @Nullable Tls tls,
        long diskFloorBytes,
        boolean demo,
        boolean bench) {

    public Config {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// Where the register is kept.
    public sealed interface Storage {
        /// An embedded database in a folder of its own.
        record Sqlite(Path folder) implements Storage {}

        /// A PostgreSQL database.
        ///
        /// @param url `jdbc:postgresql://…`; it may hold a password
        /// @param readers the same database through a pooler, for reads; null to read through `url`
        record Postgres(Secret url, @Nullable Secret readers) implements Storage {}
    }

    /// The PEM files of HTTPS: the certificate with those that signed it, and its private key.
    public record Tls(Path certificate, Path key) {}

    /// Where the root key is written if none is given.
    public Path rootKeyFile() {
        return data.resolve("root.key");
    }

    /// Where the key for the hashes of names in the security log is kept.
    public Path securityLogKeyFile() {
        return data.resolve("security-log.key");
    }

    /// Where backups go.
    public Path backups() {
        return data.resolve("backups");
    }

    /// Where signed checkpoints of the journals go.
    public Path checkpoints() {
        return data.resolve("checkpoints");
    }

    /// Settings that are dangerous if they were not intended: a line each, without any secret.
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (tls == null && trustedProxies.isEmpty() && !isLoopback(host)) {
            warnings.add(
                    "listening on " + host + " without TLS: keys and passwords can be read on the way. Give --tls-cert"
                            + " and --tls-key, or put a proxy with TLS in front and name it in --trusted-proxies");
        }
        if (storage instanceof Storage.Postgres(var url, var readers)) {
            PostgresAddress.warning("--database", url).ifPresent(warnings::add);
            if (readers != null) {
                PostgresAddress.warning("--postgres-readers", readers).ifPresent(warnings::add);
            }
        }
        return warnings;
    }

    /// Whether data sent to a host stays on this machine. The answer is no for a name that cannot be resolved.
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
