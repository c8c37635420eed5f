package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.TestServer;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.http.HttpApi;
import dev.muster.http.Json;
import dev.muster.http.Method;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One bad request harms only itself: it is refused in the words of its dialect, and its neighbours commit.
@Timeout(600)
class OneBadRequestTest {
    private static final int NEIGHBOURS = 4;
    private static final int PACE_MILLIS = 10;

    @TempDir
    private Path folder;

    private InProcess muster;
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Client client;
    private String operatorsToken;
    private Browser browser;
    private String ann;
    private final Map<String, Client> connections = new HashMap<>();
    private final AtomicInteger names = new AtomicInteger();

    /// What each field that a body may have takes; also the fields of which each body is made.
    private static final Map<String, Map<String, Object>> BODIES = new LinkedHashMap<>();

    static {
        BODIES.put(
                "POST /v1/users",
                Map.of(
                        "externalId", "id",
                        "email", "a@example.org",
                        "username", "u",
                        "name", "n",
                        "givenName", "g",
                        "familyName", "f",
                        "tag", "USER",
                        "metadata", Map.of("a", "b")));
        BODIES.put(
                "PATCH /v1/users/{ref}",
                Map.of(
                        "externalId", "id2",
                        "email", "b@example.org",
                        "username", "v",
                        "name", "n",
                        "metadata", Map.of("a", "b"),
                        "deviceAddedAt", "2026-11-21T17:01:02.123Z"));
        Map<String, Object> why = Map.of("reason", "r", "note", "n");
        BODIES.put("DELETE /v1/users/{ref}", why);
        for (String act : List.of("restore", "reinstate", "bar", "erase", "promote", "confirm-email")) {
            BODIES.put("POST /v1/users/{ref}/" + act, why);
        }
        BODIES.put("PUT /v1/users/{ref}/rank", Map.of("rank", "ADMIN"));
        BODIES.put(
                "PUT /v1/users/{ref}/cards",
                Map.of("cards", List.of(Map.of("number", "1", "label", "l")), "allowDuplicates", true));
        BODIES.put("PUT /v1/users/{ref}/workstations", Map.of("workstations", List.of("w")));
        BODIES.put("PUT /v1/users/{ref}/reenrolment", Map.of("allowed", true));
        BODIES.put(
                "PUT /v1/users/{ref}/holds/{kind}",
                Map.of("reason", "r", "note", "n", "until", "2126-11-21T17:01:02.123Z"));
        BODIES.put("DELETE /v1/users/{ref}/holds/{kind}", Map.of("note", "n"));
        BODIES.put("POST /v1/standings", Map.of("refs", List.of("number:1")));
        Map<String, Object> group = Map.of("name", "n", "description", "d");
        BODIES.put("POST /v1/groups", group);
        BODIES.put("PATCH /v1/groups/{id}", group);
        Map<String, Object> policy = Map.of("name", "n", "description", "d", "resources", List.of("r"));
        BODIES.put("POST /v1/policies", policy);
        BODIES.put("PATCH /v1/policies/{id}", policy);
        BODIES.put(
                "POST /v1/jobs",
                Map.of(
                        "jobId",
                        "j",
                        "type",
                        5,
                        "user",
                        "external:ann",
                        "extras",
                        Map.of("sandbox_result", "0"),
                        "retry",
                        true));
        BODIES.put("POST /v1/jobs/{jobId}/verdict", Map.of("outcome", "passed", "confidence", 99.5, "text", "t"));
        BODIES.put("POST /v1/jobs/{jobId}/review", Map.of("note", "n"));
        BODIES.put("POST /v1/job-erasures", Map.of("user", "external:ann"));
        BODIES.put("POST /modifyallusernames", Map.of("email_id", 1, "computer_usernames", List.of()));
        BODIES.put("POST /modifyrank", Map.of("admin_user_id", 1, "rank", "ADMIN"));
        BODIES.put("GET /modifysmartcard", Map.of("email_id", 1));
        BODIES.put(
                "POST /modifysmartcard",
                Map.of("email_id", 1, "smartcards", List.of(Map.of("number", "1")), "allow_duplicates", true));
        BODIES.put("GET /multipleusers", Map.of("email", true, "user_tag", "USER"));
        BODIES.put("POST /promoteguest", Map.of("email_id", 1));
        BODIES.put("POST /togglesuspension", Map.of("email_id", 1));
        BODIES.put("GET /user", Map.of("email_id", 1));
        BODIES.put("DELETE /user", Map.of("email", "nobody@example.org"));
        BODIES.put(
                "PUT /invites",
                Map.of(
                        "emails",
                        List.of("i@example.org"),
                        "smartcards",
                        List.of(List.of(Map.of("number", 1, "label", "l"))),
                        "groups",
                        List.of(Map.of("id", "01900000-0000-7000-8000-000000000000", "name", "n")),
                        "no_email",
                        true));
        BODIES.put("POST /invites", Map.of("email", "nobody@example.org"));
        BODIES.put(
                "POST /v1/keys",
                Map.of("name", "n", "role", "viewer", "rank", "REGULAR", "expiresAt", "2126-11-21T17:01:02.123Z"));
        BODIES.put("POST /v1/operators", Map.of("username", "u", "password", "a long password", "role", "viewer"));
        BODIES.put("PUT /v1/operators/{username}/password", Map.of("password", "a long password"));
        BODIES.put("POST /v1/tenants", Map.of("name", "n", "partnerId", "p"));
        BODIES.put("POST /v1/tenants/{partnerId}/{environment}/keys", Map.of("name", "n"));
        BODIES.put("POST /v1/tenants/{partnerId}/{environment}/users/{id}/annul-bar", Map.of("reason", "r"));
        BODIES.put(
                "POST /partner/v1/register-user",
                Map.of("name", "n", "email", "c@example.org", "metadata", Map.of("a", "b")));
        BODIES.put(
                "PATCH /partner/v1/update-user",
                Map.of(
                        "userId", "01900000-0000-7000-8000-000000000000",
                        "name", "n",
                        "email", "d@example.org",
                        "status", "active",
                        "metadata", Map.of("a", "b")));
        BODIES.put("DELETE /partner/v1/remove-user", Map.of("userId", "01900000-0000-7000-8000-000000000000"));
        BODIES.put(
                "POST /partner/v1/register-client",
                Map.of("name", "n", "email", "e@example.org", "metadata", Map.of("a", "b")));
        BODIES.put(
                "PATCH /partner/v1/update-client",
                Map.of("clientId", "01900000-0000-7000-8000-000000000000", "name", "n", "status", "deleted"));
        BODIES.put("DELETE /partner/v1/remove-client", Map.of("clientId", "01900000-0000-7000-8000-000000000000"));
        BODIES.put("POST /dpop/v1/api/generate-token", Map.of("apiKey", "k", "apiSecret", "s"));
        for (String slash : List.of("", "/")) {
            BODIES.put("POST /api/v1/user/login" + slash, Map.of("username", "u", "password", "p"));
            BODIES.put("POST /api/v1/user/login/refresh" + slash, Map.of("refresh", "r"));
            BODIES.put("POST /api/v1/block/user" + slash, Map.of("unique_id", "ann"));
            BODIES.put("POST /api/v1/unblock/user" + slash, Map.of("unique_id", "ann"));
        }
    }

