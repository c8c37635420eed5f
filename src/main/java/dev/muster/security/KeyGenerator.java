package dev.muster.security;

import dev.muster.model.Command;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Digest;
import dev.muster.security.format.ApiKeyText;
import dev.muster.security.format.Base62;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Generates new keys. A new key is shown once; only the hash of its bearer text is stored.
///
/// A key's secret, for token exchange and for signing requests, is `mss_<secret><checksum>`: 32 random bytes in Base62
/// (43 digits) and the CRC-32 of everything before it in Base62 (6 digits). The secret is stored encrypted rather than
/// hashed, because checking a signature needs the secret.
public final class KeyGenerator {
    private static final int SECRET_BYTES = 32;
    private static final int WEBHOOK_SECRET_BYTES = 24;

    private final RandomGenerator random;

    /// @param random a cryptographically secure source
    public KeyGenerator(RandomGenerator random) {
        this.random = random;
    }

    /// A key's id and secrets.
    public record GeneratedKey(UUID id, String apiKey, Digest textHash, String apiSecret) {
        /// The command that creates a key with all permissions in its realm.
        public Command.CreateKey admin(String name, boolean signs) {
            return with(name, Role.ADMIN, Role.ADMIN.scopes(), Role.ADMIN.rank(), signs, null, null);
        }

        /// The command that creates this key. For the parameters, see [Command.CreateKey].
        public Command.CreateKey with(
                String name,
                @Nullable Role role,
                Set<Scope> scopes,
                Rank rank,
                boolean signs,
                @Nullable Instant expiresAt,
                @Nullable AllowedAddresses addresses) {
            return new Command.CreateKey(
                    id, name, role, scopes, rank, signs, expiresAt, addresses, textHash, lastFour(), apiSecret);
        }

        /// The command that replaces another key with this one. For the parameters, see [Command.RotateKey].
        public Command.RotateKey inPlaceOf(UUID old, Duration overlap, @Nullable Instant expiresAt) {
            return new Command.RotateKey(old, id, overlap, expiresAt, textHash, lastFour(), apiSecret);
        }

        /// The last four characters of the checksum, by which people recognise the key. They reveal at most 24
        /// of the secret's 256 bits.
        private String lastFour() {
            return apiKey.substring(apiKey.length() - 4);
        }

        /// Omits the secrets.
        @Override
        public String toString() {
            return "GeneratedKey[" + id + "]";
        }
    }

    public GeneratedKey generate(long realm, Environment environment) {
        UUID id = new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() & ~(3L << 62)) | (1L << 63));
        ApiKeyText text = ApiKeyText.make(environment == Environment.PRODUCTION, realm, id, randomBytes(SECRET_BYTES));
        String secret = Base62.withChecksum("mss_" + Base62.secret(randomBytes(SECRET_BYTES)));
        return new GeneratedKey(id, text.text(), text.hash(), secret);
    }

    /// Generates the number of a new realm. It is random, so that it does not reveal how many realms there are, and
    /// below 2^53, so that JSON parsers in every language represent it exactly.
    public long newRealmId() {
        return 1 + (random.nextLong() >>> 11);
    }

    /// Generates a secret for signing the requests to a webhook, in the form of Standard Webhooks: `whsec_` and 24
    /// bytes in Base64.
    public String webhookSecret() {
        return "whsec_" + Base64.getEncoder().encodeToString(randomBytes(WEBHOOK_SECRET_BYTES));
    }

    /// Generates random bytes for other secrets.
    public byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
