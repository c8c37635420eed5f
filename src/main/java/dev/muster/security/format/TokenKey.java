package dev.muster.security.format;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import dev.muster.model.tenant.Environment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Issues and verifies a realm's tokens: JWTs (RFC 7519) signed with HS256 (RFC 7515, RFC 7518).
///
/// Header: `alg` HS256, `typ` JWT, `kid` the realm in decimal. Claims:
///
/// | claim | value |
/// |---|---|
/// | `iss` | `muster` |
/// | `realm` | the realm in decimal, as a string; the same as `kid` |
/// | `sub` | the id of the key or operator |
/// | `kind` | `apiKey` or `operator` |
/// | `typ` | `access` (one hour) or `refresh` (one day) |
/// | `gen` | the credential's generation |
/// | `key` | the id of the API key that an operator signed in with; absent if there was none |
/// | `fam` | the id of the token's family, a random UUID |
/// | `end` | when the family is over, in seconds since 1970 |
/// | `num` | only in refresh tokens: the number in the family, from 1 |
/// | `iat`, `exp` | seconds since 1970; `exp` is never after `end` |
/// | `jti` | a random UUID |
///
/// Other claims are ignored. Immutable and thread-safe.
public final class TokenKey {
    public static final Duration ACCESS = Duration.ofHours(1);
    public static final Duration REFRESH = Duration.ofDays(1);

    /// How long the tokens of one key exchange can be refreshed.
    public static final Duration FAMILY_OF_KEY = Duration.ofDays(30);

    /// How long the tokens of one sign-in can be refreshed.
    public static final Duration FAMILY_OF_OPERATOR = Duration.ofHours(12);

    private static final String ISSUER = "muster";

    /// The end of the year 9999, the last year that all text formats of an instant support.
    private static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    private static final String ACCESS_NAME = "access";
    private static final String REFRESH_NAME = "refresh";

    private final long realm;
    private final JWSHeader header;
    private final JWSSigner signer;
    private final JWSVerifier verifier;

    /// Wraps a realm's key.
    ///
    /// @param realm 0 or more
    /// @param secret 32 bytes that are derived from the realm's key and used only for tokens
    public TokenKey(long realm, byte[] secret) {
        if (realm < 0 || secret.length != 32) {
            throw new IllegalArgumentException("a token key needs a realm and 32 bytes");
        }
        this.realm = realm;
        this.header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .keyID(Long.toString(realm))
                .build();
        try {
            this.signer = new MACSigner(secret);
            this.verifier = new MACVerifier(secret);
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 rejected a key of 32 bytes", e);
        }
    }

    /// Begins a family of tokens.
    ///
    /// @param key the API key that an operator signed in with; null if there was none
    /// @param generation the credential's current generation
    /// @param random the source of the family's id, from which 16 bytes are taken
    public Token.Family begin(
            Token.Holder holder,
            UUID subject,
            @Nullable UUID key,
            long generation,
            Instant now,
            RandomGenerator random) {
        return new Token.Family(
                randomId(random),
                holder,
                subject,
                key,
                generation,
                now.truncatedTo(ChronoUnit.SECONDS).plus(holder.lasts()));
    }

    /// Issues an access and a refresh token.
    ///
    /// @param number the refresh token's number in its family, starting at 1
    /// @param now the time of issue, which is truncated to seconds and must be before the family's end
    /// @param random the source of the two ids, from which 32 bytes are taken
    public Tokens issue(
            Environment environment, Token.Family family, long number, Instant now, RandomGenerator random) {
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        Instant accessEnd = earlier(from.plus(ACCESS), family.endsAt());
        Instant refreshEnd = refreshEnd(family, now);
        Token access = new Token.Access(new Token.Claims(realm, family, randomId(random), from, accessEnd));
        Token refresh = new Token.Refresh(new Token.Claims(realm, family, randomId(random), from, refreshEnd), number);
        return new Tokens(
                signed(access),
                signed(refresh),
                accessEnd,
                Duration.between(from, accessEnd),
                Duration.between(from, refreshEnd),
                environment);
    }