    /// One of so many forms is sent, and all in the long form. It has no divisor in common with the number of values.
    private static final int SPREAD = Boolean.getBoolean("muster.long") ? 1 : 11;

    /// A query's parameter is given one in so many of the values, and each time others; in the long form all of them.
    private static final int QUERIES = Boolean.getBoolean("muster.long") ? 1 : 4;

    /// What a form of the console may have; each takes what it knows of it. No password is long enough to be hashed.
    private static final Map<String, Object> FORM = new LinkedHashMap<>();

    static {
        FORM.putAll(Map.of("kind", "suspended", "label", "main", "end", "7", "reason", "r", "note", "n"));
        FORM.putAll(Map.of(
                "until", "2126-11-21T17:01", "known", "2126-11-21T17:01:00.123Z", "do", "place", "version", "1"));
        FORM.putAll(Map.of("name", "n", "email", "f@example.org", "username", "w", "externalId", "id3"));
        FORM.putAll(Map.of("givenName", "g", "familyName", "f", "cards", "1 l", "workstations", "w", "rank", "ADMIN"));
        FORM.putAll(Map.of("description", "d", "resources", "r", "role", "viewer", "password", "short"));
        FORM.putAll(
                Map.of("user", "0", "group", "0", "allowed", "true", "signs", "true", "expires", "2126-11-21T17:01"));
    }

