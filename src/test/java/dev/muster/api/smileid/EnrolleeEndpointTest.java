package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Command;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.security.KeyGenerator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tests the enrollee endpoint: its flags, signatures, refusals and journal entries.
@Tag("both-databases")
final class EnrolleeEndpointTest extends SmileIdTest {
    /// Sends the request bodies of the vendor's documentation, with the placeholders filled in.
    @Test
    void page() {
        enrolled("user");
        List<String> flags = List.of(
                "\"allow_new_enroll\": true", "\"active\": false", "\"is_fraudulent\": false", "\"delete\": true");
        for (String flag : flags) {
            later();
            tells("""
                    {
                        %s,
                        "email": "ann@example.com",
                        "environment": "test",
                        "partner_id": "acme",
                        "signature": "%s",
                        "timestamp": "%s",
                        "user_id": "user"
                    }
                    """.formatted(flag, signature(), now()));
        }
        check("page.txt");
    }

    @Test
    void flags() {
        enrolled("ann");
        for (String flag : List.of("active", "is_fraudulent", "allow_new_enroll")) {
            transcript.remark(flag + ": one way, again, and the other.");
            boolean first = !flag.equals("active");
            asks("ann", "\"" + flag + "\":" + first);
            asks("ann", "\"" + flag + "\":" + first);
            asks("ann", "\"" + flag + "\":" + !first);
        }
        transcript.remark("Two holds at once, each mirrored by its own flag.");
        asks("ann", "\"is_fraudulent\":true,\"active\":false");
        asks("ann", "\"active\":true");
        transcript.remark("A user who is not enrolled needs no permission to enrol again.");
        person("bob");
        asks("bob", "\"allow_new_enroll\":true");
        transcript.remark("A numeric id is its digits as a string.");
        person("4711");
        tells(body("4711", "\"active\":false", signed()).replace("\"4711\"", "4711"));
        transcript.remark("By the user's id; and named in partner_params.");
        User cid = person("cid");
        asks(cid.id().toString(), "\"active\":false");
        tells(body("cid", "\"active\":true", signed()).replace("\"user_id\":\"cid\"", """
                "partner_params":{"user_id":"cid","job_id":"ignored"}"""));
        tells(body("cid", "\"active\":true,\"partner_params\":{\"user_id\":\"cid\"}", signed()));
        transcript.remark("All four at once, which leaves nothing to be done afterwards.");
        later();
        asks("ann", "\"delete\":true,\"allow_new_enroll\":true,\"is_fraudulent\":true,\"active\":false");
        later();
        transcript.remark("Deleting again is fine, and nothing else is.");
        asks("ann", "\"delete\":true");
        for (String flag : List.of("active", "is_fraudulent", "allow_new_enroll")) {
            asks("ann", "\"" + flag + "\":true");
            asks("ann", "\"" + flag + "\":false");
        }
        later();
        asks("ann", "\"active\":true,\"delete\":true");
        check("flags.txt");
    }

    /// Several flags make a single change: if one is refused, none is applied.
    @Test
    void allOrNothing() {
        User ann = person("ann");
        done(ann, new Command.PlaceHold(HoldKind.FRAUD, "bank", null, null, null));
        asks("ann", "\"active\":false,\"is_fraudulent\":false");
        asks("ann", "\"active\":true");
        check("all-or-nothing.txt");
    }

