package dev.muster.security.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.tenant.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
    private static final UUID SUBJECT = UUID.fromString("0199a8a0-0000-7000-8000-00000000000a");
    private static final UUID OTHER = UUID.fromString("0199a8a0-0000-7000-8000-00000000000b");
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.250Z");
    private static final byte[] SECRET = new byte[32];
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"7\"}";
    private static final String CLAIMS = "{\"iss\":\"muster\",\"realm\":\"7\",\"sub\":\"" + SUBJECT
            + "\",\"kind\":\"apiKey\",\"typ\":\"access\",\"gen\":3,\"fam\":\"" + SUBJECT
            + "\",\"end\":1772366400,\"iat\":1772359200,\"exp\":1772362800,\"jti\":\""
            + SUBJECT + "\"}";

    private final TokenKey key = new TokenKey(7, SECRET);

    @Property(tries = 200)
    void verifiesItsOwnTokens(
            @ForAll @LongRange(max = Long.MAX_VALUE) long realm,
            @ForAll Token.Holder holder,
            @ForAll @LongRange(max = Long.MAX_VALUE) long generation,
            @ForAll @LongRange(max = 4_102_444_800_000L) long epochMillis) {
        Instant now = Instant.ofEpochMilli(epochMillis);
        TokenKey any = new TokenKey(realm, SECRET);
        UUID through = holder == Token.Holder.OPERATOR ? OTHER : null;
        Token.Family family = any.begin(holder, SUBJECT, through, generation, now, new Random(2));
        Tokens pair = any.issue(Environment.TEST, family, 5, now, new Random(1));

        Token access = verified(any, pair.accessToken(), now).orElseThrow();
        assertThat(access).isInstanceOf(Token.Access.class);
        Token.Claims claims = access.claims();
        assertThat(claims.realm()).isEqualTo(realm);
        assertThat(claims.family()).isEqualTo(family);
        assertThat(family.holder()).isEqualTo(holder);
        assertThat(family.subject()).isEqualTo(SUBJECT);
        assertThat(family.key()).isEqualTo(through);
        assertThat(family.generation()).isEqualTo(generation);
        assertThat(claims.issuedAt()).isBetween(now.minusMillis(999), now);
        assertThat(claims.expiresAt())
                .isEqualTo(claims.issuedAt().plus(Duration.ofHours(1)))
                .isEqualTo(pair.accessExpiresAt());

        Token refresh = verified(any, pair.refreshToken(), now).orElseThrow();
        assertThat(refresh)
                .isInstanceOfSatisfying(
                        Token.Refresh.class, one -> assertThat(one.number()).isEqualTo(5));
        assertThat(refresh.claims().family()).isEqualTo(family);
        Duration lasts = holder == Token.Holder.OPERATOR ? Duration.ofHours(12) : Duration.ofDays(1);
        assertThat(refresh.claims().expiresAt())
                .isEqualTo(claims.issuedAt().plus(lasts))
                .isEqualTo(end(pair, now));
        assertThat(refresh.claims().id()).isNotEqualTo(claims.id());
        assertThat(claims.id().version()).isEqualTo(4);
    }

    /// Returns the expiry of a refresh token issued at `at`.
    private static Instant end(Tokens issued, Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).plus(issued.refreshLifetime());
    }

    private Tokens pair() {
        return key.issue(Environment.TEST, family(Token.Holder.API_KEY), 1, NOW, new Random(1));
    }

    private Token.Family family(Token.Holder holder) {
        return key.begin(holder, SUBJECT, null, 1, NOW, new Random(2));
    }

    /// A token family ends after 30 days, or after 12 hours if it belongs to an operator. None of its tokens
    /// outlives it.
    @ParameterizedTest
    @CsvSource({"API_KEY, P30D", "OPERATOR, PT12H"})
    void noTokenOutlivesItsFamily(Token.Holder holder, Duration lasts) {
        Token.Family family = family(holder);
        Instant end = NOW.truncatedTo(ChronoUnit.SECONDS).plus(lasts);
        assertThat(family.endsAt()).isEqualTo(end);
        Tokens last = key.issue(Environment.TEST, family, 9, end.minusSeconds(60), new Random(1));
        assertThat(last.accessExpiresAt()).isEqualTo(end);
        assertThat(end(last, end.minusSeconds(60))).isEqualTo(end);
        assertThat(verified(key, last.accessToken(), end.minusMillis(1))).isPresent();
        assertThat(verified(key, last.accessToken(), end)).isEmpty();
        assertThat(verified(key, last.refreshToken(), end)).isEmpty();
    }

    @Test
    void aTokenSaysWhichKeyItWasMadeWith() throws Exception {
        String through = CLAIMS.replace("\"gen\"", "\"key\":\"" + OTHER + "\",\"gen\"");
        assertThat(verified(key, signed(HEADER, through), NOW)
                        .orElseThrow()
                        .claims()
                        .family()
                        .key())
                .isEqualTo(OTHER);
        assertThat(verified(key, signed(HEADER, through.replace(OTHER.toString(), "none")), NOW))
                .isEmpty();
    }

    @Test
    void endsAtItsInstant() {
        Tokens pair = pair();
        assertThat(verified(key, pair.accessToken(), pair.accessExpiresAt().minusMillis(1)))
                .isPresent();
        assertThat(verified(key, pair.accessToken(), pair.accessExpiresAt())).isEmpty();
        assertThat(verified(key, pair.refreshToken(), pair.accessExpiresAt())).isPresent();
        assertThat(verified(key, pair.refreshToken(), end(pair, NOW))).isEmpty();
    }

    @Test
    void refusesEveryFlippedBitAndEveryCut() {
        String text = key.issue(Environment.TEST, family(Token.Holder.OPERATOR), 1, NOW, new Random(1))
                .accessToken();
        for (int i = 0; i < text.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                StringBuilder flipped = new StringBuilder(text);
                flipped.setCharAt(i, (char) (text.charAt(i) ^ 1 << bit));
                assertThat(verified(key, flipped.toString(), NOW)).isEmpty();
            }
            assertThat(verified(key, text.substring(0, i), NOW)).isEmpty();
        }
        assertThat(verified(key, text + "=", NOW)).isEmpty();
        assertThat(verified(key, text + "A", NOW)).isEmpty();
        assertThat(verified(key, text + ".", NOW)).isEmpty();
    }

    @Test
    void refusesAnotherRealmAndAnotherKey() {
        String text = pair().accessToken();
        byte[] other = SECRET.clone();
        other[0] = 1;
        assertThat(verified(new TokenKey(7, other), text, NOW)).isEmpty();
        assertThat(verified(new TokenKey(8, SECRET), text, NOW)).isEmpty();
        assertThat(TokenText.parse(text).orElseThrow().realm()).isEqualTo(7);
    }

    /// Accepts the valid token that the following tests modify in one respect each.
    @Test
    void takesATokenMadeByHand() throws Exception {
        assertThat(verified(key, signed(HEADER, CLAIMS), NOW))
                .containsInstanceOf(Token.Access.class)
                .get()
                .extracting(token -> token.claims().family().generation())
                .isEqualTo(3L);
        assertThat(verified(key, signed(HEADER, CLAIMS.replace("\"gen\"", "\"more\":{\"x\":[1]},\"gen\"")), NOW))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\",\"kid\":\"7\"}",
                "{\"alg\":\"HS384\",\"kid\":\"7\"}",
                "{\"alg\":\"HS512\",\"kid\":\"7\"}",
                "{\"alg\":\"RS256\",\"kid\":\"7\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"7\"}",
                "{\"alg\":\"hs256\",\"kid\":\"7\"}",
                "{\"kid\":\"7\"}",
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"kid\":7}",
                "{\"alg\":\"HS256\",\"kid\":\"07\"}",
                "{\"alg\":\"HS256\",\"kid\":\"-7\"}",
                "{\"alg\":\"HS256\",\"kid\":\"\"}",
                "{\"alg\":\"HS256\",\"kid\":\"18446744073709551623\"}",
                "{\"alg\":\"HS256\",\"kid\":\"8\"}",
                "{\"alg\":\"HS256\",\"kid\":\"7\",\"crit\":[\"x\"],\"x\":1}",
                "{\"alg\":\"HS256\",\"kid\":\"7\",\"b64\":false,\"crit\":[\"b64\"]}",
                "[]",
                "{\"alg\":",
                ""
            })
    void refusesOtherHeaders(String header) throws Exception {
        assertThat(verified(key, signed(header, CLAIMS), NOW)).isEmpty();
        String unsigned = base64(header) + "." + base64(CLAIMS) + ".";
        assertThat(verified(key, unsigned, NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"iss\":\"muster\"|\"iss\":\"other\"",
                "\"iss\":\"muster\",|",
                "\"realm\":\"7\"|\"realm\":\"8\"",
                "\"realm\":\"7\"|\"realm\":7",
                "\"kind\":\"apiKey\"|\"kind\":\"root\"",
                "\"kind\":\"apiKey\"|\"kind\":\"API_KEY\"",
                "\"typ\":\"access\"|\"typ\":\"id\"",
                "\"typ\":\"access\",|",
                "\"gen\":3|\"gen\":\"3\"",
                "\"gen\":3|\"gen\":3.5",
                "\"gen\":3,|",
                "\"fam\":|\"fan\":",
                "\"fam\":\"0199a8a0-|\"fam\":\"",
                "\"end\":1772366400,|",
                "\"end\":1772366400|\"end\":-1",
                "\"typ\":\"access\"|\"typ\":\"refresh\"",
                "\"typ\":\"access\"|\"typ\":\"refresh\",\"num\":0",
                "\"typ\":\"access\"|\"typ\":\"refresh\",\"num\":\"1\"",
                "\"exp\":1772362800|\"exp\":null",
                "\"exp\":1772362800|\"exp\":9223372036854775807",
                "\"exp\":1772362800|\"exp\":1e99",
                "\"iat\":1772359200,|",
                "\"sub\":\"0199a8a0-|\"sub\":\"0199a8a0",
                "\"sub\":\"0199a8a0-|\"sub\":\"0199a8g0-",
                "\"jti\":|\"jtj\":",
                "{\"iss\"|[{\"iss\"",
            })
    void refusesOtherClaims(String change) throws Exception {
        String[] parts = change.split("\\|", -1);
        assertThat(CLAIMS).contains(parts[0]);
        assertThat(verified(key, signed(HEADER, CLAIMS.replace(parts[0], parts[1])), NOW))
                .isEmpty();
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() throws Exception {
        String filled = CLAIMS.replace("\"gen\"", "\"x\":\"" + "x".repeat(2_000) + "\",\"gen\"");
        assertThat(TokenText.parse(signed(HEADER, filled))).isEmpty();
        String deep = CLAIMS.replace("\"gen\"", "\"x\":" + "[".repeat(450) + "]".repeat(450) + ",\"gen\"");
        assertThat(verified(key, signed(HEADER, deep), NOW)).isEmpty();
        String deepHeader = "{\"alg\":\"HS256\",\"kid\":\"7\",\"x\":" + "[".repeat(450) + "]".repeat(450) + "}";
        assertThat(TokenText.parse(signed(deepHeader, CLAIMS))).isEmpty();
    }

    @Property
    void takesAnyTextForWhatItIs(@ForAll String text) {
        assertThat(TokenText.parse(text)).isEmpty();
        assertThat(TokenText.parse("ey" + text)).isEmpty();
        assertThat(TokenText.parse(base64(HEADER) + "." + text)).isEmpty();
    }

    @Test
    void printsNothingSecret() {
        Tokens pair = pair();
        assertThat(pair.toString()).doesNotContain(pair.accessToken()).doesNotContain(pair.refreshToken());
        assertThat(TokenText.parse(pair.accessToken()).orElseThrow()).asString().doesNotContain(pair.accessToken());
    }

    @Test
    void aKeyHas32BytesAndIsOfARealm() {
        assertThatThrownBy(() -> new TokenKey(7, new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenKey(7, Arrays.copyOf(SECRET, 64)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenKey(-1, SECRET)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Optional<Token> verified(TokenKey key, String text, Instant now) {
        return TokenText.parse(text).flatMap(parsed -> key.verify(parsed, now));
    }

    private static String signed(String header, String claims) throws Exception {
        String text = base64(header) + "." + base64(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
