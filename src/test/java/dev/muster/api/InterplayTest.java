package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.Golden;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.testing.OnBothDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests five dialects on one database. Each hold is placed through every dialect that has it; then the test records
/// how each dialect shows the user and what it can do about the hold. The result is the table in
/// `docs/dialects/interplay.md`.
@OnBothDatabases
final class InterplayTest {
    private static final String PARTNER = "interplay";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong counted = new AtomicLong();
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private String access;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                InstantSource.system(),
                10_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant(PARTNER);
        access = server.signIn(tenancy.test(), tenancy.testKey(), "olga").accessToken();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// Makes a dialect's call for a user and returns the HTTP status or, for some calls, a word from the response.
    private interface Call {
        String to(User user) throws Exception;
    }

    private Map<String, Call> placing() {
        Map<String, Call> calls = new LinkedHashMap<>();
        for (String kind : List.of("deactivated", "suspended", "blocked", "fraud")) {
            calls.put("rest: " + kind, user -> rest("PUT", user, "/holds/" + kind, "{\"reason\":\"review\"}"));
        }
        calls.put("rest: suspended, label `legal`", user -> rest("PUT", user, "/holds/suspended?label=legal", "{}"));
        calls.put("rest: blocked, label `legal`", user -> rest("PUT", user, "/holds/blocked?label=legal", "{}"));
        calls.put("rest: remove", user -> rest("DELETE", user, "", null));
        calls.put("rest: expel", user -> rest("DELETE", user, "?expel=true", null));
        calls.put("rest: bar", user -> rest("POST", user, "/bar", "{\"reason\":\"forgery\"}"));
        calls.put("rest: erase", user -> rest("POST", user, "/erase", "{\"reason\":\"request\"}"));
        calls.put("signet: `status` suspended", user -> signet(user, "suspended"));
        calls.put("signet: `status` inactive", user -> signet(user, "inactive"));
        calls.put(
                "signet: remove-user",
                user -> status(send(
                        "DELETE",
                        "/partner/v1/remove-user",
                        Map.of("Authorization", bearer()),
                        "{\"userId\":\"" + user.id() + "\"}")));
        calls.put("smileid: `active` false", user -> enrollee(user, "\"active\":false"));
        calls.put("smileid: `is_fraudulent` true", user -> enrollee(user, "\"is_fraudulent\":true"));
        calls.put("smileid: `delete` true", user -> enrollee(user, "\"delete\":true"));
        calls.put("allthenticate: togglesuspension", user -> allthenticate("POST", "/togglesuspension", user));
        calls.put("allthenticate: delete user", user -> allthenticate("DELETE", "/user", user));
        calls.put("epixel: block", user -> epixel("block", user));
        return calls;
    }