    @Test
    void shapes() {
        person("ann");
        transcript.remark("No flag, an unknown flag, and delete with false.");
        String none = body("ann", "\"x\":1", signed());
        tells(none);
        tells(none.replace("\"x\":1", "\"active\":null"));
        for (String value : List.of("\"true\"", "1", "{}", "[true]")) {
            tells(none.replace("\"x\":1", "\"active\":" + value));
        }
        tells(none.replace("\"x\":1", "\"delete\":false"));
        transcript.remark("All faults at once.");
        tells("{}");
        tells("{\"email\":1,\"environment\":2,\"partner_id\":3,\"signature\":4,\"timestamp\":true,\"user_id\":5.5,"
                + "\"active\":\"x\",\"is_fraudulent\":\"x\",\"allow_new_enroll\":\"x\",\"delete\":\"x\"}");
        transcript.remark("Each field by itself.");
        String good = none.replace("\"x\":1", "\"active\":true");
        for (String field : List.of("email", "environment", "partner_id", "timestamp", "signature", "user_id")) {
            tells(good.replace("\"" + field + "\":", "\"no_" + field + "\":"));
        }
        tells(good.replace("ann@example.com", ""));
        tells(good.replace("ann@example.com", "ann@"));
        tells(good.replace("\"test\"", "\"staging\""));
        tells(good.replace("\"acme\"", "\"ac\\u0000me\""));
        tells(good.replace("\"ann\"", "\"\""));
        transcript.remark("Two user ids that differ.");
        tells(good.replace("\"active\"", "\"partner_params\":{\"user_id\":\"bob\"},\"active\""));
        tells(good.replace("\"active\"", "\"partner_params\":\"ann\",\"active\""));
        tells(good.replace("\"active\"", "\"partner_params\":{\"user_id\":7},\"active\""));
        transcript.remark("Not JSON.");
        tells("{\"active\":");
        tells("[]");
        tells("");
        transcript.remark("Another type, method and path.");
        transcript.tell(ENROLLEE, "active=true", "Content-Type: application/x-www-form-urlencoded");
        transcript.ask("GET /api/v2/partner/enrollee");
        transcript.ask("POST /api/v2/partner/enrollee/ann");
        transcript.remark("A body that is too long.");
        transcript.ask(ENROLLEE, JSON, "Content-Length: 1048577");
        transcript.remark("The format is checked first, then the signature, then the user.");
        tells(good.replace("\"active\":true", "\"active\":7")
                .replace("\"ann\"", "\"nobody\"")
                .replace("acme", "other"));
        tells(good.replace("\"ann\"", "\"nobody\"").replace("acme", "other"));
        tells(good.replace("\"ann\"", "\"nobody\""));
        check("shapes.txt");
    }

    /// All these requests get the same response, byte for byte, except for the date and the request id.
    @Test
    void unauthorized() {
        person("ann");
        String good = body("ann", "\"active\":true", signed());
        String signature = sign(secret, NOW);
        transcript.remark("An unknown partner, and an existing one with its own signature.");
        tells(good.replace("acme", "nobody"));
        server.makeTenant("other");
        tells(good.replace("acme", "other"));
        tells(good.replace("acme", "ACME"));
        tells(good.replace("acme", "no partner's id"));
        transcript.remark("Another environment than the key's.");
        tells(good.replace("\"test\"", "\"production\""));
        transcript.remark("Invalid signatures.");
        tells(good.replace(signature, "x"));
        String other = (signature.charAt(7) == 'A' ? "B" : "A") + signature.substring(8);
        transcript.name(signature.substring(0, 7) + other, "<signature with one other character>");
        tells(good.replace(signature, signature.substring(0, 7) + other));
        transcript.name(signature.replace("=", ""), "<signature without its padding>");
        tells(good.replace(signature, signature.replace("=", "")));
        transcript.remark("A signature of another time.");
        transcript.name("2023-02-13T15:07:42.215Z", "2023-02-13T15:07:42.215Z");
        tells(good.replace(NOW, NOW.replace(".214Z", ".215Z")));
        transcript.remark("Beyond the window, before and after.");
        unauthorizedAt("2023-02-13T14:52:42.213Z");
        unauthorizedAt("2023-02-13T15:22:42.215Z");
        unauthorizedAt("2023-02-13T02:52:42.213");
        unauthorizedAt("2023-02-14T05:22:42.215");
        unauthorizedAt("1676299962");
        transcript.remark("In an unknown format.");
        unauthorizedAt("yesterday");
        unauthorizedAt("2023-02-13 15:07:42");
        unauthorizedAt("Mon Feb 13 2023 15:07:42");
        transcript.remark("In a form that only the server's own signatures have.");
        unauthorizedAt(replyTime(), "<the time of a reply>");
        transcript.remark("With the secret of a key that was revoked, and of one that cannot sign.");
        KeyGenerator.GeneratedKey revoked = key(Role.ADMIN.scopes());
        server.execute(tenancy.test(), admin, null, new Command.RevokeKey(revoked.id(), false));
        tells(body("ann", "\"active\":true", signedWith("signature of a revoked key", revoked.apiSecret())));
        KeyGenerator.GeneratedKey silent = server.mint().generate(tenancy.test(), Environment.TEST);
        server.execute(tenancy.test(), admin, null, createKey(silent, false, null));
        tells(body("ann", "\"active\":true", signedWith("signature of a key that cannot sign", silent.apiSecret())));
        check("unauthorized.txt");
    }

