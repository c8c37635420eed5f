package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Route;
import dev.muster.http.json.Json;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.testing.OpenApiCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;

/// A server that contains objects of every kind, and requests for each of its routes. The requests are taken from the
/// golden transcripts and the OpenAPI document; their ids are those of existing objects.
final class Fuzzed implements AutoCloseable {
    private static final int USERS = 24;
    private static final int OTHERS = 8;
    private static final String PARTNER = "acme";

    /// A value that occurs only in the strangers' realm.
    private static final String MARK = "mark-7f3a91";

    /// The fields of various calls of the vendors' APIs; each call ignores the fields it does not know.
    private static final String VENDORS =
            "{\"unique_id\":\"\",\"refresh\":\"\",\"email_id\":1,\"userId\":\"\",\"username\":\"ada\","
                    + "\"password\":\"" + TestServer.PASSWORD + "\",\"apiKey\":\"\",\"apiSecret\":\"\"}";

    /// The fields of all console forms; each form uses the ones it knows.
    private static final String FORM = """
            {"partner":"acme","environment":"test","username":"their-operator","password":"a password of ada's",
            "kind":"suspended","label":"main","end":"7","until":"2099-01-01T00:00","known":"2099-01-01T00:00",
            "do":"place","reason":"r","note":"n","name":"Somebody","email":"some@example.org","givenName":"g",
            "familyName":"f","cards":"1 door","workstations":"desk","rank":"REGULAR","description":"d",
            "resources":"r","role":"viewer","signs":"true","user":"<id 1>","group":"<id 2>"}""";

    /// Who sends the request.
    enum Credential {
        /// A credential with every right that the route needs: the admin key, or the root key if only root may
        /// call the route.
        FULL,
        NONE,
        WRONG,
        GARBAGE,
        VIEWER,
        MANAGER,
        OPERATOR,
        ANOTHER_REALM,
        ROOT
    }

    /// A route and the API it belongs to.
    record Place(HttpApi httpApi, Route route) {
        @Override
        public String toString() {
            return httpApi.name() + ": " + route.method() + " " + route.template();
        }
    }

    private final InProcess muster;
    private final TestServer.Tenancy tenancy;
    private final OpenApiCheck document;
    private final Map<Place, List<Seed>> seeds = new LinkedHashMap<>();
    private final Set<Route> takeBodies = new HashSet<>();
    private final Map<Place, Set<Integer>> answered = new LinkedHashMap<>();
    private final Map<Credential, Client> clients = new HashMap<>();
    private final Map<Credential, String> bearers = new HashMap<>();
    private final Map<Credential, Browser> browsers = new HashMap<>();
    private final String operatorsToken;
    private final Map<String, List<String>> named = new HashMap<>();
    private final byte[] zip;
    private final Path folder;
    private final TestServer.Tenancy strangers;
    private final List<String> rowsOfStrangers;