    @BeforeEach
    void start() throws IOException {
        muster = new InProcess(folder);
        server = muster.server;
        tenancy = server.makeTenant("acme");
        client = new Client(server.address(), tenancy.testKey().apiKey());
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", "ann")).status())
                .isEqualTo(201);
        BODIES.putAll(signedBodies());
        operatorsToken = server.signIn(tenancy.test(), tenancy.testKey(), "ada").accessToken();
        browser = Browser.signedIn(server.address(), "acme", "test", "ada", TestServer.PASSWORD);
        ann = client.get("/v1/users/external:ann").json().text("id");
    }

    /// What a signature covers is not among these: with anything else wrong it is still believed.
    private Map<String, Map<String, Object>> signedBodies() {
        String secret = tenancy.testKey().apiSecret();
        Map<String, Object> enrollee = Signing.signed(
                secret,
                "partner_id",
                "acme",
                Map.of(
                        "user_id",
                        "ann",
                        "environment",
                        "test",
                        "email",
                        "a@example.org",
                        "active",
                        true,
                        "is_fraudulent",
                        false,
                        "allow_new_enroll",
                        true,
                        "partner_params",
                        Map.of("user_id", "ann")));
        return Map.of(
                "POST /api/v2/partner/enrollee",
                enrollee,
                "POST /v2/block-user",
                enrollee,
                "POST /smileid/v1/upload",
                Signing.signed(
                        secret,
                        "smile_client_id",
                        "acme",
                        Map.of(
                                "partner_params",
                                Map.of("user_id", "ann", "job_id", "j", "job_type", 4),
                                "callback_url",
                                "https://example.org/",
                                "retry",
                                true,
                                "allow_new_enroll",
                                false)),
                "POST /smileid/v1/job_status",
                Signing.signed(
                        secret,
                        "partner_id",
                        "acme",
                        Map.of("user_id", "ann", "job_id", "j", "history", true, "image_links", true)));
    }

    @AfterEach
    void stop() {
        connections.values().forEach(Client::close);
        client.close();
        muster.close();
    }

    // What comes over the wire.

    @Test
    void noFieldOfNoRouteMakesAServerFault() throws Exception {
        List<Object> values = new ArrayList<>(List.of(
                "\0",
                "a\0b",
                "half \ud800",
                "half \udc00 of",
                "",
                " ",
                "\n",
                "x".repeat(100_000),
                "\ud83d\ude00".repeat(2_000),
                "\u0378",
                0,
                -1,
                1e300,
                true,
                List.of(),
                List.of(List.of(List.of())),
                List.of("\0"),
                Map.of(),
                Map.of("\0", "\ud800"),
                Map.of("a", "x".repeat(100_000))));
        withNeighbours(() -> {
            int calls = 0;
            for (Route route : routes()) {
                calls += badForms(route, values);
                Map<String, Object> body = body(route);
                for (String field : body.keySet()) {
                    for (Object value : values) {
                        Map<String, Object> bad = new LinkedHashMap<>(body(route));
                        bad.put(field, value);
                        Client.Answer answer = judged(route, path(route), Raw.json(bad), Client.JSON);
                        if (!Json.isStorable(value)) {
                            assertThat(answer.status()).as("%s %s", route, bad).isBetween(400, 499);
                        }
                        calls++;
                    }
                    Map<String, Object> none = new LinkedHashMap<>(body);
                    none.put(field, null);
                    judged(route, path(route), Raw.json(none), Client.JSON);
                }
            }
            assertThat(calls).isGreaterThan(1_000);
        });
    }