    private void unauthorizedAt(String timestamp) {
        unauthorizedAt(timestamp, timestamp);
    }

    private void unauthorizedAt(String timestamp, String shown) {
        transcript.name(timestamp, shown);
        Transcript.Answer answer = tells(bodyAt("\"" + timestamp + "\"", named("signature", secret, timestamp)));
        assertThat(answer.status()).as(timestamp).isEqualTo(401);
    }

    private static String bodyAt(String timestamp, String signature) {
        return body("ann", "\"active\":true", "\"timestamp\":" + timestamp + ",\"signature\":\"" + signature + "\"");
    }

    @Test
    void tooManyFailures() {
        person("ann");
        String wrong = bodyAt("\"" + NOW + "\"", "x");
        for (int i = 0; i < 30; i++) {
            assertThat(transcript.quietly(ENROLLEE, wrong, JSON).status()).isEqualTo(401);
        }
        transcript.remark("After too many failures from an address, its requests are refused unchecked for a while.");
        tells(wrong);
        asks("ann", "\"active\":true");
        check("too-many-failures.txt");
    }

    /// Accepts every format in which the official clients send the time.
    @Test
    void timestamps() {
        person("ann");
        for (String timestamp : List.of(
                "2023-02-13T15:07:42.214Z",
                "2023-02-13T15:07:42Z",
                "2023-02-13T15:07:42.2Z",
                "2023-02-13T15:07:42.21Z",
                "2023-02-13T15:07:42.21412Z",
                "2023-02-13T15:07:42.214123Z",
                "2023-02-13T15:07:42.2141234Z",
                "2023-02-13T15:07:42.21412345Z",
                "2023-02-13T15:07:42.214123456Z",
                "2023-02-13T16:07:42.214+01:00",
                "2023-02-13T11:37:42-0330",
                "2023-02-13 15:07:42 +0000",
                "2023-02-13 15:07:42 UTC",
                "Mon Feb 13 2023 15:07:42 GMT+0000 (Coordinated Universal Time)",
                "Mon Feb 13 2023 16:07:42 GMT+0100",
                "2023-02-13T17:07:42.214123",
                "2023-02-13T07:07:42")) {
            takenAt("\"" + timestamp + "\"", timestamp);
        }
        transcript.remark("A number, in seconds and in milliseconds, as itself or as a text; signed as its digits or as"
                + " what it means.");
        for (String number : List.of("1676300862", "1676300862214", "1676300862.214")) {
            String means = number.length() == 10 ? "2023-02-13T15:07:42.000Z" : "2023-02-13T15:07:42.214Z";
            for (String sent : List.of(number, "\"" + number + "\"")) {
                takenAt(sent, number);
                takenAt(sent, means);
            }
        }
        transcript.remark("The ends of the window.");
        takenAt("\"2023-02-13T14:52:42.214Z\"", "2023-02-13T14:52:42.214Z");
        takenAt("\"2023-02-13T15:22:42.214Z\"", "2023-02-13T15:22:42.214Z");
        takenAt("\"2023-02-13T02:52:42.214\"", "2023-02-13T02:52:42.214");
        takenAt("\"2023-02-14T05:22:42.214\"", "2023-02-14T05:22:42.214");
        check("timestamps.txt");
    }

    private void takenAt(String sent, String signedAs) {
        transcript.name(signedAs, signedAs);
        Transcript.Answer answer = tells(bodyAt(sent, named("signature over " + signedAs, secret, signedAs)));
        assertThat(answer.status()).as(sent).isEqualTo(200);
    }

