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

/// The key under which a realm issues and verifies tokens: JWTs (RFC 7519) signed with HS256 (RFC 7515, RFC
/// 7518).
///
/// Header: `alg` HS256, `typ` JWT, `kid` the realm in decimal. Claims:
///
/// | claim | value |
/// |---|---|
/// | `iss` | `muster` |
/// | `realm` | the realm in decimal, a text; the same as `kid` |
/// | `sub` | the id of the key or operator |
/// | `kind` | `apiKey` or `operator` |
/// | `typ` | `access` (one hour) or `refresh` (one day) |
/// | `gen` | the credential's generation |
/// | `key` | the id of the API key that an operator signed in with; absent for none |
/// | `fam` | the id of the token's family, a random UUID |
/// | `end` | when the family is over, in seconds since 1970 |
/// | `num` | of a refresh token: which of its family it is, from 1 |
/// | `iat`, `exp` | seconds since 1970; `exp` is never after `end` |
/// | `jti` | a random UUID |
///
/// Further claims are ignored. Immutable, for any number of threads.
public final class TokenKey {
    public static final Duration ACCESS = Duration.ofHours(1);
    public static final Duration REFRESH = Duration.ofDays(1);

    /// How long the tokens of one exchange can be refreshed.
    public static final Duration FAMILY_OF_KEY = Duration.ofDays(30);

    /// How long the tokens of one sign-in can be refreshed.
    public static final Duration FAMILY_OF_OPERATOR = Duration.ofHours(12);

    private static final String ISSUER = "muster";

    /// The end of the year 9999, which every text form of an instant can hold.
    private static final long LATEST_EPOCH_SECOND = 253_402_300_799L;

    private static final String ACCESS_WORD = "access";
    private static final String REFRESH_WORD = "refresh";

    private final long realm;
    private final JWSHeader header;
    private final JWSSigner signer;
    private final JWSVerifier verifier;

    /// Takes the key of a realm.
    ///
    /// @param realm 0 or more
    /// @param secret 32 bytes, derived from the realm's key and used for nothing else
    public TokenKey(long realm, byte[] secret) {
        if (realm < 0 || secret.length != 32) {
            throw new IllegalArgumentException("a token key is of a realm and has 32 bytes");
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
            throw new IllegalStateException("HS256 takes 32 bytes", e);
        }
    }

    /// Begins a family of tokens.
    ///
    /// @param key the API key that an operator signed in with; null for none
    /// @param generation the credential's present generation
    /// @param random gives 16 bytes for its id
    public Token.Family begin(
            Token.Holder holder,
            UUID subject,
            @Nullable UUID key,
            long generation,
            Instant now,
            RandomGenerator random) {
        Duration lasts = switch (holder) {
            case API_KEY -> FAMILY_OF_KEY;
            case OPERATOR -> FAMILY_OF_OPERATOR;
        };
        return new Token.Family(
                randomId(random),
                holder,
                subject,
                key,
                generation,
                now.truncatedTo(ChronoUnit.SECONDS).plus(lasts));
    }

    /// Issues an access and a refresh token.
    ///
    /// @param number of the refresh token in its family, from 1
    /// @param now cut to seconds; before the family's end
    /// @param random gives 32 bytes for the two ids
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

    /// When a refresh token of this family that is issued now expires.
    public static Instant refreshEnd(Token.Family family, Instant now) {
        return earlier(now.truncatedTo(ChronoUnit.SECONDS).plus(REFRESH), family.endsAt());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /// Verifies a token.
    ///
    /// @return its claims, or empty when it is not of this realm, was not signed with this key, has expired at
    ///     `now`, or has claims that no token of ours has
    public Optional<Token> verify(TokenText text, Instant now) {
        if (text.realm() != realm) {
            return Optional.empty();
        }
        Map<String, Object> said = text.claims(verifier);
        return said == null
                ? Optional.empty()
                : token(said).filter(token -> now.isBefore(token.claims().expiresAt()));
    }

    private String signed(Token token) {
        Token.Claims claims = token.claims();
        Token.Family family = claims.family();
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("iss", ISSUER);
        said.put("realm", Long.toString(realm));
        said.put("sub", family.subject().toString());
        said.put("kind", family.holder().word());
        switch (token) {
            case Token.Access _ -> said.put("typ", ACCESS_WORD);
            case Token.Refresh refresh -> {
                said.put("typ", REFRESH_WORD);
                said.put("num", refresh.number());
            }
        }
        said.put("gen", family.generation());
        if (family.key() != null) {
            said.put("key", family.key().toString());
        }
        said.put("fam", family.id().toString());
        said.put("end", family.endsAt().getEpochSecond());
        said.put("iat", claims.issuedAt().getEpochSecond());
        said.put("exp", claims.expiresAt().getEpochSecond());
        said.put("jti", claims.id().toString());
        JWSObject signed = new JWSObject(header, new Payload(said));
        try {
            signed.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 does not sign", e);
        }
        return signed.serialize();
    }

    private Optional<Token> token(Map<String, Object> said) {
        Token.Holder holder = Token.Holder.of(said.get("kind"));
        UUID subject = id(said.get("sub"));
        UUID familyId = id(said.get("fam"));
        UUID key = id(said.get("key"));
        UUID id = id(said.get("jti"));
        long generation = number(said.get("gen"));
        long endsAt = number(said.get("end"));
        long issuedAt = number(said.get("iat"));
        long expiresAt = number(said.get("exp"));
        if (!ISSUER.equals(said.get("iss"))
                || !Long.toString(realm).equals(said.get("realm"))
                || holder == null
                || subject == null
                || familyId == null
                || (key == null && said.containsKey("key"))
                || id == null
                || Math.min(generation, endsAt) < 0
                || Math.min(issuedAt, expiresAt - issuedAt) < 0
                || Math.max(endsAt, expiresAt) > LATEST_EPOCH_SECOND) {
            return Optional.empty();
        }
        Token.Family family =
                new Token.Family(familyId, holder, subject, key, generation, Instant.ofEpochSecond(endsAt));
        Token.Claims claims =
                new Token.Claims(realm, family, id, Instant.ofEpochSecond(issuedAt), Instant.ofEpochSecond(expiresAt));
        long number = number(said.get("num"));
        if (ACCESS_WORD.equals(said.get("typ"))) {
            return Optional.of(new Token.Access(claims));
        }
        return REFRESH_WORD.equals(said.get("typ")) && number > 0
                ? Optional.of(new Token.Refresh(claims, number))
                : Optional.empty();
    }

    /// -1 for anything but a whole number.
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

    /// A UUID of version 4 (RFC 9562, section 5.4).
    private static UUID randomId(RandomGenerator random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        ByteBuffer drawn = ByteBuffer.wrap(bytes);
        return new UUID(
                (drawn.getLong() & 0xffff_ffff_ffff_0fffL) | 0x4000,
                (drawn.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
    }
}