    Fuzzed(Path folder) throws IOException {
        this.folder = folder;
        muster = new InProcess(folder);
        TestServer server = muster.server;
        tenancy = server.makeTenant(PARTNER);
        TestServer.Tenancy other = server.makeTenant("other");
        bearers.put(Credential.FULL, tenancy.testKey().apiKey());
        bearers.put(
                Credential.VIEWER,
                server.makeKey(tenancy.test(), Environment.TEST, Role.VIEWER).apiKey());
        bearers.put(
                Credential.MANAGER,
                server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER).apiKey());
        bearers.put(Credential.ANOTHER_REALM, other.testKey().apiKey());
        bearers.put(Credential.ROOT, TestServer.ROOT_KEY);
        bearers.put(
                Credential.WRONG,
                server.mint().generate(tenancy.test(), Environment.TEST).apiKey());
        bearers.put(Credential.GARBAGE, "mst_test_%00");
        operatorsToken = server.signIn(tenancy.test(), tenancy.testKey(), "ada").accessToken();
        bearers.put(Credential.OPERATOR, operatorsToken);
        signIn(server, Credential.FULL, tenancy, PARTNER, Role.ADMIN);
        signIn(server, Credential.MANAGER, tenancy, PARTNER, Role.MANAGER);
        signIn(server, Credential.VIEWER, tenancy, PARTNER, Role.VIEWER);
        signIn(server, Credential.ANOTHER_REALM, other, "other", Role.ADMIN);
        zip = zip();
        fill();
        strangers = server.makeTenant("strangers");
        fillStrangers();
        rowsOfStrangers = rowsOfStrangers();
        document = new OpenApiCheck(Client.once(address(), null, "GET", "/openapi.json", new byte[0])
                .body());
        List<Seed> golden = Seed.all();
        for (HttpApi httpApi : muster.httpApis) {
            for (Route route : httpApi.routes()) {
                Place permit = new Place(httpApi, route);
                List<Seed> own = new ArrayList<>(
                        golden.stream().filter(seed -> seed.isOf(route)).toList());
                if (own.stream().anyMatch(seed -> seed.body().startsWith("{"))) {
                    takeBodies.add(route);
                }
                own.add(plain(route));
                seeds.put(permit, own);
                answered.put(permit, new TreeSet<>());
            }
        }
    }

    private void signIn(TestServer server, Credential as, TestServer.Tenancy where, String partner, Role role)
            throws IOException {
        String username = "console-" + role.wireName();
        server.signIn(where.test(), where.testKey(), username, role);
        browsers.put(as, Browser.signedIn(address(), partner, "test", username, TestServer.PASSWORD));
    }

    URI address() {
        return muster.server.address();
    }

    /// Starts well-behaved clients on the same server.
    Neighbours neighbours() throws IOException {
        return new Neighbours(muster.server);
    }

    List<Place> places() {
        return List.copyOf(seeds.keySet());
    }

    /// Whether a transcript or the OpenAPI document contains a JSON body for this route.
    boolean takesBody(Place permit) {
        return takeBodies.contains(permit.route());
    }

    /// Returns a request with the example body from the OpenAPI document or, if there is none, a minimal request.
    private Seed plain(Route route) {
        JsonNode example = document.document()
                .path("paths")
                .path(route.template())
                .path(route.method().name().toLowerCase(Locale.ROOT))
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("example");
        boolean bodiless = route.method() == Method.GET;
        String least = route.template().startsWith("/console") ? FORM : VENDORS;
        if (!example.isMissingNode()) {
            takeBodies.add(route);
        }
        return new Seed(
                route.method().name(),
                route.template(),
                bodiless ? List.of() : List.of(Client.JSON),
                example.isMissingNode() ? (bodiless ? "" : least) : example.toString());
    }

    // Existing objects

    private void fill() throws IOException {
        try (Client admin = new Client(address(), bearers.get(Credential.FULL))) {
            for (int i = 1; i <= USERS; i++) {
                created(admin.json(
                        "POST",
                        "/v1/users",
                        Map.of(
                                "externalId",
                                "u-" + i,
                                "email",
                                "u-" + i + "@example.org",
                                "tag",
                                i % 6 == 0 ? "GUEST" : "USER")));
                name("ref", i % 2 == 0 ? "external:u-" + i : "number:" + i);
                name("user", "u-" + i);
            }
            created(admin.json("POST", "/v1/users", Map.of("externalId", "ann", "username", "ann")));
            name("user", "ann");
            name("ref", "username:ann");
            admin.json("PUT", "/v1/users/number:7/holds/fraud", null);
            admin.json("PUT", "/v1/users/number:8/holds/fraud", null);
            for (int i = 1; i <= OTHERS; i++) {
                name("group", made(admin, "/v1/groups", Map.of("name", "group " + i)));
                name(
                        "policy",
                        made(admin, "/v1/policies", Map.of("name", "policy " + i, "resources", List.of("r" + i))));
                created(admin.json(
                        "POST", "/v1/jobs", Map.of("jobId", "j-" + i, "type", 5, "user", "external:u-" + i)));
                name("jobId", "j-" + i);
                name(
                        "webhook",
                        made(
                                admin,
                                "/v1/webhooks",
                                Map.of("url", "https://receiver.invalid/" + i, "types", List.of("*")),
                                "webhookId"));
                name(
                        "keyId",
                        made(
                                admin,
                                "/v1/keys",
                                Map.of("name", "key " + i, "role", "viewer", "signing", false),
                                "keyId"));
                Map<String, Object> reserved = upload("v-" + i, "up-" + i);
                Client.Answer answer = admin.json("POST", "/smileid/v1/upload", reserved);
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                name("jobId", "up-" + i);
                name("upload", URI.create(answer.json().text("upload_url")).getRawPath());
            }
            for (int i = 1; i <= USERS; i++) {
                String one = i % 6 == 0 ? "ann" : "u-" + i;
                String group = named.get("group").get(i % OTHERS);
                String policy = named.get("policy").get(i % OTHERS);
                admin.json("PUT", "/v1/groups/" + group + "/members/external:" + one, null);
                admin.json("PUT", "/v1/policies/" + policy + "/users/external:" + one, null);
                admin.json("PUT", "/v1/policies/" + policy + "/groups/" + group, null);
            }
            created(admin.json(
                    "POST",
                    "/v1/operators",
                    Map.of("username", "their-operator", "password", TestServer.PASSWORD, "role", "viewer")));
            name("username", "their-operator");
            // No later request uses these sessions, so they can be ended.
            for (int i = 0; i < OTHERS; i++) {
                Browser.signedIn(address(), PARTNER, "test", "their-operator", TestServer.PASSWORD);
            }
            admin.get("/v1/operators/their-operator/sessions")
                    .json()
                    .items("items")
                    .forEach(session -> name("session", session.text("sessionId")));
            name(
                    "refresh",
                    muster.server
                            .signIn(tenancy.test(), tenancy.testKey(), "eve")
                            .refreshToken());
            for (int i = 1; i <= USERS; i += 3) {
                name("userId", admin.get("/v1/users/number:" + i).json().text("id"));
            }
            created(admin.json("POST", "/v1/users", Map.of("externalId", "bad")));
            Client.Answer barred = admin.json("POST", "/v1/users/external:bad/bar", Map.of("reason", "bad"));
            name("id", barred.json().text("id"));
            name("backup", "none");
            name("approval", "01900000-0000-7000-8000-000000000000");
        }
    }

    /// Fills a realm that no caller has a key for. Requests refer to its objects as well as to the caller's own, by
    /// name and id. The content of its objects is not in any request, so it must not be in any response.
    private void fillStrangers() throws IOException {
        try (Client admin = new Client(address(), strangers.testKey().apiKey())) {
            for (int i = 1; i <= 4; i++) {
                Client.Answer user = admin.json(
                        "POST",
                        "/v1/users",
                        Map.of("externalId", "stranger-" + i, "email", "stranger-" + i + "@example.org", "name", MARK));
                created(user);
                name("ref", i % 2 == 0 ? "external:stranger-" + i : user.json().text("id"));
                name("id", user.json().text("id"));
                name("userId", user.json().text("id"));
                name("user", "stranger-" + i);
                admin.json("PUT", "/v1/users/external:stranger-" + i + "/holds/blocked", Map.of("reason", MARK));
                String group = made(admin, "/v1/groups", Map.of("name", "theirs " + i, "description", MARK));
                name("group", group);
                admin.json("PUT", "/v1/groups/" + group + "/members/external:stranger-" + i, null);
                name("policy", made(admin, "/v1/policies", Map.of("name", "theirs " + i, "resources", List.of(MARK))));
                created(admin.json(
                        "POST", "/v1/jobs", Map.of("jobId", "their-" + i, "type", 5, "extras", Map.of("of", MARK))));
                name("jobId", "their-" + i);
                name(
                        "keyId",
                        made(admin, "/v1/keys", Map.of("name", MARK, "role", "viewer", "signing", false), "keyId"));
            }
            name("realm", Long.toString(strangers.test()));
            name("realm", Long.toString(tenancy.test()));
        }
    }

    private List<String> rowsOfStrangers() {
        List<String> rows = new ArrayList<>(Rows.of(folder, strangers.test()));
        rows.addAll(Rows.of(folder, strangers.production()));
        // Rotating the master key changes the rows of all realms, because it wraps their keys again.
        rows.removeIf(row -> row.startsWith("realm "));
        assertThat(rows).hasSizeGreaterThan(20);
        return rows;
    }

    /// Asserts that the strangers' realm is unchanged, byte for byte.
    void strangersAreAsTheyWere() {
        assertThat(rowsOfStrangers()).isEqualTo(rowsOfStrangers);
    }

    private Map<String, Object> upload(String user, String job) {
        return Signing.signed(
                tenancy.testKey().apiSecret(),
                "smile_client_id",
                PARTNER,
                Map.of("partner_params", Map.of("user_id", user, "job_id", job, "job_type", 1)));
    }

    private void name(String what, String name) {
        named.computeIfAbsent(what, _ -> new ArrayList<>()).add(name);
    }

    private static void created(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    }

    private static String made(Client client, String path, Map<String, Object> body) throws IOException {
        return made(client, path, body, "id");
    }

    private static String made(Client client, String path, Map<String, Object> body, String id) throws IOException {
        Client.Answer answer = client.json("POST", path, body);
        created(answer);
        return answer.json().text(id);
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("info.json"));
            zip.write(
                    "{\"package_information\":{\"language\":\"java\"},\"images\":[]}".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    // Requests

    /// Returns a request for the route like those in the transcripts, with the names of existing objects.
    Draft draft(Place permit, RandomGenerator random) {
        List<Seed> own = seeds.get(permit);
        Seed seed = Mutation.one(own, random);
        Draft draft = new Draft(seed.method(), filled(seed.target(), random), seed.headers(), new byte[0]);
        draft.body = filled(seed.body(), random).getBytes(StandardCharsets.UTF_8);
        String template = permit.route().template();
        boolean keep = random.nextInt(6) == 0 && seed.target().indexOf('{') < 0;
        for (String parameter : keep ? List.<String>of() : Draft.parameters(template)) {
            draft.segment(template, parameter, value(template, parameter, random));
        }
        if (template.startsWith("/smileid/v1/uploads/")) {
            draft.path = Mutation.one(named.get("upload"), random);
            draft.body = zip;
        }
        sign(draft);
        return draft;
    }

    private String value(String template, String parameter, RandomGenerator random) {
        String what = switch (parameter) {
            case "id" ->
                template.startsWith("/v1/groups")
                        ? "group"
                        : template.startsWith("/v1/policies")
                                ? "policy"
                                : template.startsWith("/v1/backups")
                                        ? "backup"
                                        : template.startsWith("/v1/approvals")
                                                ? "approval"
                                                : template.startsWith("/v1/webhooks") ? "webhook" : "id";
            case "user" -> "userId";
            case "key" -> "keyId";
            // Outside the console, `{job}` is the internal id of a job rather than the job id that clients use.
            case "job" -> template.startsWith("/console") ? "jobId" : parameter;
            default -> parameter;
        };
        return switch (what) {
            case "userId", "ref", "group", "policy", "jobId", "keyId", "username", "id", "backup", "realm" ->
                Mutation.one(named.get(what), random);
            case "kind" -> Mutation.one(List.of("blocked", "suspended", "deactivated", "fraud"), random);
            case "partnerId", "partner" -> PARTNER;
            case "name" -> "console.css";
            case "masterKey" -> "5f0c2a91d4b7e683";
            case "environment" -> random.nextInt(4) > 0 ? "test" : "production";
            case "job" -> "01900000-0000-7000-8000-000000000000";
            case "token", "form" -> "A".repeat(43);
            case "session", "sessionId" -> Mutation.one(named.get("session"), random);
            case "approval", "webhook" -> Mutation.one(named.get(what), random);
            case "event", "eventId" -> "evt_1_1";
            case "passkey", "passkeyId" -> "01900000-0000-7000-8000-000000000000";
            case "link" -> "A".repeat(75);
            default -> throw new AssertionError("it is not known here what " + template + " names");
        };
    }

    /// Replaces placeholders, which stand for values that differ between runs, with existing values.
    private String filled(String text, RandomGenerator random) {
        return text.replaceAll("<time [0-9]+>|<soon[^>]*>", "2099-01-01T00:00:00.000Z")
                .replace("<host>", address().getAuthority())
                .replaceAll("<id [0-9]+>", Mutation.one(named.get(random.nextBoolean() ? "userId" : "group"), random))
                .replaceAll(
                        "\"(user_id|unique_id)\":\"[^\"]*\"",
                        "\"$1\":\"" + Mutation.one(named.get("user"), random) + "\"")
                .replaceAll("\\b(user_id|unique_id)=[^&]*", "$1=" + Mutation.one(named.get("user"), random))
                .replaceAll(
                        "name=\"(unique_id|email_id|admin_user_id)\"\r\n\r\n[^\r]*",
                        "name=\"$1\"\r\n\r\n" + (1 + random.nextInt(USERS)))
                .replaceAll("\"userId\":\"[^\"]*\"", "\"userId\":\"" + Mutation.one(named.get("userId"), random) + "\"")
                .replaceAll("\\buserId=[^&]*", "userId=" + Mutation.one(named.get("userId"), random))
                .replaceAll(
                        "\"refresh\":\"[^\"]*\"",
                        "\"refresh\":\"" + named.get("refresh").getFirst() + "\"")
                .replaceAll(
                        "\"apiKey\":\"[^\"]*\"",
                        "\"apiKey\":\"" + tenancy.testKey().apiKey() + "\"")
                .replaceAll(
                        "\"apiSecret\":\"[^\"]*\"",
                        "\"apiSecret\":\"" + tenancy.testKey().apiSecret() + "\"")
                .replaceAll("\"(email_id|admin_user_id)\":(\"?)[0-9]+", "\"$1\":$2" + (1 + random.nextInt(USERS)))
                .replaceAll("\\b(email_id|admin_user_id)=[0-9]+", "$1=" + (1 + random.nextInt(USERS)))
                .replaceAll(
                        "\"(externalId|jobId|job_id)\":\"[^\"]*\"", "\"$1\":\"new-" + random.nextInt(10_000) + "\"");
    }

    /// If the body has a signature, replaces it with a valid one.
    private void sign(Draft draft) {
        if (draft.tree() instanceof Map<?, ?> fields && fields.containsKey("signature")) {
            Map<String, Object> unsigned = new LinkedHashMap<>();
            fields.forEach((name, value) -> unsigned.put((String) name, value));
            String partner = unsigned.containsKey("smile_client_id") ? "smile_client_id" : "partner_id";
            if (unsigned.containsKey("environment")) {
                unsigned.put("environment", "test");
            }
            draft.tree(Signing.signed(tenancy.testKey().apiSecret(), partner, PARTNER, unsigned));
        }
    }

    // Responses

    /// Sends the request and checks the response.
    ///
    /// @return its status
    int judged(Place permit, Credential who, Draft draft) throws IOException {
        boolean roots = permit.httpApi().name().equals("rest")
                && (permit.route().template().startsWith("/v1/tenants")
                        || permit.route().template().startsWith("/v1/backups")
                        || permit.route().template().startsWith("/v1/master-key"));
        Credential credential = roots && who == Credential.FULL ? Credential.ROOT : who;
        Client.Answer answer = sent(permit, credential, draft);
        String what = credential + " " + draft.method + " " + clip(draft.target()) + " "
                + draft.headers.stream().map(Fuzzed::clip).toList() + " "
                + clip(new String(draft.body, StandardCharsets.UTF_8));
        boolean unready = answer.status() == 503 && draft.path.equals("/health/ready");
        assertThat(answer.status()).as("%s: %s", what, answer).isLessThan(unready ? 504 : 500);
        if (Seed.pattern(permit.route().template()).matcher(draft.path).matches()
                && draft.method.equals(permit.route().method().name())) {
            boolean toSignIn = answer.header("Location").startsWith("/console/sign-in?next=");
            answered.get(permit).add(toSignIn ? 401 : answer.status());
        }
        if (answer.status() == 202 && draft.path.equals("/v1/backups") && !draft.method.equals("HEAD")) {
            name("backup", answer.json().text("id"));
        }
        if (answer.status() == 201
                && draft.path.equals("/v1/webhooks")
                && answer.text().contains("\"secret\"")) {
            name("webhook", answer.json().text("webhookId"));
        }
        // In the response to a dry run, the id is null.
        if (answer.status() == 202 && answer.text().startsWith("{\"approvalId\":\"")) {
            name("approval", answer.json().text("approvalId"));
        }
        assertThat(answer.text()).as("%s", what).doesNotContain(MARK);
        try {
            shape(what, permit, draft, answer);
        } catch (AssertionError e) {
            throw new AssertionError(what + " was answered " + answer.headers() + " " + clip(answer.text()), e);
        }
        return answer.status();
    }

    private void shape(String what, Place permit, Draft draft, Client.Answer answer) {
        // The OpenAPI document does not describe the redirect of browsers from `/` to the console.
        boolean rest = permit.httpApi().name().equals("rest")
                && !draft.path.equals("/")
                && (Seed.pattern(permit.route().template()).matcher(draft.path).matches()
                        || draft.path.equals("/v1")
                        || draft.path.startsWith("/v1/"));
        if (rest && answer.status() != 414) {
            document.check(
                    // The HTTP engine accepts methods in any case.
                    draft.method.toUpperCase(Locale.ROOT),
                    draft.target(),
                    new OpenApiCheck.Reply(answer.status(), answer.headers(), answer.body()));
            if (answer.status() < 300 && Json.read(draft.body) instanceof Json.Result.Value) {
                document.checkTaken(draft.method.toUpperCase(Locale.ROOT), draft.target(), draft.body);
            }
        }
        if (answer.status() >= 400 && !draft.method.equals("HEAD")) {
            Words.refused(what, permit.httpApi(), permit.route(), draft.target(), answer);
        } else if (answer.status() == 200
                && "application/json".equals(answer.header("Content-Type"))
                && !draft.method.equals("HEAD")) {
            assertThat(Json.read(answer.body(), Integer.MAX_VALUE)).as(what).isInstanceOf(Json.Result.Value.class);
        }
    }

    static boolean endsSession(String path) {
        return path.contains("/sign-out") || path.contains("/sign-in-again");
    }

    private Client.Answer sent(Place permit, Credential who, Draft draft) throws IOException {
        boolean two = permit.httpApi().name().equals("epixel");
        List<String> headers = new ArrayList<>(draft.headers);
        Credential bearer = who;
        if (permit.httpApi().name().equals("console")) {
            if (draft.tree() instanceof Map<?, ?> fields && draft.headers.contains(Client.JSON)) {
                draft.header("content-type", Browser.FORM);
                draft.body = Browser.form(fields);
                headers = new ArrayList<>(draft.headers);
            }
            Browser browser = browsers.get(who);
            // Requests to sign out or to sign in again are sent without the session, because they would end it for
            // later requests.
            if (permit.route().template().endsWith("/sign-in")) {
                headers.add("Origin: " + address());
            } else if (browser != null && !endsSession(draft.path)) {
                headers.addAll(browser.headers());
            }
        }
        if (two) {
            // Calls at epixel may need two credentials: the first is the key, the second an operator's token.
            String key = bearers.get(who);
            if (key != null) {
                headers.add("apikey: " + key);
            }
            bearer = who == Credential.NONE || who == Credential.WRONG ? who : Credential.OPERATOR;
        }
        while (true) {
            Client client = clients.get(bearer);
            boolean isNew = client == null || !client.isUsable();
            if (isNew) {
                if (client != null) {
                    client.close();
                }
                client = new Client(address(), bearers.get(bearer));
                clients.put(bearer, client);
            }
            Client.Answer answer;
            try {
                answer = client.send(draft.method, draft.target(), draft.body, headers.toArray(String[]::new));
            } catch (IOException e) {
                client.close();
                clients.remove(bearer);
                if (isNew) {
                    throw e;
                }
                // The server may have closed the connection while it was idle.
                continue;
            }
            if (!answer.isBusy()) {
                return answer;
            }
        }
    }

    /// Returns, by route, the statuses of the responses to requests whose mutated path and method still matched the
    /// route.
    Map<String, Set<Integer>> answered() {
        Map<String, Set<Integer>> all = new TreeMap<>();
        answered.forEach((permit, statuses) -> all.put(permit.toString(), statuses));
        return all;
    }

    /// Whether the journal of the callers' realm is valid.
    boolean isWhole() throws IOException {
        try (Client admin = new Client(address(), bearers.get(Credential.FULL))) {
            Client.Answer verified = admin.get("/v1/journal/verify");
            assertThat(verified.status()).as("%s", verified).isEqualTo(200);
            return verified.json().flag("valid");
        }
    }

    static String clip(String text) {
        return text.length() > 400 ? text.substring(0, 400) + "… (" + text.length() + ")" : text;
    }

    @Override
    public void close() {
        clients.values().forEach(Client::close);
        muster.close();
    }
}
