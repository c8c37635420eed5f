package dev.muster.config;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The settings of a server, in the order of the help text. Each is an environment variable, such as
/// `MUSTER_PUBLIC_URL`, and, except for [#ROOT_KEY], a command-line option, such as `--public-url`.
public enum Setting {
    PORT("PORT", "8080", "Port of the API; 0 is any free one."),
    HOST("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 is every address of this machine."),
    DATA("DIR", "data", "Folder of the embedded database, keys, checkpoints and backups; created if it is missing."),
    DATABASE(
            "URL",
            null,
            "PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME, or jdbc:postgresql://…",
            " or DATABASE_URL, which keep a password from being visible to others"),
    POSTGRES_READERS(
            "URL",
            null,
            "The same database through a pooler, such as pgbouncer, for reads. Never a standby.",
            "; default: as --database"),
    POSTGRES_STANDBY(
            "URL",
            null,
            "A standby of the database that answers lists, searches, exports and histories while it is up to date.",
            "; default: none"),
    MASTER_KEY_FILE(
            "FILE",
            null,
            "Master key file, accessible only to its owner. Needed with --database.",
            "; default: master.key in the data folder, created if it is missing"),
    CHECKPOINT_KEY_FILE(
            "FILE",
            null,
            "Ed25519 key (PEM) that signs checkpoints, accessible only to its owner; the same for all servers on a database.",
            "; default: checkpoint.key in the data folder, created if it is missing"),
    PUBLIC_URL("URL", null, "Address under which clients reach this server; links in replies begin with it."),
    CHECKPOINT_URL("URL", null, "A witness elsewhere to which each signed checkpoint is posted, over https."),
    EPIXEL_BASE("PATH", "/api/v1", "API prefix and version that clients of the epixel dialect have in their URLs."),
    TRUSTED_PROXIES(
            "CIDR",
            null,
            "Proxies whose X-Forwarded-For is trusted: addresses or blocks, separated by commas.",
            "; default: none"),
    SSO_NETWORKS(
            "CIDR",
            null,
            "Private networks in which identity providers may be called, such as 10.1.0.0/16; public ones always.",
            "; default: none"),
    WEBHOOK_ALLOW(
            "CIDR",
            null,
            "Private networks in which webhooks may be called, such as 10.1.0.0/16; public ones always.",
            "; default: none"),
    WEBHOOK_HTTP(null, null, "Allow webhooks with http:// URLs too."),
    ADMIN_PORT("PORT", "8081", "Port of /metrics and /health; 0 for none."),
    ADMIN_HOST("HOST", "127.0.0.1", "Address of the admin port."),
    TLS_CERT("FILE", null, "Certificate chain in PEM, for HTTPS without a proxy."),
    TLS_KEY("FILE", null, "The certificate's private key in PEM (PKCS #8)."),
    DISK_FLOOR("MB", "500", "Evidence is refused while fewer megabytes of the embedded database's disk are free."),
    STOP_DELAY(
            "SECONDS",
            null,
            "After SIGTERM, /health/ready is 503 for so long before the server stops, for load balancers.",
            "; default: 5, or 0 if --host is only for this machine"),
    DEMO(null, null, "Serve a tenant with some users from a throw-away data folder, and print its keys."),
    BENCH(null, null, "Answer GET /bench/ping too, for measurements."),
    /// Available only as a variable, because every user of the machine can see command-line arguments.
    ROOT_KEY("KEY", null, "");

    /// The settings that `serve` accepts as options.
    public static final Set<Setting> SERVER_SETTINGS = EnumSet.complementOf(EnumSet.of(ROOT_KEY));

    /// The settings that determine where the register is stored.
    public static final Set<Setting> STORAGE_SETTINGS = EnumSet.of(DATA, DATABASE);

    private static final Set<Setting> SECRETS = EnumSet.of(DATABASE, POSTGRES_READERS, POSTGRES_STANDBY, ROOT_KEY);

    private final @Nullable String label;
    final @Nullable String standard;
    private final String help;
    private final String note;

    Setting(@Nullable String label, @Nullable String standard, String help) {
        this(label, standard, help, standard == null ? "" : "; default: " + standard);
    }

    /// @param standard the default value; null if there is none
    /// @param note the text after the variable's name in the help
    Setting(@Nullable String label, @Nullable String standard, String help, String note) {
        this.label = label;
        this.standard = standard;
        this.help = help;
        this.note = note;
    }

    /// The placeholder for the value in the help; null for a switch.
    public @Nullable String label() {
        return label;
    }

    /// The option's name.
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The variable's name.
    public String variable() {
        return "MUSTER_" + name();
    }

    /// The variable that names a file containing the value, for secrets from Docker or systemd; null for settings
    /// that are not secret.
    public @Nullable String fileVariable() {
        return SECRETS.contains(this) ? variable() + "_FILE" : null;
    }

    /// The lines of the option's help.
    public String[] help() {
        return new String[] {help, variable() + note};
    }
}