    private static final String BLOCK_USER = "POST /v2/block-user";
    private static final String PARTNER_HEADER = "smileid-partner-id: acme";

    private static String unsigned(String flags, String more) {
        return "{" + flags + ",\"email\":\"ann@example.com\",\"environment\":\"test\",\"user_id\":\"ann\"" + more + "}";
    }

    private String timeHeader() {
        return "smileid-timestamp: " + now();
    }

    private String signatureHeader() {
        return "smileid-request-signature: " + signature();
    }

    /// The vendor's newer name for the same call also works.
    @Test
    void blockUser() {
        enrolled("ann");
        transcript.remark("All in the body; all of the signature in headers; as the vendor's page has it, in both.");
        transcript.tell(BLOCK_USER, body("ann", "\"active\":false", signed()), JSON);
        String inHeaders = unsigned("\"active\":true", "");
        transcript.tell(BLOCK_USER, inHeaders, JSON, PARTNER_HEADER, timeHeader(), signatureHeader());
        transcript.tell(
                BLOCK_USER,
                body("ann", "\"allow_new_enroll\":true", signed()),
                JSON,
                PARTNER_HEADER,
                timeHeader(),
                signatureHeader());
        transcript.remark("A part each; a number is compared by its digits, and an empty or null field is none.");
        String millis = Long.toString(now().toEpochMilli());
        transcript.tell(
                BLOCK_USER,
                unsigned("\"active\":true", ",\"partner_id\":null,\"timestamp\":" + millis),
                JSON,
                PARTNER_HEADER,
                "smileid-timestamp: " + millis,
                signatureHeader());
        transcript.remark("Different parts, all reported at once; and no signature.");
        transcript.tell(
                BLOCK_USER,
                body("ann", "\"active\":true", signed()),
                JSON,
                "smileid-partner-id: other",
                "smileid-timestamp: 2023-02-13T15:07:42Z",
                "smileid-request-signature: x");
        transcript.tell(BLOCK_USER, inHeaders, JSON);
        transcript.tell(BLOCK_USER, inHeaders, JSON, PARTNER_HEADER, timeHeader(), "smileid-request-signature:");
        transcript.remark("A header that is sent twice is not one of the two.");
        transcript.tell(BLOCK_USER, inHeaders, JSON, PARTNER_HEADER, PARTNER_HEADER, timeHeader(), signatureHeader());
        transcript.remark("The older path does not look at headers.");
        tells(inHeaders, PARTNER_HEADER, timeHeader(), signatureHeader());
        transcript.remark("Refused like the older one: no signature of this partner, nobody, no JSON, no such path.");
        transcript.tell(BLOCK_USER, inHeaders, JSON, "smileid-partner-id: nobody", timeHeader(), signatureHeader());
        transcript.tell(
                BLOCK_USER,
                inHeaders.replace("\"ann\"", "\"nobody\""),
                JSON,
                PARTNER_HEADER,
                timeHeader(),
                signatureHeader());
        transcript.tell(BLOCK_USER, "{", JSON, PARTNER_HEADER, timeHeader(), signatureHeader());
        transcript.tell(BLOCK_USER, "active=true", "Content-Type: application/x-www-form-urlencoded");
        transcript.ask("GET /v2/block-user");
        transcript.ask("POST /v2/block-user/ann");
        transcript.remark("And deleted, by a signature of its own.");
        later();
        String delete = unsigned("\"delete\":true", "");
        transcript.tell(BLOCK_USER, delete, JSON, PARTNER_HEADER, timeHeader(), signatureHeader());
        check("block-user.txt");
    }