    private int badForms(Route route, List<Object> values) throws IOException {
        if (!route.template().startsWith("/console") || route.method() == Method.GET) {
            return 0;
        }
        int calls = 0;
        int at = route.template().hashCode();
        for (String field : FORM.keySet()) {
            for (Object value : values) {
                // Each route has each field and each value, not all of them together.
                if (Math.floorMod(at++, SPREAD) == 0) {
                    Map<String, Object> bad = new LinkedHashMap<>(FORM);
                    bad.put(field, value);
                    judged(route, path(route), Browser.form(bad), Browser.FORM);
                    calls++;
                }
            }
        }
        return calls;
    }

    @Test
    void noBodyMakesAServerFault() throws Exception {
        List<byte[]> bodies = List.of(
                Raw.of("{"),
                Raw.of("[]"),
                Raw.of("null"),
                Raw.of("17"),
                Raw.of("\"text\""),
                Raw.of("{\"name\":\"a\",\"name\":\"b\"}"),
                Raw.of("{\"metadata\":{\"a\":1,\"a\":2}}"),
                Raw.of("{\"name\":NaN}"),
                Raw.of("{\"name\":1e999999999}"),
                Raw.of("{\"name\":\"a\"} {}"),
                Raw.of("{\"metadata\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}"),
                Raw.of("[".repeat(100_000)),
                Raw.of("{\"" + "n".repeat(100_000) + "\":1}"),
                Raw.of("{\"name\":" + "9".repeat(100_000) + "}"),
                new byte[] {'{', '"', 'n', '"', ':', '"', (byte) 0xff, '"', '}'},
                new byte[] {'{', '"', 'n', '"', ':', '"', (byte) 0xc0, (byte) 0x80, '"', '}'},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {0},
                new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{', '}'},
                "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_16LE),
                new byte[(1 << 20) + 1]);
        List<String> types = List.of(
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/jsonx",
                "\0",
                ";");
        withNeighbours(() -> {
            for (Route route : routes()) {
                if (route.method() == Method.GET) {
                    continue;
                }
                for (byte[] body : bodies) {
                    judged(route, path(route), body, Client.JSON);
                    judged(route, path(route), body);
                }
                byte[] good = Raw.json(body(route));
                for (String type : types) {
                    judged(route, path(route), good, "Content-Type: " + type);
                }
                judged(route, path(route), good, Client.JSON, "Content-Encoding: gzip");
            }
        });
    }

    @Test
    void noPathAndNoQueryMakesAServerFault() throws Exception {
        List<String> values = List.of(
                "%00",
                "a%00b",
                "%ED%A0%80",
                "%C0%80",
                "%FF",
                "%",
                "%4",
                "%zz",
                "external:%00",
                "external:%ED%A0%80",
                "external:" + "%F0%9F%98%80".repeat(300),
                "external:" + "x".repeat(5_000),
                "email:%EF%AC%83".repeat(100),
                "username:" + "%CE%90".repeat(500),
                "number:0",
                "number:-1",
                "number:9999999999999999999999",
                "number:1e9",
                "%2F..%2F",
                "..",
                ";a=b",
                "x".repeat(10_000));
        JsonNode document =
                new JsonMapper().readTree(client.get("/openapi.json").body());
        withNeighbours(() -> {
            int turn = 0;
            for (Route route : routes()) {
                // The console asks first whose realm it is.
                String here = route.template().replace("{partner}/{environment}", "acme/test");
                for (String template : new LinkedHashSet<>(List.of(route.template(), here))) {
                    if (template.contains("{")) {
                        for (String value : values) {
                            judged(route, template.replaceAll("\\{[a-zA-Z]+}", value), new byte[0]);
                        }
                    }
                }
                for (String name : parameters(document, route)) {
                    String query = path(route) + "?" + name;
                    for (int i = turn++ % QUERIES; i < values.size(); i += QUERIES) {
                        judged(route, query + "=" + values.get(i), new byte[0]);
                    }
                    judged(route, query + "=1&" + name + "=2", new byte[0]);
                    judged(route, query, new byte[0]);
                }
                judged(route, path(route) + "?" + "a=b&".repeat(1_000), new byte[0]);
            }
        });
    }