    private Map<String, Call> seeing() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put(
                "rest decision",
                user -> word(
                        send("GET", "/v1/users/" + user.id() + "/standing", Map.of("Authorization", bearer()), null),
                        "decision"));
        calls.put("rest status", this::restStatus);
        calls.put(
                "signet",
                user -> word(
                        send(
                                "GET",
                                "/partner/v1/get-user?userId=" + user.id(),
                                Map.of("Authorization", bearer()),
                                null),
                        "status"));
        calls.put("lists of rest, signet", this::listed);
        calls.put("smileid job", user -> word(upload(user), "code"));
        calls.put("allthenticate", this::adStatus);
        calls.put("epixel", user -> status(block(user, "unblock", true)));
        return calls;
    }

    private Map<String, Call> releasing() {
        Map<String, Call> calls = new LinkedHashMap<>();
        for (String kind : List.of("deactivated", "suspended", "blocked", "fraud")) {
            calls.put("rest: release " + kind, user -> rest("DELETE", user, "/holds/" + kind, null));
        }
        calls.put("rest: restore", user -> rest("POST", user, "/restore", "{}"));
        calls.put("rest: reinstate", user -> rest("POST", user, "/reinstate", "{}"));
        calls.put("signet: `status` active", user -> signet(user, "active"));
        calls.put("smileid: `active` true", user -> enrollee(user, "\"active\":true"));
        calls.put("smileid: `is_fraudulent` false", user -> enrollee(user, "\"is_fraudulent\":false"));
        calls.put("allthenticate: togglesuspension", user -> allthenticate("POST", "/togglesuspension", user));
        calls.put("epixel: unblock", user -> epixel("unblock", user));
        return calls;
    }

    @Test
    void eachDialectPlacesSeesAndLiftsHolds() throws Exception {
        StringBuilder text = new StringBuilder();
        text.append("""
                # One user, five dialects

                Written by a test over HTTP, with an enrolled user of rank REGULAR for each cell.

                ## What is placed, and how each dialect sees it

                `smileid job` is the code that an authentication job is answered with: 2202 is taken. `allthenticate` is
                `ad_status` in `multipleusers`. `epixel` is the HTTP status of a rehearsed `unblock`: it has no call that
                shows a user.

                """);
        Map<String, Call> seeing = seeing();
        header(text, "placed by", seeing.keySet());
        for (Map.Entry<String, Call> placed : placing().entrySet()) {
            List<String> cells = new ArrayList<>();
            User user = somebody();
            assertThat(placed.getValue().to(user)).as(placed.getKey()).startsWith("200");
            for (Call seen : seeing.values()) {
                cells.add(seen.to(user));
            }
            row(text, placed.getKey(), cells);
        }
        text.append("""

                ## What each dialect can do about it

                The HTTP status of the call, and the user's status afterwards; in bold where the user may act again.

                """);
        Map<String, Call> releasing = releasing();
        header(text, "placed by", releasing.keySet());
        for (Map.Entry<String, Call> placed : placing().entrySet()) {
            List<String> cells = new ArrayList<>();
            for (Call release : releasing.values()) {
                User user = somebody();
                placed.getValue().to(user);
                String answer = release.to(user).substring(0, 3);
                String after = restStatus(user);
                cells.add(answer + " " + (after.equals("active") ? "**active**" : after));
            }
            row(text, placed.getKey(), cells);
        }
        Golden.check(Path.of("docs/dialects/interplay.md"), text.toString());
    }

    @Test
    void aDeletionThroughSmileidIsPermanent() throws Exception {
        for (Call next :
                List.<Call>of(_ -> "nothing more", user -> rest("POST", user, "/erase", "{\"reason\":\"request\"}"))) {
            User user = somebody();
            String id = user.externalId().text();
            String email = user.email().text();
            assertThat(enrollee(user, "\"delete\":true")).isEqualTo("200");
            next.to(user);
            Map<String, String> auth = Map.of("Authorization", bearer());
            String named = "{\"externalId\":\"" + id + "\"}";
            assertThat(status(send("POST", "/v1/users", auth, named))).isEqualTo("409");
            assertThat(status(
                            send("POST", "/v1/users", auth, "{\"email\":\"" + email.toUpperCase(Locale.ROOT) + "\"}")))
                    .isEqualTo("409");
            User other = somebody();
            assertThat(rest("PATCH", other, "", named)).isEqualTo("409");
            assertThat(status(send(
                            "POST",
                            "/partner/v1/register-user",
                            auth,
                            "{\"name\":\"Again\",\"email\":\"" + email + "\"}")))
                    .isEqualTo("409");
            assertThat(enrollee(user, "\"active\":true")).isEqualTo("409");
            assertThat(word(upload(user), "code")).isEqualTo("2208");
            assertThat(word(enrol(id), "code")).isEqualTo("2208");
            assertThat(status(send(
                            "POST",
                            "/v1/jobs",
                            auth,
                            "{\"jobId\":\"again-" + id + "\",\"type\":1,\"user\":\"external:" + id + "\"}")))
                    .isEqualTo("409");
            assertThat(allthenticate("POST", "/togglesuspension", user)).isEqualTo("400");
            assertThat(status(send("POST", "/api/v1/block/user/", epixel(), "{\"unique_id\":\"" + id + "\"}")))
                    .isEqualTo("400");
        }
    }

    @Test
    void theLastSuperStaysOneAndCanBeHeld() throws Exception {
        User last = somebody();
        assertThat(rest("PUT", last, "/rank", "{\"rank\":\"SUPER\"}")).isEqualTo("200");
        assertThat(rest("PUT", last, "/rank", "{\"rank\":\"ADMIN\"}")).isEqualTo("409");
        assertThat(rest("DELETE", last, "", null)).isEqualTo("409");
        assertThat(rest("DELETE", last, "?expel=true", null)).isEqualTo("409");
        assertThat(rest("POST", last, "/erase", "{\"reason\":\"request\"}")).isEqualTo("409");
        assertThat(rest("POST", last, "/bar", "{\"reason\":\"forgery\"}")).isEqualTo("409");
        assertThat(placing().get("smileid: `delete` true").to(last)).isEqualTo("409");
        assertThat(placing().get("signet: remove-user").to(last)).isEqualTo("409");
        assertThat(allthenticate("DELETE", "/user", last)).isEqualTo("400");
        assertThat(status(send(
                        "POST",
                        "/modifyrank?admin_user_id=" + last.number() + "&rank=REGULAR",
                        Map.of("X-API-Key", tenancy.testKey().apiKey()),
                        null)))
                .isEqualTo("400");
        assertThat(restStatus(last)).isEqualTo("active");
        for (Map.Entry<String, Call> placed : placing().entrySet()) {
            String name = placed.getKey();
            boolean holds = !name.matches(".*(remove|remove-user|expel|erase|delete user|bar|`delete` true)");
            if (holds) {
                assertThat(placed.getValue().to(last)).as(name).isEqualTo("200");
                rest("POST", last, "/reinstate", "{}");
                for (String kind : List.of("blocked", "fraud")) {
                    rest("DELETE", last, "/holds/" + kind, null);
                }
                rest("DELETE", last, "/holds/suspended?label=legal", null);
                rest("DELETE", last, "/holds/blocked?label=legal", null);
                rest("POST", last, "/reinstate", "{}");
                assertThat(restStatus(last)).as(name).isEqualTo("active");
            }
        }
    }

    private static void header(StringBuilder text, String first, Iterable<String> names) {
        text.append("| ").append(first);
        int columns = 1;
        for (String name : names) {
            text.append(" | ").append(name);
            columns++;
        }
        text.append(" |\n").append("|---".repeat(columns)).append("|\n");
    }

    private static void row(StringBuilder text, String name, List<String> cells) {
        text.append("| ").append(name);
        cells.forEach(cell -> text.append(" | ").append(cell));
        text.append(" |\n");
    }

    // Users

    /// Creates a confirmed and enrolled user.
    private User somebody() {
        long number = counted.incrementAndGet();
        var admin = server.actor(tenancy.test(), tenancy.testKey());
        var checks = new dev.muster.model.validation.Validator();
        User user = server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(
                                checks.email("user" + number + "@example.org"),
                                checks.identifier(dev.muster.model.value.Identifier.Kind.EXTERNAL_ID, "user-" + number),
                                null,
                                "User " + number,
                                null,
                                null,
                                dev.muster.model.user.Tag.USER,
                                null))
                .user();
        UserRef ref = UserRef.id(user.id());
        server.execute(tenancy.test(), admin, ref, new Command.ConfirmEmail());
        JobRequest enrolment = new JobRequest(
                "enrol-" + number,
                new JobType(4),
                new JobRequest.ForUser(ref, "user-" + number, null),
                null,
                null,
                false,
                false,
                Outcome.PASSED);
        server.execute(tenancy.test(), admin, null, new JobCommand.SubmitJob(enrolment, null, null));
        return user;
    }

    // Calls

    private String bearer() {
        return "Bearer " + tenancy.testKey().apiKey();
    }

    private String rest(String method, User user, String rest, String body) throws Exception {
        return status(send(method, "/v1/users/" + user.id() + rest, Map.of("Authorization", bearer()), body));
    }

    private String restStatus(User user) throws Exception {
        return word(
                send("GET", "/v1/users/" + user.id() + "/standing", Map.of("Authorization", bearer()), null), "status");
    }

    private String signet(User user, String status) throws Exception {
        return status(send(
                "PATCH",
                "/partner/v1/update-user",
                Map.of("Authorization", bearer()),
                "{\"userId\":\"" + user.id() + "\",\"status\":\"" + status + "\"}"));
    }

    private String enrollee(User user, String flag) throws Exception {
        return status(send("POST", "/api/v2/partner/enrollee", Map.of(), signed("""
                "partner_id":"%s","environment":"test","email":"risk@example.org","user_id":"%s",%s""".formatted(
                        PARTNER, user.externalId().text(), flag))));
    }

    private HttpResponse<String> upload(User user) throws Exception {
        return send("POST", "/smileid/v1/upload", Map.of(), signed("""
                "smile_client_id":"%s","partner_params":{"user_id":"%s","job_id":"job-%d","job_type":2}""".formatted(
                        PARTNER, user.externalId().text(), counted.incrementAndGet())));
    }

    private HttpResponse<String> enrol(String externalId) throws Exception {
        return send("POST", "/smileid/v1/upload", Map.of(), signed("""
                "smile_client_id":"%s","partner_params":{"user_id":"%s","job_id":"job-%d","job_type":1}""".formatted(
                        PARTNER, externalId, counted.incrementAndGet())));
    }

    /// Returns a signed body. Each body has a different timestamp, because a deletion requires a signature that was
    /// not used for anything else.
    private String signed(String members) throws GeneralSecurityException {
        String timestamp = Instant.now()
                .truncatedTo(ChronoUnit.SECONDS)
                .plusMillis(counted.incrementAndGet() % 1000)
                .plusSeconds(counted.get() / 1000)
                .toString();
        if (timestamp.length() == 20) {
            timestamp = timestamp.replace("Z", ".000Z");
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(tenancy.testKey().apiSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = Base64.getEncoder()
                .encodeToString(mac.doFinal((timestamp + PARTNER + "sid_request").getBytes(StandardCharsets.UTF_8)));
        return "{" + members + ",\"timestamp\":\"" + timestamp + "\",\"signature\":\"" + signature + "\"}";
    }

    private String allthenticate(String method, String path, User user) throws Exception {
        return status(send(
                method,
                path + "?email_id=" + user.number(),
                Map.of("X-API-Key", tenancy.testKey().apiKey()),
                null));
    }

    /// Says whether our own list, filtered by status, and Signet's list of all users show the user.
    private String listed(User user) throws Exception {
        Map<String, String> auth = Map.of("Authorization", bearer());
        String status = restStatus(user);
        String rest =
                send("GET", "/v1/users?limit=1000&status=" + status, auth, null).body();
        String signet = send("GET", "/partner/v1/all-users?limit=1&offset=" + (user.number() - 1), auth, null)
                .body();
        return (rest.contains(user.id().toString()) ? "shown" : "not shown") + ", "
                + (signet.contains(user.id().toString()) ? "shown" : "not shown");
    }

    private String adStatus(User user) throws Exception {
        String all = send(
                        "GET",
                        "/multipleusers",
                        Map.of("X-API-Key", tenancy.testKey().apiKey()),
                        null)
                .body();
        Matcher one = Pattern.compile("\\{\"ad_status\":\"(\\w+)\"[^{}]*\"user_id\":" + user.number() + ",")
                .matcher(all);
        return one.find() ? one.group(1) : "not listed";
    }

    private String epixel(String call, User user) throws Exception {
        return status(block(user, call, false));
    }

    private Map<String, String> epixel() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("apikey", tenancy.testKey().apiKey());
        headers.put("Authorization", "Bearer " + access);
        return headers;
    }

    private HttpResponse<String> block(User user, String call, boolean rehearsed) throws Exception {
        Map<String, String> headers = epixel();
        if (rehearsed) {
            headers.put("Muster-Dry-Run", "true");
        }
        return send("POST", "/api/v1/" + call + "/user/", headers, "{\"unique_id\":\"" + user.id() + "\"}");
    }

    private HttpResponse<String> send(String method, String target, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target));
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String status(HttpResponse<String> response) {
        return Integer.toString(response.statusCode());
    }

    /// Returns the value of a field of the response, or the HTTP status if the response has no such field.
    private static String word(HttpResponse<String> response, String member) {
        Matcher found = Pattern.compile("\"" + member + "\":\"([^\"]*)\"").matcher(response.body());
        return found.find() ? found.group(1) : status(response);
    }
}
