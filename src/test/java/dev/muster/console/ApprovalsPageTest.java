package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.credential.Role;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests approvals in the console, where one operator requests and another approves, and the creation and rotation of
/// keys.
class ApprovalsPageTest {
    private static final String BASE = "/console/acme/production";
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final Pattern APPROVE = Pattern.compile("action=\"" + BASE + "(/approvals/[0-9a-f-]+)/approve\"");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy acme;
    private Operator ann;
    private Operator bob;

    private record Operator(String cookie, String token) {}

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        acme = server.makeTenant("acme");
        ann = signIn("ann");
        bob = signIn("bob");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private Operator signIn(String name) throws Exception {
        server.signIn(acme.production(), acme.productionKey(), name, Role.ADMIN);
        HttpResponse<String> in = send(
                "",
                "/console/sign-in",
                fields(
                        "partner",
                        "acme",
                        "environment",
                        "production",
                        "username",
                        name,
                        "password",
                        TestServer.PASSWORD));
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        String cookie = set.substring(0, set.indexOf(';'));
        Matcher found = TOKEN.matcher(get(cookie, "/keys"));
        assertThat(found.find()).isTrue();
        return new Operator(cookie, found.group(1));
    }

    private static String fields(String... fields) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            body.append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8))
                    .append('&');
        }
        return body.toString();
    }

    private HttpResponse<String> send(String cookie, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Origin", server.address().toString())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Operator operator, String path, String... fields) throws Exception {
        return send(operator.cookie, BASE + path, fields(fields) + fields("csrf", operator.token));
    }

    private String get(String cookie, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(server.address() + BASE + path))
                                .header("Cookie", cookie)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private User register(String externalId) {
        return server.execute(
                        acme.production(),
                        server.actor(acme.production(), acme.productionKey()),
                        null,
                        new Command.Register(
                                null,
                                new Validator().identifier(Identifier.Kind.EXTERNAL_ID, externalId),
                                null,
                                null,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user();
    }

    private Status status(User user) {
        return TestServer.ok(server.directory()
                        .find(
                                server.actor(acme.production(), acme.productionKey()),
                                acme.production(),
                                UserRef.id(user.id())))
                .value()
                .standing(Instant.now())
                .status();
    }

    @Test
    void holdsForManyWaitForAnotherOperator() throws Exception {
        assertThat(post(ann, "/approvals/rules", "bulkThreshold", "1").statusCode())
                .isEqualTo(303);
        User one = register("one");
        User two = register("two");
        String[] both = {
            "user", one.id().toString(), "user", two.id().toString(), "kind", "blocked", "end", "none", "reason", "wave"
        };
        assertThat(post(ann, "/holds/preview", both).body())
                .contains(
                        "a second operator has to approve this",
                        "Needs approval: 2 users",
                        "Request to block 2 users<");
        assertThat(get(bob.cookie, "/approvals")).contains("No pending requests");
        assertThat(post(ann, "/holds", both).body()).contains("a second operator has to approve this");
        assertThat(status(one)).isEqualTo(Status.ACTIVE);

        String seenByAnn = get(ann.cookie, "/approvals");
        assertThat(APPROVE.matcher(seenByAnn).find()).as("one's own").isFalse();
        assertThat(seenByAnn).contains("Withdraw request");
        String seenByBob = get(bob.cookie, "/approvals");
        assertThat(seenByBob).contains("Change many users at once", "place hold", "by ann");
        Matcher approvals = APPROVE.matcher(seenByBob);
        assertThat(approvals.find()).isTrue();
        String path = approvals.group(1);
        assertThat(post(ann, path + "/approve", "version", "1").body()).contains("You requested this yourself.");
        assertThat(post(bob, path + "/approve", "version", "7").body()).contains("This was changed");
        assertThat(post(bob, path + "/approve", "version", "1").statusCode()).isEqualTo(303);
        assertThat(approvals.find()).isTrue();
        assertThat(post(bob, approvals.group(1) + "/decline", "reason", "wrong_person")
                        .statusCode())
                .isEqualTo(303);
        assertThat(new Status[] {status(one), status(two)}).containsExactlyInAnyOrder(Status.BLOCKED, Status.ACTIVE);
        assertThat(get(bob.cookie, "/approvals?state=")).contains("approved", "declined", "by bob");
    }

    @Test
    void aRequestThatWaitsIsOnThePageOfItsUser() throws Exception {
        assertThat(post(ann, "/approvals/rules", "action", "bar").statusCode()).isEqualTo(303);
        User user = register("one");
        User other = register("two");
        String name = "one";
        assertThat(post(ann, "/users/" + user.id() + "/bar", "name", name, "version", "1", "reason", "forged")
                        .statusCode())
                .isEqualTo(303);
        assertThat(status(user)).isEqualTo(Status.ACTIVE);

        String link = "/approvals?user=" + user.id();
        assertThat(get(bob.cookie, "/users/" + user.id()))
                .contains("Waits for approval: Bar.", "by ann", "reason: forged", "Approve or decline", link);
        assertThat(get(ann.cookie, "/users/" + user.id())).contains("Show the request");
        assertThat(get(bob.cookie, "/users/" + other.id())).doesNotContain("Waits for approval");
        assertThat(get(bob.cookie, "/approvals?user=" + other.id())).contains("No pending requests");

        Matcher approve = APPROVE.matcher(get(bob.cookie, link));
        assertThat(approve.find()).isTrue();
        assertThat(post(bob, approve.group(1) + "/decline", "reason", "wrong_person")
                        .statusCode())
                .isEqualTo(303);
        assertThat(get(bob.cookie, "/users/" + user.id())).contains("declined").doesNotContain("Waits for approval");
        assertThat(get(bob.cookie, link)).contains("No pending requests");
    }

    @Test
    void aKeyIsRotatedAndShownOnce() throws Exception {
        KeyText made = made(post(ann, "/keys", "name", "ledger", "role", "viewer", "addresses", "10.0.0.0/8, ::1"));
        String page = get(ann.cookie, "/keys");
        assertThat(page).contains("10.0.0.0/8, ::1/128", made.text.substring(made.text.length() - 4));
        Matcher id = Pattern.compile("id=\"rotate-([0-9a-f-]+)-title\">Rotate ledger<")
                .matcher(page);
        assertThat(id.find()).isTrue();
        String key = id.group(1);
        KeyText rotated = made(post(ann, "/keys/" + key + "/rotate", "overlap", "0"));
        assertThat(rotated.text).isNotEqualTo(made.text);
        assertThat(get(ann.cookie, "/keys")).contains("revoked");
    }

    private record KeyText(String text) {}

    private static KeyText made(HttpResponse<String> reply) {
        Matcher text = Pattern.compile("<code id=\"api-key\">(mst_live_[0-9A-Za-z_]+)</code>")
                .matcher(reply.body());
        assertThat(text.find()).as(reply.body()).isTrue();
        return new KeyText(text.group(1));
    }

    /// The form suggests an expiry in 90 days; an empty field means that the key does not expire.
    @Test
    void aNewKeyIsProposedToEnd() throws Exception {
        Matcher proposed =
                Pattern.compile("name=\"expires\" value=\"([0-9T:-]+)\"").matcher(get(ann.cookie, "/keys"));
        assertThat(proposed.find()).isTrue();
        Instant end = Instant.parse(proposed.group(1) + ":00Z");
        assertThat(end)
                .isBetween(
                        Instant.now().plusSeconds(90 * 86_400L - 120),
                        Instant.now().plusSeconds(90 * 86_400L));
    }
}