    @Test
    void noHeaderMakesAServerFault() throws Exception {
        withNeighbours(() -> {
            for (Route route : routes()) {
                for (String header : List.of(
                        "Idempotency-Key: ",
                        "Idempotency-Key: \0",
                        "Idempotency-Key: " + "k".repeat(300),
                        "Idempotency-Key: ü",
                        "If-Match: ",
                        "If-Match: 1",
                        "If-Match: \"99999999999999999999999\"",
                        "If-Match: W/\"1\"",
                        "If-Match: " + "\"1\", ".repeat(1_000) + "\"1\"",
                        "Muster-Dry-Run: perhaps",
                        "X-Request-Id: \0",
                        "X-Forwarded-For: nowhere, %%",
                        "Authorization: Bearer second",
                        "X-Long: " + "x".repeat(20_000))) {
                    judged(route, path(route), Raw.json(body(route)), Client.JSON, header);
                }
            }
        });
    }

    /// What is stored in an index is bounded in bytes, however few characters it has.
    @Test
    void longIndexEntriesAreFineOrRefused() throws IOException {
        String four = "\ud83d\ude00".repeat(255);
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", four)).status())
                .isEqualTo(201);
        assertThat(client.json("POST", "/v1/users", Map.of("externalId", four + "x"))
                        .status())
                .isEqualTo(422);
        // One character of four bytes, whose composed form is three of them.
        String grows = "\ud834\udd60".repeat(255);
        for (String field : List.of("username", "externalId")) {
            Client.Answer answer = client.json("POST", "/v1/users", Map.of(field, grows));
            assertThat(answer.status()).as("%s", answer).isEqualTo(422);
            assertThat(answer.json().items("errors").getFirst().text("field")).isEqualTo(field);
            assertThat(answer.json().items("errors").getFirst().text("code")).isEqualTo("too_long");
        }
        // To look for one that nobody can have is no fault.
        for (String kind : List.of("username:", "external:")) {
            assertThat(client.get("/v1/users/" + kind + "%F0%9D%85%A0".repeat(255))
                            .status())
                    .isEqualTo(404);
        }
    }

    /// Names that nobody knows anywhere.
    private static final List<String> UNKNOWN = List.of("nonsense", "%00", "%");

    /// Names that some route of some vendor's API knows, or of Muster's own.
    private static final List<String> KNOWN = List.of(
            "q",
            "at",
            "after",
            "offset",
            "limit",
            "status",
            "label",
            "userId",
            "actor",
            "subject",
            "since",
            "registeredAfter",
            "expel",
            "action",
            "group",
            "user",
            "outcome",
            "review",
            "email_id",
            "email",
            "hold",
            "tag",
            "from",
            "to",
            "back",
            "before",
            "done",
            "next",
            "smartcards");

    /// The parameters that may matter to a route: of Muster's own API the document says which, and a test of it that
    /// these are all.
    private static List<String> parameters(JsonNode document, Route route) {
        JsonNode operation = document.path("paths")
                .path(route.template())
                .path(route.method().name().toLowerCase(Locale.ROOT));
        List<String> names = new ArrayList<>(UNKNOWN);
        // Forms of the console have their fields in the body, and no query.
        boolean form = route.template().startsWith("/console") && route.method() == Method.POST;
        if (operation.isMissingNode() && !form) {
            names.addAll(KNOWN);
        }
        for (JsonNode reference : operation.path("parameters")) {
            JsonNode parameter =
                    document.at(reference.path("$ref").stringValue().substring(1));
            if (parameter.path("in").stringValue().equals("query")) {
                names.add(parameter.path("name").stringValue());
            }
        }
        return names;
    }

    /// A body that the route takes. Each time it signs in under another name: failures under one name make the
    /// next wait for up to four seconds.
    private Map<String, Object> body(Route route) {
        Map<String, Object> body = BODIES.getOrDefault(route.method() + " " + route.template(), Map.of());
        if (!route.template().contains("/user/login")) {
            return body;
        }
        Map<String, Object> fresh = new LinkedHashMap<>(body);
        fresh.replace("username", "u" + names.incrementAndGet());
        return fresh;
    }

    private List<Route> routes() {
        return muster.httpApis.stream()
                .map(HttpApi::routes)
                .flatMap(List::stream)
                .toList();
    }