    /// When a refresh token of this family expires if it is issued now.
    public static Instant refreshEnd(Token.Family family, Instant now) {
        return earlier(now.truncatedTo(ChronoUnit.SECONDS).plus(REFRESH), family.endsAt());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /// Verifies a token.
    ///
    /// @return the claims, or empty if the token belongs to another realm, was not signed with this key, has
    ///     expired at `now`, or has invalid claims
    public Optional<Token> verify(TokenText text, Instant now) {
        if (text.realm() != realm) {
            return Optional.empty();
        }
        Map<String, Object> claimed = text.claims(verifier);
        return claimed == null
                ? Optional.empty()
                : token(claimed).filter(token -> now.isBefore(token.claims().expiresAt()));
    }

    private String signed(Token token) {
        Token.Claims claims = token.claims();
        Token.Family family = claims.family();
        Map<String, Object> claimed = new LinkedHashMap<>();
        claimed.put("iss", ISSUER);
        claimed.put("realm", Long.toString(realm));
        claimed.put("sub", family.subject().toString());
        claimed.put("kind", family.holder().wireName());
        switch (token) {
            case Token.Access _ -> claimed.put("typ", ACCESS_NAME);
            case Token.Refresh refresh -> {
                claimed.put("typ", REFRESH_NAME);
                claimed.put("num", refresh.number());
            }
        }
        claimed.put("gen", family.generation());
        if (family.key() != null) {
            claimed.put("key", family.key().toString());
        }
        claimed.put("fam", family.id().toString());
        claimed.put("end", family.endsAt().getEpochSecond());
        claimed.put("iat", claims.issuedAt().getEpochSecond());
        claimed.put("exp", claims.expiresAt().getEpochSecond());
        claimed.put("jti", claims.id().toString());
        JWSObject signed = new JWSObject(header, new Payload(claimed));
        try {
            signed.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("signing with HS256 failed", e);
        }
        return signed.serialize();
    }

    private Optional<Token> token(Map<String, Object> claimed) {
        Token.Holder holder = Token.Holder.of(claimed.get("kind"));
        UUID subject = id(claimed.get("sub"));
        UUID familyId = id(claimed.get("fam"));
        UUID key = id(claimed.get("key"));
        UUID id = id(claimed.get("jti"));
        long generation = number(claimed.get("gen"));
        long endsAt = number(claimed.get("end"));
        long issuedAt = number(claimed.get("iat"));
        long expiresAt = number(claimed.get("exp"));
        if (!ISSUER.equals(claimed.get("iss"))
                || !Long.toString(realm).equals(claimed.get("realm"))
                || holder == null
                || subject == null
                || familyId == null
                || (key == null && claimed.containsKey("key"))
                || id == null
                || Math.min(generation, endsAt) < 0
                || Math.min(issuedAt, expiresAt - issuedAt) < 0
                || Math.max(endsAt, expiresAt) > MAX_EPOCH_SECOND) {
            return Optional.empty();
        }
        Token.Family family =
                new Token.Family(familyId, holder, subject, key, generation, Instant.ofEpochSecond(endsAt));
        Token.Claims claims =
                new Token.Claims(realm, family, id, Instant.ofEpochSecond(issuedAt), Instant.ofEpochSecond(expiresAt));
        long number = number(claimed.get("num"));
        if (ACCESS_NAME.equals(claimed.get("typ"))) {
            return Optional.of(new Token.Access(claims));
        }
        return REFRESH_NAME.equals(claimed.get("typ")) && number > 0
                ? Optional.of(new Token.Refresh(claims, number))
                : Optional.empty();
    }

    /// The value of a claim; -1 if it is not an integer.
    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : -1;
    }

    private static @Nullable UUID id(@Nullable Object text) {
        try {
            return text instanceof String id && id.length() == 36 ? UUID.fromString(id) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Creates a UUID of version 4 (RFC 9562, section 5.4).
    private static UUID randomId(RandomGenerator random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        ByteBuffer drawn = ByteBuffer.wrap(bytes);
        return new UUID(
                (drawn.getLong() & 0xffff_ffff_ffff_0fffL) | 0x4000,
                (drawn.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
    }
}
