package dev.muster.api.allthenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.api.rest.RestApi;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Card;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.security.KeyGenerator;
import dev.muster.testing.OnBothDatabases;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the dialect end to end, with a real server and database. The exchanges are recorded in
/// src/test/resources/golden/allthenticate.
@OnBothDatabases
final class AllthenticateApiTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=----7";
    private static final Instant DEVICE = Instant.parse("2026-11-21T17:01:02.123Z");
    private static final Instant LONG_AFTER = Instant.parse("2099-01-01T00:00:00Z");
    private static final int ATTEMPTS = 12;
    private static final String NO_GROUP = "00000000-0000-7000-8000-000000000000";

    @TempDir
    private Path folder;

    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Transcript transcript;
    private Actor admin;
    private String key;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                ATTEMPTS,
                (core, gate, keyGenerator) -> List.of(
                        RestApi.of(core, gate, keyGenerator, null),
                        new AllthenticateApi(core.directory(), core.groups(), gate).httpApi()));
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
        transcript = new Transcript(server.port());
        transcript.name(tenancy.testKey().apiKey(), "<api key>");
        transcript.name("2026-11-21 17:01:02", "2026-11-21 17:01:02");
        key = "Authorization: Bearer " + tenancy.testKey().apiKey();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // Parameters

    @Test
    void fourWays() {
        person("ada");
        String cards = "[{\"number\": \"0012\", \"label\": \"Front door\"}, {\"number\": \"77\"}]";
        String encoded = URLEncoder.encode(cards, StandardCharsets.UTF_8);
        transcript.remark("In the query, and in a form of either type.");
        posts("/modifysmartcard?email_id=1&smartcards=" + encoded, List.of(key), "");
        posts("/modifysmartcard", List.of(key, FORM), "email_id=1&smartcards=" + encoded);
        posts("/modifysmartcard", List.of(key, MULTIPART), parts("email_id", "1", "smartcards", cards));
        transcript.remark("In JSON, where a list may be its text or itself.");
        posts(
                "/modifysmartcard",
                List.of(key, JSON),
                "{\"email_id\":1,\"smartcards\":\"" + cards.replace("\"", "\\\"") + "\"}");
        posts("/modifysmartcard", List.of(key, JSON), "{\"email_id\":\"1\",\"smartcards\":" + cards + "}");
        posts("/modifysmartcard", List.of(key), "{\"email_id\":1.0,\"smartcards\":" + cards + ",\"more\":null}");
        gets("/modifysmartcard?email_id=1", List.of(key));
        transcript.remark("Reads and deletions take them in their bodies too.");
        exchange("GET /modifysmartcard", List.of(key, FORM), "email_id=1");
        exchange("GET /user", List.of(key, JSON), "{\"email_id\":1}");
        transcript.remark("The same in two places, in whatever form.");
        exchange("GET /modifysmartcard?email_id=1&email_id=1", List.of(key, JSON), "{\"email_id\":\"01\"}");
        posts(
                "/modifysmartcard?allow_duplicates=True&smartcards=" + encoded,
                List.of(key, MULTIPART),
                parts("email_id", "1", "smartcards", cards.replace(": ", ":"), "allow_duplicates", "1"));
        transcript.remark("Different in two places.");
        exchange("GET /modifysmartcard?email_id=1", List.of(key, FORM), "email_id=2");
        gets("/modifysmartcard?email_id=1&email_id=2", List.of(key));
        posts(
                "/modifysmartcard?allow_duplicates=true",
                List.of(key, JSON),
                "{\"email_id\":1,\"smartcards\":[],\"allow_duplicates\":false}");
        posts("/modifysmartcard?smartcards=[]", List.of(key, JSON), "{\"email_id\":1,\"smartcards\":" + cards + "}");
        transcript.remark("Booleans.");
        for (String flag : List.of(
                "true", "True", "TRUE", "1", "yes", "Yes", "on", "ON", "false", "False", "0", "no", "No", "off", "")) {
            assertThat(transcript
                            .quietly("GET /multipleusers?email=" + flag, null, key)
                            .status())
                    .isEqualTo(200);
        }
        gets("/multipleusers?email=maybe", List.of(key));
        gets("/multipleusers?email=YES&email=on", List.of(key));
        gets("/multipleusers?email=1&email=", List.of(key));
        exchange("GET /multipleusers", List.of(key, JSON), "{\"email\":2}");
        transcript.remark("Bodies that cannot be read.");
        posts("/modifysmartcard", List.of(key, JSON), "{\"email_id\":");
        posts("/modifysmartcard", List.of(key, JSON), "[1]");
        posts("/modifysmartcard", List.of(key, FORM), "email_id=%zz");
        posts("/modifysmartcard", List.of(key, MULTIPART), "email_id=1");
        posts("/modifysmartcard", List.of(key, "Content-Type: text/xml"), "<email_id>1</email_id>");
        check("four-ways.txt");
    }

    /// Returns the multipart parts for alternating names and values.
    private static String parts(String... fields) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            body.append("------7\r\nContent-Disposition: form-data; name=\"")
                    .append(fields[i])
                    .append("\"\r\n\r\n")
                    .append(fields[i + 1])
                    .append("\r\n");
        }
        return body.append("------7--\r\n").toString();
    }

    /// Runs curl commands as people would type them.
    @Test
    void curl() {
        person("ada");
        curl("curl -G URL/modifysmartcard -d email_id=1 -H \"X-API-Key: KEY\"");
        curl("curl URL/modifyallusernames -d email_id=1 "
                + "--data-urlencode 'computer_usernames=[{\"computer_username\": \"ada\"}]' -H \"X-API-Key: KEY\"");
        curl("curl URL/modifyrank -F admin_user_id=1 -F rank=ADMIN -H \"Authorization: Bearer KEY\"");
        curl("curl URL/togglesuspension --json '{\"email_id\": 1}' -H \"Authorization: Bearer KEY\"");
        curl("curl URL/multipleusers -H \"Authorization: Bearer KEY\"");
        curl("curl -X DELETE URL/user -d email=ADA@example.com -H \"Authorization: Bearer KEY\"");
        check("curl.txt");
    }

    private void curl(String command) {
        String run = command.replace("URL", server.address().toString())
                .replace("KEY", tenancy.testKey().apiKey());
        transcript.command(run, run.replaceFirst("curl ", "curl -sS -w '\\\\n' "));
    }

    // Calls

    @Test
    void usernames() {
        person("ada");
        String path = "/modifyallusernames";
        transcript.remark("The list is replaced, and an empty one clears it.");
        json(
                path,
                "\"computer_usernames\":[{\"computer_username\":\" ACME\\\\ada \"},{\"computer_username\":\"ada\"}]");
        gets("/user?email_id=1", List.of(key));
        json(path, "\"computer_usernames\":[{\"computer_username\":\"ada\",\"more\":1}]");
        json(path, "\"computer_usernames\":\"[]\"");
        gets("/user?email_id=1", List.of(key));
        transcript.remark("Missing, no list, and no such list.");
        posts(path, List.of(key), "");
        json(path, "\"computer_usernames\":null");
        json(path, "\"computer_usernames\":\"\"");
        json(path, "\"computer_usernames\":\"ada\"");
        json(path, "\"computer_usernames\":\"{}\"");
        json(path, "\"computer_usernames\":{\"computer_username\":\"ada\"}");
        json(path, "\"computer_usernames\":[\"ada\",{},{\"computer_username\":7}]");
        json(path, "\"computer_usernames\":[{\"computer_username\":\" \"},{\"computer_username\":\"a\\u0000\"}]");
        json(path, "\"computer_usernames\":[{\"computer_username\":\"ada\"},{\"computer_username\":\"ada\"}]");
        transcript.remark("No number, and nobody's.");
        posts(path, List.of(key, JSON), "{\"email_id\":\"ada\",\"computer_usernames\":[]}");
        posts(path, List.of(key, JSON), "{\"email_id\":-1,\"computer_usernames\":[]}");
        posts(path, List.of(key, JSON), "{\"email_id\":1.5,\"computer_usernames\":[]}");
        posts(path, List.of(key, JSON), "{\"email_id\":9,\"computer_usernames\":[]}");
        check("usernames.txt");
    }

    @Test
    void ranks() {
        person("ada");
        server.execute(tenancy.test(), admin, null, register(null, "g-1", null, Tag.GUEST));
        String path = "/modifyrank";
        rank(1, "ADMIN");
        rank(1, "SUPER");
        transcript.remark("The last SUPER, and a guest.");
        rank(1, "REGULAR");
        rank(2, "ADMIN");
        transcript.remark("No rank, and nothing.");
        rank(1, "super");
        posts(path, List.of(key), "");
        posts(path, List.of(key, JSON), "{\"admin_user_id\":true,\"rank\":[]}");
        posts(path, List.of(key, JSON), "{\"email_id\":1,\"rank\":\"ADMIN\"}");
        transcript.remark("A key without the rank, and one without the scope.");
        String manager = bearer(Role.MANAGER, "<manager key>");
        posts(path, List.of(manager), "{\"admin_user_id\":1,\"rank\":\"ADMIN\"}");
        String viewer = bearer(Role.VIEWER, "<viewer key>");
        posts(path, List.of(viewer), "{\"admin_user_id\":1,\"rank\":\"ADMIN\"}");
        check("ranks.txt");
    }

    private void rank(int number, String rank) {
        posts("/modifyrank", List.of(key, JSON), "{\"admin_user_id\":" + number + ",\"rank\":\"" + rank + "\"}");
    }

    @Test
    void smartcards() {
        person("ada");
        person("bob", new Command.ReplaceCards(List.of(new Card("4711", null)), false));
        String path = "/modifysmartcard";
        json(path, "\"smartcards\":[{\"number\":\"123456\",\"label\":\"Test\"},{\"number\":\"007\",\"label\":\"\"}]");
        gets(path + "?email_id=1", List.of(key));
        transcript.remark("Another user's, twice in the list, and both allowed.");
        json(path, "\"smartcards\":[{\"number\":\"4711\"}]");
        json(path, "\"smartcards\":[{\"number\":\"1\"},{\"number\":\"1\"}]");
        json(path, "\"smartcards\":[{\"number\":\"4711\"},{\"number\":\"4711\"}],\"allow_duplicates\":true");
        gets(path + "?email_id=1", List.of(key));
        transcript.remark("An empty list clears it.");
        json(path, "\"smartcards\":[]");
        gets(path + "?email_id=1", List.of(key));
        transcript.remark("Numbers may be JSON integers.");
        json(path, "\"smartcards\":[{\"number\":12},{\"number\":12345678901234567890123456789012}]");
        json(path, "\"smartcards\":\"[{\\\"number\\\":13}]\"");
        gets(path + "?email_id=1", List.of(key));
        transcript.remark("Faulty ones.");
        json(path, "\"smartcards\":[{\"number\":\"12a\"},{\"number\":\"\"},{\"number\":\"1\",\"label\":\"a\\u0000\"}]");
        json(
                path,
                "\"smartcards\":[7,{\"number\":7.5},{\"number\":-7},{\"number\":true},{\"number\":1e3},{\"label\":\"x\"},{\"number\":\"1\",\"label\":7}]");
        json(path, "\"allow_duplicates\":\"maybe\"");
        transcript.remark("Of nobody.");
        gets(path, List.of(key));
        gets(path + "?email_id=", List.of(key));
        gets(path + "?email_id=9", List.of(key));
        gets(path + "?email_id=123456789012345678901", List.of(key));
        check("smartcards.txt");
    }

    @Test
    void users() {
        User chad = server.execute(
                        tenancy.test(), admin, null, register("joe@developer.com", "joe-1", "cspensky", Tag.USER))
                .user();
        server.execute(tenancy.test(), admin, UserRef.id(chad.id()), Command.Update.of(edits -> {
            edits.givenName = new Edit<>("Chad");
            edits.familyName = new Edit<>("Spensky");
            edits.deviceAddedAt = new Edit<>(DEVICE);
        }));
        server.execute(tenancy.test(), admin, UserRef.id(chad.id()), new Command.ConfirmEmail());
        server.execute(tenancy.test(), admin, null, register("guest@example.com", null, null, Tag.GUEST));
        server.execute(tenancy.test(), admin, null, register(null, "no-names", null, Tag.USER));
        person("ada", held(HoldKind.FRAUD));
        person("bob", Command.Update.of(edits -> edits.givenName = new Edit<>("Bob")));
        UUID employees = group("Employees");
        join(employees, chad);
        join(group("Accounting"), chad);
        transcript.remark("All of them, in order of their numbers.");
        gets("/multipleusers", List.of(key));
        transcript.remark("With addresses in the names.");
        gets("/multipleusers?email=true", List.of(key));
        transcript.remark("By tag.");
        gets("/multipleusers?user_tag=GUEST", List.of(key));
        gets("/multipleusers?user_tag=USER", List.of(key));
        gets("/multipleusers?user_tag=guest&email=x", List.of(key));
        transcript.remark("The head alone.");
        transcript.ask("HEAD /multipleusers", key);
        transcript.remark("Nobody.");
        KeyGenerator.GeneratedKey production = tenancy.productionKey();
        gets("/multipleusers", List.of("X-API-Key: " + production.apiKey()));
        check("users.txt");
    }

    @Test
    void guests() {
        server.execute(tenancy.test(), admin, null, register("guest@example.com", null, null, Tag.GUEST));
        posts("/promoteguest?email_id=1", List.of(key), "");
        transcript.remark("No longer a guest.");
        posts("/promoteguest?email_id=1", List.of(key), "");
        posts("/promoteguest?email_id=9", List.of(key), "");
        posts("/promoteguest", List.of(key), "");
        check("guests.txt");
    }

    @Test
    void suspension() {
        person("ada");
        server.execute(tenancy.test(), admin, null, register(null, "c-2", "bob", Tag.USER));
        server.execute(tenancy.test(), admin, null, register(null, null, "cy", Tag.USER));
        person("blocked", held(HoldKind.BLOCKED));
        person("legal", new Command.PlaceHold(HoldKind.SUSPENDED, "legal", null, null, LONG_AFTER));
        person("fraud", held(HoldKind.FRAUD));
        person("both", held(HoldKind.SUSPENDED), held(HoldKind.BLOCKED));
        transcript.remark("To and fro. Without an address a user is named by the external id, and else by the number.");
        toggle(1);
        toggle(1);
        toggle(2);
        toggle(3);
        transcript.remark("While another hold denies, toggling does not suspend the user.");
        toggle(4);
        toggle(5);
        transcript.remark("A hold that does not deny does not prevent it.");
        toggle(6);
        toggle(6);
        transcript.remark("A suspension is lifted from beside another hold, and not put back.");
        toggle(7);
        toggle(7);
        transcript.remark("Nobody.");
        toggle(9);
        posts("/togglesuspension", List.of(key), "");
        check("suspension.txt");
    }

    private void toggle(int number) {
        posts("/togglesuspension", List.of(key, FORM), "email_id=" + number);
    }

    @Test
    void user() {
        User ada = person("ada", new Command.ReplaceWorkstations(List.of("ACME\\ada", "ada")));
        server.execute(
                tenancy.test(),
                admin,
                UserRef.number(1),
                new Command.ReplaceCards(List.of(new Card("1", "Label"), new Card("2", null)), false));
        UUID employees = group("Employees");
        join(employees, ada);
        UUID own = policy("test_policy");
        UUID common = policy("asdf");
        UUID through = policy("Through the group");
        execute(new Command.AssignUser(own, UserRef.number(1)));
        execute(new Command.AssignUser(common, UserRef.number(1)));
        execute(new Command.AssignGroup(common, employees));
        execute(new Command.AssignGroup(through, employees));
        person("bob");
        execute(new Command.AssignUser(common, UserRef.number(2)));
        server.execute(tenancy.test(), admin, null, register(null, "c-3", "cy", Tag.USER));
        server.execute(tenancy.test(), admin, null, register(null, null, "dan", Tag.USER));
        person("super", new Command.ChangeRank(Rank.SUPER));
        gets("/user?email_id=1", List.of(key));
        gets("/user?email_id=2", List.of(key));
        gets("/user?email_id=9", List.of(key));
        gets("/user?email=ada@example.com", List.of(key));
        transcript.remark("Deleted: by number, by address, and by both, where the number counts.");
        deletes("?email_id=1");
        deletes("?email=BOB@example.com");
        deletes("?email_id=3&email=not-an-address");
        deletes("?email_id=4&email=super@example.com");
        transcript.remark("The policies that were that user's alone are gone, and the others are not.");
        transcript.ask("GET /v1/policies", key);
        transcript.remark("The last SUPER, nobody, and nothing.");
        deletes("?email_id=5");
        deletes("?email_id=9");
        deletes("?email=nobody@example.com");
        deletes("?email_id=x&email=super@example.com");
        deletes("?email_id=&email=");
        deletes("");
        check("user.txt");
    }

    @Test
    void removedBarredAndErasedUsersAreUnknown() {
        person("removed", new Command.Remove(null, null));
        person("expelled", new Command.Expel(null, null));
        person("barred", new Command.Bar(null, null));
        person("erased", new Command.Erase(null, null));
        User member = person("member");
        UUID group = group("Employees");
        join(group, member);
        server.execute(tenancy.test(), admin, UserRef.number(5), new Command.Remove(null, null));
        person("both", new Command.Bar(null, null), new Command.Erase(null, null));
        person("present");
        gets("/multipleusers", List.of(key));
        for (int number = 1; number <= 6; number++) {
            transcript.remark("Number " + number + ".");
            gets("/user?email_id=" + number, List.of(key));
            gets("/modifysmartcard?email_id=" + number, List.of(key));
            toggle(number);
            rank(number, "ADMIN");
            posts("/promoteguest?email_id=" + number, List.of(key), "");
            posts("/modifysmartcard?smartcards=[]&email_id=" + number, List.of(key), "");
            posts("/modifyallusernames?computer_usernames=[]&email_id=" + number, List.of(key), "");
            deletes("?email_id=" + number);
        }
        transcript.remark("By address, of the removed, the barred, and the barred and erased.");
        deletes("?email=removed@example.com");
        deletes("?email=barred@example.com");
        deletes("?email=both@example.com");
        transcript.remark("Nothing was changed: who is restored is in the group again.");
        server.execute(tenancy.test(), admin, UserRef.number(5), new Command.Restore(null, null));
        transcript.ask("GET /v1/users/number:5/groups", key);
        check("who-is-out.txt");
    }

    @Test
    void credentials() {
        person("ada");
        String apiKey = tenancy.testKey().apiKey();
        gets("/modifysmartcard?email_id=1", List.of("X-API-Key: " + apiKey));
        transcript.remark("In both headers it must be the same.");
        gets("/modifysmartcard?email_id=1", List.of(key, "X-API-Key: " + apiKey));
        gets(
                "/modifysmartcard?email_id=1",
                List.of(key, "X-API-Key: " + tenancy.productionKey().apiKey()));
        transcript.remark("Another scheme counts as none.");
        gets("/modifysmartcard?email_id=1", List.of("Authorization: Basic YTpi", "X-API-Key: " + apiKey));
        gets("/modifysmartcard?email_id=1", List.of("Authorization: Token " + apiKey));
        transcript.remark("No credential, and invalid ones.");
        gets("/multipleusers", List.of());
        posts("/modifyrank", List.of("X-API-Key: "), "{");
        gets("/user", List.of("Authorization: Bearer " + apiKey + "x"));
        deletesAs("Authorization: Bearer " + TestServer.ROOT_KEY);
        transcript.remark("A key that may not.");
        String viewer = bearer(Role.VIEWER, "<viewer key>");
        gets("/modifysmartcard?email_id=1", List.of(viewer));
        posts("/togglesuspension?email_id=1", List.of(viewer), "");
        deletesAs(viewer);
        String jobs = bearer(Scope.JOBS_WRITE, "<other key>");
        gets("/multipleusers", List.of(jobs));
        gets("/user?email_id=1", List.of(jobs));
        check("credentials.txt");
    }

    private void deletesAs(String credential) {
        exchange("DELETE /user?email_id=1", List.of(credential), "");
    }

    @Test
    void tooManyFailures() {
        for (int i = 0; i < ATTEMPTS; i++) {
            transcript.quietly("GET /multipleusers", null, "Authorization: Bearer nonsense");
        }
        gets("/multipleusers", List.of(key));
        check("too-many-failures.txt");
    }

    @Test
    void guards() {
        person("ada");
        transcript.remark("The same twice: carried out once, answered twice.");
        List<String> once = List.of(key, "Idempotency-Key: order-7");
        posts("/togglesuspension?email_id=1", once, "");
        posts("/togglesuspension", List.of(key, FORM, "Idempotency-Key: order-7"), "email_id=1");
        posts("/togglesuspension?email_id=1", List.of(key), "");
        posts("/togglesuspension?email_id=1", once, "");
        posts("/promoteguest?email_id=1", once, "");
        transcript.remark("Only if the version matches.");
        posts("/togglesuspension?email_id=1", List.of(key, "If-Match: \"1\""), "");
        posts("/togglesuspension?email_id=1", List.of(key, "If-Match: W/\"3\""), "");
        posts("/togglesuspension?email_id=1", List.of(key, "If-Match: \"3\""), "");
        posts("/togglesuspension?email_id=1", List.of(key, "If-Match: *"), "");
        transcript.remark("A dry run is decided and answered, and nothing is stored.");
        List<String> rehearsal = List.of(key, "Muster-Dry-Run: true");
        posts("/togglesuspension?email_id=1", rehearsal, "");
        exchange("DELETE /user?email_id=1", rehearsal, "");
        posts("/promoteguest?email_id=1", rehearsal, "");
        gets("/multipleusers", List.of(key));
        transcript.remark("Deleted once, and answered twice.");
        exchange("DELETE /user?email_id=1", List.of(key, "Idempotency-Key: order-8"), "");
        exchange("DELETE /user?email_id=1", List.of(key, "Idempotency-Key: order-8"), "");
        deletes("?email_id=1");
        transcript.remark("Invalid preconditions are refused rather than ignored.");
        posts(
                "/togglesuspension?email_id=x",
                List.of(key, "Idempotency-Key: two words", "If-Match: 2", "Muster-Dry-Run: maybe"),
                "");
        check("guards.txt");
    }

    @Test
    void faults() {
        posts("/multipleusers", List.of(key), "");
        exchange("PUT /user", List.of(key), "");
        gets("/user?email_id=%00", List.of(key));
        gets("/user?email_id=%zz", List.of(key));
        transcript.ask("POST /modifyrank", key, JSON, "Content-Length: 1048577");
        posts("/modifyrank", List.of(key, JSON, "Content-Encoding: gzip"), "{}");
        transcript.ask("GET /user", key, "X-Long: " + "x".repeat(20_000));
        transcript.remark(
                "What is below these paths is refused like them, and a slash at the end makes no difference.");
        gets("/user/1", List.of(key));
        gets("/multipleusers/all/of/them", List.of(key));
        gets("/multipleusers/", List.of(key));
        exchange("PUT /user/", List.of(key), "");
        transcript.remark("What else is at the root is not this dialect's to refuse.");
        gets("/", List.of(key));
        gets("/users", List.of(key));
        gets("/users/1", List.of(key));
        check("faults.txt");
    }

    @Test
    void everyPathMayEndWithASlash() {
        person("ada");
        for (String path : List.of("user?email_id=1", "modifysmartcard?email_id=1", "multipleusers?", "invites?")) {
            String with = path.replace("?", "/?");
            Transcript.Answer answer = transcript.quietly("GET /" + with, null, key);
            assertThat(answer.status()).as(with).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo(transcript.quietly("GET /" + path, null, key).body());
        }
        for (String path : List.of("modifyallusernames", "modifyrank", "promoteguest", "togglesuspension")) {
            assertThat(transcript.quietly("POST /" + path + "/", null, key).body())
                    .isEqualTo(transcript.quietly("POST /" + path, null, key).body())
                    .contains("is required.");
        }
    }

    // Invitations

    @Test
    void invites() {
        person("ada");
        UUID employees = group("Employees");
        transcript.remark("Each address becomes a user who has not confirmed it.");
        puts("{\"emails\":[\"joe@example.com\",\" Ann@Example.com \"]}");
        gets("/invites", List.of(key));
        transcript.remark("As texts in a form, with cards and a group, and without a mail.");
        exchange(
                "PUT /invites",
                List.of(key, FORM),
                "emails=" + encoded("[\"bob@example.com\",\"eve@example.com\"]") + "&smartcards="
                        + encoded("[[{\"number\":\"0012\",\"label\":\"Door\"}],[]]") + "&groups="
                        + encoded("[{\"name\":\"EMPLOYEES\"}]") + "&no_email=true");
        gets("/multipleusers", List.of(key));
        gets("/modifysmartcard?email_id=4", List.of(key));
        assertThat(actions(4)).containsExactly("user.registered", "user.cards.replaced", "group.member.added");
        assertThat(actions(2)).containsExactly("user.registered", "user.invitation.requested");
        transcript.remark("There already, in the list twice, no address; and one that is no address at all.");
        puts("{\"emails\":[\"joe@example.com\",\"new@example.com\",\"NEW@example.com\",\"nonsense\"],"
                + "\"groups\":[{\"id\":\"" + employees + "\",\"name\":\"whatever\"}]}");
        puts("{\"emails\":[\"joe@example.com\"]}");
        puts("{\"emails\":[\"nonsense\"]}");
        transcript.remark("Cards and addresses that are others', and whose owners are out.");
        person("gone", new Command.Remove(null, null));
        person("barred", new Command.Bar(null, null));
        puts("{\"emails\":[\"gone@example.com\",\"barred@example.com\",\"card@example.com\",\"fine@example.com\"],"
                + "\"smartcards\":[[],[],[{\"number\":12},{\"number\":\"0012\"}]]}");
        puts("{\"emails\":[\"gone@example.com\",\"barred@example.com\"]}");
        transcript.remark("What is wrong with the request as a whole: nobody is registered.");
        puts("{}");
        puts("{\"emails\":[]}");
        puts(
                "{\"emails\":[7,\"a@example.com\"],\"smartcards\":[[{}],7,[]],\"groups\":[{\"id\":7}],\"no_email\":\"x\"}");
        puts("{\"emails\":\"a@example.com\"}");
        puts("{\"emails\":[\"a@example.com\"],\"groups\":[{\"name\":\"Nobodies\"}]}");
        puts("{\"emails\":[\"a@example.com\"],\"groups\":[{\"id\":\"" + NO_GROUP + "\"}]}");
        puts("{\"emails\":[\"a@example.com\"],\"smartcards\":[[{\"number\":\"x\"}]]}");
        String many = "\"a@example.com\",".repeat(1_001);
        assertThat(transcript
                        .quietly(
                                "PUT /invites",
                                "{\"emails\":[" + many.substring(0, many.length() - 1) + "]}",
                                key,
                                JSON)
                        .body())
                .isEqualTo("{\"error\":\"emails must be 1 to 1,000 addresses.\"}");
        transcript.remark("A key that may not.");
        exchange(
                "PUT /invites", List.of(bearer(Role.VIEWER, "<viewer key>"), JSON), "{\"emails\":[\"a@example.com\"]}");
        exchange(
                "PUT /invites",
                List.of(bearer(Scope.USERS_WRITE, "<other key>"), JSON),
                "{\"emails\":[\"a@example.com\"],\"groups\":[]}");
        check("invites.txt");
    }

    @Test
    void invitesAgain() {
        person("ada");
        person("bob", new Command.ConfirmEmail());
        person("gone", new Command.Remove(null, null));
        posts("/invites", List.of(key, FORM), "email=ada%40example.com");
        posts("/invites", List.of(key, JSON), "{\"email\":\"ADA@example.com\"}");
        assertThat(actions(1))
                .containsExactly("user.registered", "user.invitation.requested", "user.invitation.requested");
        transcript.remark("Confirmed, removed, unknown, and none.");
        for (String email : List.of("bob@example.com", "gone@example.com", "nobody@example.com")) {
            posts("/invites?email=" + email, List.of(key), "");
        }
        posts("/invites", List.of(key), "");
        check("invites-again.txt");
    }

    /// A repeated request gets the first response and does not register any user twice.
    @Test
    void anInvitationIsCarriedOutOnce() {
        String body = "{\"emails\":[\"a@example.com\",\"b@example.com\",\"nonsense\"]}";
        String[] headers = {key, JSON, "Idempotency-Key: order-9"};
        Transcript.Answer first = transcript.quietly("PUT /invites", body, headers);
        assertThat(first.status()).isEqualTo(200);
        assertThat(transcript.quietly("PUT /invites", body, headers).body()).isEqualTo(first.body());
        assertThat(transcript
                        .quietly("PUT /invites", body.replace("b@", "c@"), headers)
                        .body())
                .contains("Idempotency-Key was used for another request");
        assertThat(actions(1)).containsExactly("user.registered", "user.invitation.requested");
        Transcript.Answer rehearsed = transcript.quietly(
                "PUT /invites", "{\"emails\":[\"d@example.com\"]}", key, JSON, "Muster-Dry-Run: true");
        assertThat(rehearsed.body()).contains("\"invited\":[\"d@example.com\"]");
        assertThat(transcript.quietly("GET /invites", null, key).body())
                .contains("a@example.com", "b@example.com")
                .doesNotContain("d@example.com");
    }

    private void puts(String body) {
        exchange("PUT /invites", List.of(key, JSON), body);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// Returns the actions in the history of the user with this number, oldest first.
    private List<String> actions(long number) {
        return TestServer.ok(server.directory().history(admin, tenancy.test(), UserRef.number(number), 50, null))
                .items()
                .reversed()
                .stream()
                .map(JournalEntry::action)
                .toList();
    }

    // Actions

    private User person(String name, Command... then) {
        User user = server.execute(tenancy.test(), admin, null, register(name + "@example.com", null, name, Tag.USER))
                .user();
        for (Command command : then) {
            user = server.execute(tenancy.test(), admin, UserRef.id(user.id()), command)
                    .user();
        }
        return user;
    }

    private static Command register(String email, String externalId, String username, Tag tag) {
        Validator checks = new Validator();
        return new Command.Register(
                checks.email(email),
                checks.identifier(Identifier.Kind.EXTERNAL_ID, externalId),
                checks.identifier(Identifier.Kind.USERNAME, username),
                null,
                null,
                null,
                tag,
                null);
    }

    private static Command held(HoldKind kind) {
        return new Command.PlaceHold(kind, Hold.MAIN, null, null, null);
    }

    private UUID group(String name) {
        return server.execute(tenancy.test(), admin, null, new Command.CreateGroup(name, null))
                .group()
                .id();
    }

    private void join(UUID group, User user) {
        execute(new Command.AddMember(group, UserRef.id(user.id())));
    }

    private UUID policy(String name) {
        return server.execute(tenancy.test(), admin, null, new Command.CreatePolicy(name, null, List.of()))
                .policy()
                .id();
    }

    private void execute(Command command) {
        server.execute(tenancy.test(), admin, null, command);
    }

    /// Creates a key and returns its header line; the transcript shows the key by this name.
    private String bearer(Role role, String name) {
        return bearer(server.makeKey(tenancy.test(), Environment.TEST, role), name);
    }

    /// Creates a key with only this scope and returns its header line.
    private String bearer(Scope scope, String name) {
        KeyGenerator.GeneratedKey made = server.mint().generate(tenancy.test(), Environment.TEST);
        execute(new Command.CreateKey(
                made.id(), name, null, Set.of(scope), Rank.REGULAR, false, null, made.textHash(), made.apiSecret()));
        return bearer(made, name);
    }

    private String bearer(KeyGenerator.GeneratedKey made, String name) {
        transcript.name(made.apiKey(), name);
        return "Authorization: Bearer " + made.apiKey();
    }

    // Requests

    private void json(String path, String fields) {
        posts(path, List.of(key, JSON), "{\"email_id\":1," + fields + "}");
    }

    private void posts(String path, List<String> headers, String body) {
        exchange("POST " + path, headers, body);
    }

    private void gets(String target, List<String> headers) {
        exchange("GET " + target, headers, "");
    }

    private void deletes(String query) {
        exchange("DELETE /user" + query, List.of(key), "");
    }

    /// Sends and records a request, without a body if `body` is empty.
    private void exchange(String line, List<String> headers, String body) {
        String[] lines = headers.toArray(String[]::new);
        if (body.isEmpty()) {
            transcript.ask(line, lines);
        } else {
            transcript.tell(line, body, lines);
        }
    }

    private void check(String file) {
        transcript.check(Path.of("src/test/resources/golden/allthenticate", file));
    }
}