    private String path(Route route) {
        return route.template()
                .replace("{partner}", "acme")
                .replace("{user}", ann)
                .replace("{policy}", "01900000-0000-7000-8000-000000000000")
                .replace("{key}", "01900000-0000-4000-8000-000000000000")
                .replace("{name}", "console.css")
                .replace("{ref}", "external:ann")
                .replace("{kind}", "blocked")
                .replace("{keyId}", "01900000-0000-4000-8000-000000000000")
                .replace("{id}", "01900000-0000-7000-8000-000000000000")
                .replace("{group}", "01900000-0000-7000-8000-000000000000")
                .replace("{jobId}", "job-1")
                .replace("{username}", "nobody")
                .replace("{partnerId}", "acme")
                .replace("{environment}", "test")
                .replace("{realm}", Long.toString(1L << 40))
                .replace("{job}", "01900000-0000-7000-8000-000000000000")
                .replace("{token}", "A".repeat(43))
                .replace("{link}", "A".repeat(75));
    }

    /// Sends it as the admin key or, where only root may, as root. It is answered, and never with a fault of
    /// the server: what is refused is refused in the words of the route's dialect.
    private Client.Answer judged(Route route, String target, byte[] body, String... headers) throws IOException {
        String what = route.method() + " " + clip(target) + " "
                + List.of(headers).stream().map(OneBadRequestTest::clip).toList() + " "
                + clip(new String(body, StandardCharsets.UTF_8));
        // Root's other calls take no body, and would make a backup and a master key each time.
        boolean roots = route.template().startsWith("/v1/tenants");
        // Where a dialect asks for two credentials, the second is an operator's.
        boolean two = route.template().startsWith("/api/v1/");
        String bearer = two
                ? operatorsToken
                : roots ? TestServer.ROOT_KEY : tenancy.testKey().apiKey();
        List<String> all = new ArrayList<>(List.of(headers));
        if (two) {
            all.add("apikey: " + tenancy.testKey().apiKey());
        }
        // Signing out would be the end of all that follows.
        if (route.template().startsWith("/console/{") && !route.template().contains("/sign-out")) {
            all.addAll(browser.headers());
        }
        Client.Answer answer;
        do {
            answer = kept(bearer).send(route.method().name(), target, body, all.toArray(String[]::new));
        } while (answer.isBusy());
        assertThat(answer.status()).as("%s: %s", what, answer).isLessThan(500);
        if (answer.status() >= 400) {
            Words.refused(what, httpApi(route), route, target, answer);
        }
        return answer;
    }

    /// A connection that is still good: a new one for each request is most of what these tests would cost.
    private Client kept(String bearer) throws IOException {
        Client kept = connections.get(bearer);
        if (kept == null || !kept.isUsable()) {
            if (kept != null) {
                kept.close();
            }
            kept = new Client(server.address(), bearer);
            connections.put(bearer, kept);
        }
        return kept;
    }

    private HttpApi httpApi(Route route) {
        return muster.httpApis.stream()
                .filter(httpApi -> httpApi.routes().contains(route))
                .findFirst()
                .orElseThrow();
    }

    private static String clip(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    /// Bytes of a request.
    private static final class Raw {
        static byte[] of(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        /// As JSON, also of texts that cannot be stored: with escapes, as a client would send them.
        static byte[] json(Object value) {
            StringBuilder json = new StringBuilder();
            write(json, value);
            return of(json.toString());
        }

        private static void write(StringBuilder json, Object value) {
            switch (value) {
                case null -> json.append("null");
                case String text -> text(json, text);
                case List<?> items -> {
                    json.append('[');
                    for (int i = 0; i < items.size(); i++) {
                        json.append(i == 0 ? "" : ",");
                        write(json, items.get(i));
                    }
                    json.append(']');
                }
                case Map<?, ?> fields -> {
                    String separator = "{";
                    for (Map.Entry<?, ?> field : fields.entrySet()) {
                        json.append(separator);
                        text(json, (String) field.getKey());
                        json.append(':');
                        write(json, field.getValue());
                        separator = ",";
                    }
                    json.append(fields.isEmpty() ? "{}" : "}");
                }
                default -> json.append(value);
            }
        }

        private static void text(StringBuilder json, String text) {
            json.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                    json.append("\\u%04x".formatted((int) c));
                } else {
                    json.append(c);
                }
            }
            json.append('"');
        }
    }

