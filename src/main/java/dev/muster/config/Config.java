package dev.muster.config;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The configuration of a server, validated by [Settings#read].
///
/// @param host the address or host name on which the dialects are served
/// @param port the port on which the dialects are served; 0 for any free port
/// @param data the folder for everything that is not stored in PostgreSQL; the methods below return paths in it
/// @param standby the `jdbc:postgresql://…` URL of one or more standbys for long reads; null if not configured
/// @param rootKey the root key; null if it is to be read from `rootKeyFile`, which is created if missing
/// @param masterKeyFile the file of the master keys; `master.key` in the data folder by default
/// @param masterKeyGiven whether that file was configured; if so, it must exist and is never created
/// @param checkpointKeyFile the file of the key that signs checkpoints, which is never created; null to use
///     `checkpoint.key` in the data folder, which is created if missing
/// @param publicUrl the URL under which clients reach the server, without a trailing slash; null to use the
///     address of each request
/// @param checkpointUrl the URL of the witness that receives each signed checkpoint; null if there is none
/// @param epixelBase the path of the `epixel` dialect, such as `/api/v1`, without a trailing slash
/// @param trustedProxies the CIDR blocks of proxies whose `X-Forwarded-For` is trusted
/// @param ssoNetworks the CIDR blocks of non-public addresses at which identity providers may be called
/// @param webhookAllow the CIDR blocks of non-public addresses at which webhooks may be called
/// @param webhookHttp whether the URLs of webhooks may begin with `http`
/// @param adminHost the address or host name on which metrics and health checks are served
/// @param adminPort the port on which they are served; 0 to disable them
/// @param diskFloorBytes the free space on the embedded database's disk below which evidence is refused
/// @param stopDelay how long `/health/ready` is 503 before the server stops
/// @param demo whether to run a demonstration, whose data folder is deleted at the end
/// @param bench whether to serve `/bench/ping`
public record Config(
        String host,
        int port,
        Path data,
        Storage storage,
        @Nullable Secret standby,
        @Nullable Secret rootKey,
        Path masterKeyFile,
        boolean masterKeyGiven,
        @Nullable Path checkpointKeyFile,
        @Nullable URI publicUrl,
        @Nullable URI checkpointUrl,
        String epixelBase,
        List<AddressBlock> trustedProxies,
        List<AddressBlock> ssoNetworks,
        List<AddressBlock> webhookAllow,
        boolean webhookHttp,
        String adminHost,
        int adminPort,
        @Nullable Tls tls,
        long diskFloorBytes,
        Duration stopDelay,
        boolean demo,
        boolean bench) {

    public Config {
        trustedProxies = List.copyOf(trustedProxies);
        ssoNetworks = List.copyOf(ssoNetworks);
        webhookAllow = List.copyOf(webhookAllow);
    }

    /// Where the register is stored.
    public sealed interface Storage {
        /// An embedded database in the given folder.
        record Sqlite(Path folder) implements Storage {}

        /// A PostgreSQL database.
        ///
        /// @param url the `jdbc:postgresql://…` URL; it may contain a password
        /// @param readers the URL of the same database through a pooler, for reads; null to read through `url`
        record Postgres(Secret url, @Nullable Secret readers) implements Storage {}
    }

    /// The PEM files for HTTPS: the certificate chain and the private key.
    public record Tls(Path certificate, Path key) {}

    /// The file of the root key if none is configured.
    public Path rootKeyFile() {
        return data.resolve("root.key");
    }

    /// The file of the key with which names are hashed in the security log.
    public Path securityLogKeyFile() {
        return data.resolve("security-log.key");
    }

    /// The folder for backups.
    public Path backups() {
        return data.resolve("backups");
    }

    /// The folder for signed checkpoints of the journals.
    public Path checkpoints() {
        return data.resolve("checkpoints");
    }

    /// Returns warnings about settings that are dangerous if unintended. Each warning is one line and contains no
    /// secrets.
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (tls == null && trustedProxies.isEmpty() && !isLoopback(host)) {
            warnings.add(
                    "listening on " + host + " without TLS: keys and passwords can be read in transit. Give --tls-cert"
                            + " and --tls-key, or put a proxy with TLS in front and name it in --trusted-proxies");
        }
        if (storage instanceof Storage.Postgres(var url, var readers)) {
            PostgresAddress.warning("--database", url).ifPresent(warnings::add);
            if (readers != null) {
                PostgresAddress.warning("--postgres-readers", readers).ifPresent(warnings::add);
            }
        }
        if (standby != null) {
            PostgresAddress.warning("--postgres-standby", standby).ifPresent(warnings::add);
        }
        return warnings;
    }

    /// Whether data sent to a host stays on this machine. False for a name that cannot be resolved.
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