    @Test
    void refused() {
        person("ann");
        transcript.remark("What the key lacks.");
        KeyGenerator.GeneratedKey manager = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
        tells(body("ann", "\"delete\":true", signedWith("a manager's signature", manager.apiSecret())));
        KeyGenerator.GeneratedKey reader = key(Set.of(Scope.USERS_READ));
        tells(body("ann", "\"active\":true", signedWith("a reader's signature", reader.apiSecret())));
        transcript.remark("An unknown user, and an erased one.");
        asks("nobody", "\"active\":true");
        User gone = person("gone", new Command.Erase(null, null));
        asks("gone", "\"active\":true");
        asks(gone.id().toString(), "\"active\":true");
        transcript.remark("Another realm's.");
        User theirs = server.execute(
                        tenancy.production(),
                        server.actor(tenancy.production(), tenancy.productionKey()),
                        null,
                        new Command.Register(
                                null,
                                new dev.muster.model.validation.Validator()
                                        .identifier(dev.muster.model.value.Identifier.Kind.EXTERNAL_ID, "theirs"),
                                null,
                                null,
                                null,
                                null,
                                dev.muster.model.user.Tag.USER,
                                null))
                .user();
        asks("theirs", "\"active\":true");
        asks(theirs.id().toString(), "\"active\":true");
        transcript.remark("A removed user is found; only holds can be placed and released.");
        person("removed", new Command.Remove(null, null));
        asks("removed", "\"active\":false");
        asks("removed", "\"active\":true");
        asks("removed", "\"is_fraudulent\":true");
        asks("removed", "\"allow_new_enroll\":true");
        transcript.remark("A hold that somebody placed under another label.");
        User held = person("held");
        done(held, new Command.PlaceHold(HoldKind.DEACTIVATED, "legal", null, null, null));
        asks("held", "\"active\":true");
        transcript.remark("A deleted user id stays deleted, also once its user is erased.");
        User barred = person("barred", new Command.Bar(null, null));
        asks("barred", "\"active\":true");
        done(barred, new Command.Erase(null, null));
        asks("barred", "\"active\":true");
        later();
        asks("barred", "\"delete\":true");
        check("refused.txt");
    }

    @Test
    void guards() {
        person("ann");
        transcript.remark("A dry run, and the same without.");
        asks("ann", "\"active\":false", "Muster-Dry-Run: true");
        asks("ann", "\"active\":false");
        transcript.remark("Only if the version matches.");
        asks("ann", "\"active\":true", "If-Match: \"1\"");
        asks("ann", "\"active\":true", "If-Match: \"2\"");
        transcript.remark("Again under the same key, and another request under it.");
        asks("ann", "\"active\":false", "Idempotency-Key: k1");
        done(person("bob"), new Command.EnsureHold(HoldKind.FRAUD));
        asks("ann", "\"active\":false", "Idempotency-Key: k1");
        asks("ann", "\"active\":true", "Idempotency-Key: k1");
        transcript.remark("Faulty ones.");
        asks("ann", "\"active\":true", "If-Match: 1", "Idempotency-Key: ", "Muster-Dry-Run: perhaps");
        check("guards.txt");
    }

    /// A deletion needs a fresh signature, because the vendor's signature does not cover the body. [ReplaysTest]
    /// tests this further, with a clock that it can move.
    @Test
    void aDeletionTakesASignatureThatNothingElseHasShown() {
        person("ann");
        person("bob");
        String first = signed();
        assertThat(tells(body("ann", "\"active\":false", first)).status()).isEqualTo(200);
        aWhile();
        assertThat(tells(body("bob", "\"active\":false", first)).status()).isEqualTo(200);
        assertThat(tells(body("ann", "\"delete\":true", first)).status()).isEqualTo(401);
        assertThat(asks("ann", "\"delete\":true").status()).isEqualTo(200);
    }

    /// The journal names the key that verified the signature as the actor, and records the person who made the
    /// request separately.
    @Test
    void theJournalNamesKeyAndPerson() {
        User ann = person("ann");
        KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
        Transcript.Answer answer = tells(body("ann", "\"active\":false", signedWith("signature", key.apiSecret())));
        assertThat(answer.status()).isEqualTo(200);
        JournalEntry entry = ok(server.directory()
                        .history(admin, tenancy.test(), dev.muster.model.user.UserRef.id(ann.id()), 1, null))
                .items()
                .getFirst();
        assertThat(entry.actor()).isEqualTo(new ActorRef(ActorRef.Kind.API_KEY, key.id()));
        assertThat(entry.onBehalfOf()).isEqualTo("ann@example.com");
        assertThat(entry.dialect()).isEqualTo("smileid");
    }
}