    private interface Bad {
        void run() throws Exception;
    }

    /// While something bad goes on others register users, and every one of them is answered and stays.
    private void withNeighbours(Bad bad) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger registered = new AtomicInteger();
        List<Callable<Void>> neighbours = new ArrayList<>();
        for (int i = 0; i < NEIGHBOURS; i++) {
            String name = "neighbour-" + i + "-";
            neighbours.add(() -> {
                try (Client neighbour =
                        new Client(server.address(), tenancy.productionKey().apiKey())) {
                    for (int n = 0; !done.get(); n++) {
                        Client.Answer answer = neighbour.json("POST", "/v1/users", Map.of("externalId", name + n));
                        // They are to be there, not to take the machine from those who are bad.
                        Thread.sleep(PACE_MILLIS);
                        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
                        registered.incrementAndGet();
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> running =
                    neighbours.stream().map(threads::submit).toList();
            try {
                bad.run();
            } finally {
                done.set(true);
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }
        try (Client neighbour =
                new Client(server.address(), tenancy.productionKey().apiKey())) {
            assertThat(neighbour.get("/v1/users?limit=1").json().in("page").number("total"))
                    .isEqualTo(registered.get());
            assertThat(neighbour.get("/v1/journal/verify").json().flag("valid")).isTrue();
        }
        // Its own connection may have been idle for too long by now.
        try (Client own = new Client(server.address(), tenancy.testKey().apiKey())) {
            assertThat(own.get("/v1/journal/verify").json().flag("valid")).isTrue();
        }
    }

    // What a bug would let through: past the dialects, into full batches.

    /// `needs`: before anything is loaded; `rule`: while it is judged; `row`: when it is saved.
    @ParameterizedTest
    @ValueSource(strings = {"needs", "rule", "row"})
    void whatThrowsInAFullBatchFailsAlone(String where) throws Exception {
        int all = 200;
        int every = 40;
        Actor admin = server.actor(tenancy.test(), tenancy.testKey());
        List<Callable<Result<Change>>> requests = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            requests.add(i % every == every / 2 ? () -> bad(where, admin) : good(i, admin));
        }
        int failed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Result<Change>>> answers = threads.invokeAll(requests);
            for (int i = 0; i < all; i++) {
                Future<Result<Change>> answer = answers.get(i);
                if (i % every == every / 2) {
                    assertThatThrownBy(answer::get).hasCauseInstanceOf(IllegalStateException.class);
                    failed++;
                } else {
                    assertThat(answer.get()).isInstanceOf(Result.Ok.class);
                }
            }
        }
        Fields page = client.get("/v1/users?limit=1").json().in("page");
        assertThat(page.number("total")).isEqualTo(1 + all - failed);
        assertThat(client.get("/v1/journal/verify").json().flag("valid")).isTrue();
    }

    private Callable<Result<Change>> good(int i, Actor admin) {
        Identifier id = new Identifier(Identifier.Kind.EXTERNAL_ID, "good-" + i, "good-" + i);
        return () -> execute(
                tenancy.test(), admin, null, new Command.Register(null, id, null, null, null, null, Tag.USER, null));
    }

    private Result<Change> bad(String where, Actor admin) {
        UserRef ann = UserRef.number(1);
        return switch (where) {
            case "needs" -> execute(tenancy.test(), admin, ann, new Command.ReplaceCards(null, false));
            case "rule" -> execute(tenancy.test(), admin, ann, new Command.ReplaceWorkstations(null));
            default -> {
                // An identifier without its text: no column takes that.
                Identifier id = new Identifier(Identifier.Kind.USERNAME, null, "row-" + UUID.randomUUID());
                yield execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(null, null, id, null, null, null, Tag.USER, null));
            }
        };
    }

    private Result<Change> execute(long realm, Actor actor, UserRef target, Command command) {
        Result<Change> result;
        do {
            result = server.directory()
                    .execute(new WriteRequest(
                            realm,
                            new Write(actor, target, List.of(command), null),
                            new Origin("test", "test", null),
                            null,
                            false,
                            100));
        } while (result instanceof Result.Refused<Change>(Refusal.Busy _));
        return result;
    }
}
