package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests how operators sign in, confirm their identity again and sign out, over HTTP and as a browser without scripts
/// would do it.
final class AccessTest {
    private static final String BASE = "/console/acme/production";
    private static final String OTHER_PASSWORD = "another password altogether";
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final Pattern LINK =
            Pattern.compile("<code id=\"invitation-link\">http://127.0.0.1:[0-9]+(/console/invitation/[^<]+)</code>");
    private static final Pattern SESSION = Pattern.compile("/sessions/([0-9a-f-]{36})/end");

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Actor admin;

    @BeforeEach
    void open(@TempDir Path folder) {
        server = new TestServer(
                folder,
                clock,
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, clock, null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.production(), tenancy.productionKey());
        server.signIn(tenancy.production(), tenancy.productionKey(), "ada", Role.ADMIN);
        server.signIn(tenancy.production(), tenancy.productionKey(), "bob", Role.ADMIN);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private void pass(int minutes) {
        ahead.updateAndGet(Duration.ofMinutes(minutes)::plus);
    }

    // The browser

    /// A browser, with its cookie and the CSRF token of the last page that it loaded.
    private final class Tab {
        private String cookie = "";
        private String token = "";

        HttpResponse<String> get(String path) throws Exception {
            return received(client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString()));
        }

        HttpResponse<String> post(String path, String... fields) throws Exception {
            Map<String, String> form = new LinkedHashMap<>();
            for (int i = 0; i < fields.length; i += 2) {
                form.put(fields[i], fields[i + 1]);
            }
            form.putIfAbsent("csrf", token);
            String body = form.entrySet().stream()
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            return received(client.send(
                    request(path)
                            .header("Origin", server.address().toString())
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }

        private HttpRequest.Builder request(String path) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                    .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
            return cookie.isEmpty() ? request : request.header("Cookie", cookie);
        }

        private HttpResponse<String> received(HttpResponse<String> answer) {
            answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
            Matcher found = TOKEN.matcher(answer.body());
            if (found.find()) {
                token = found.group(1);
            }
            return answer;
        }

        HttpResponse<String> signIn(String username, String password, String next) throws Exception {
            return post(
                    "/console/sign-in",
                    "partner",
                    "acme",
                    "environment",
                    "production",
                    "username",
                    username,
                    "password",
                    password,
                    "next",
                    next);
        }

        /// Asserts that the response is a redirect, and follows it.
        HttpResponse<String> follow(HttpResponse<String> redirect) throws Exception {
            assertThat(redirect.statusCode()).as(redirect.body()).isEqualTo(303);
            return get(location(redirect));
        }
    }

    private Tab signedIn(String username, String password) throws Exception {
        Tab tab = new Tab();
        HttpResponse<String> in = tab.signIn(username, password, "");
        assertThat(in.statusCode()).as(in.body()).isEqualTo(303);
        assertThat(tab.get(BASE + "/users").statusCode()).isEqualTo(200);
        return tab;
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    private static String resumeOf(String address) {
        return address.replaceAll(".*(resume/|waiting=)([A-Za-z0-9_-]{43}).*", "$2");
    }

    private User user(String email) {
        Identifier address = new Validator().identifier(Identifier.Kind.EMAIL, email);
        return server.execute(
                        tenancy.production(),
                        admin,
                        null,
                        new Command.Register(address, null, null, "Eve", null, null, Tag.USER, null))
                .user();
    }

    private User now(User user) {
        return TestServer.ok(server.directory().find(admin, tenancy.production(), UserRef.id(user.id())))
                .value();
    }

    private Status status(User user) {
        return now(user).standing(clock.instant()).status();
    }

    private HttpResponse<String> bar(Tab tab, User user) throws Exception {
        return tab.post(
                BASE + "/users/" + user.id() + "/bar",
                "version",
                Long.toString(now(user).version()),
                "name",
                "Eve",
                "reason",
                "forged passport",
                "note",
                "Seen twice.",
                "once",
                "a-form");
    }

    // Step-up authentication

    @Test
    void aSensitiveFormAsksForThePasswordAndContinuesUnchanged() throws Exception {
        User eve = user("eve@example.org");
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(15);
        HttpResponse<String> asked = bar(ada, eve);
        assertThat(location(asked)).startsWith(BASE + "/confirm?waiting=");
        assertThat(status(eve)).isEqualTo(Status.ACTIVE);
        HttpResponse<String> confirm = ada.follow(asked);
        assertThat(confirm.body()).contains("Password of ada").doesNotContain("forged", "Seen twice");
        String form = resumeOf(location(asked));

        HttpResponse<String> wrong = ada.post(BASE + "/confirm", "waiting", form, "password", "not the password");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("value=\"" + form + "\"", "is wrong");
        assertThat(location(ada.post(BASE + "/users/" + eve.id() + "/bar", "resume", form)))
                .as("without a proof")
                .startsWith(BASE + "/confirm?waiting=");
        assertThat(status(eve)).isEqualTo(Status.ACTIVE);

        asked = bar(ada, eve);
        form = resumeOf(location(asked));
        HttpResponse<String> resume =
                ada.follow(ada.post(BASE + "/confirm", "waiting", form, "password", TestServer.PASSWORD));
        assertThat(resume.body())
                .contains("action=\"" + BASE + "/users/" + eve.id() + "/bar\"", "data-resume")
                .doesNotContain("forged", "Seen twice");
        HttpResponse<String> done = ada.post(BASE + "/users/" + eve.id() + "/bar", "resume", form);
        assertThat(ada.follow(done).body()).contains("The user was barred permanently.", "forged passport");
        assertThat(status(eve)).isEqualTo(Status.BARRED);

        HttpResponse<String> again = ada.post(BASE + "/users/" + eve.id() + "/bar", "resume", form);
        assertThat(again.statusCode()).isEqualTo(404);
        User mallory = user("mallory@example.org");
        assertThat(ada.follow(bar(ada, mallory)).body())
                .as("for a quarter of an hour")
                .contains("barred permanently");
    }

    @Test
    void everyFormThatDecidesWhoHasAccessAsksForIt() throws Exception {
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(16);
        for (List<String> form : List.of(
                List.of("/keys", "name", "reports", "role", "viewer"),
                List.of("/keys/" + tenancy.productionKey().id() + "/revoke"),
                List.of("/operators", "username", "cleo", "role", "viewer"),
                List.of("/operators/passkey-policy", "role", "viewer"),
                List.of("/operators/bob/invitation"),
                List.of("/operators/bob/disable"),
                List.of("/operators/bob/role", "role", "viewer"),
                List.of("/operators/bob/delete", "name", "bob"))) {
            HttpResponse<String> asked = ada.post(
                    BASE + form.getFirst(), form.subList(1, form.size()).toArray(String[]::new));
            assertThat(location(asked)).as("%s", form).startsWith(BASE + "/confirm?waiting=");
        }
        // A secret that is shown only once is shown when the pending form is resumed.
        String waiting = resumeOf(location(ada.post(BASE + "/keys", "name", "reports", "role", "viewer")));
        ada.follow(ada.post(BASE + "/confirm", "waiting", waiting, "password", TestServer.PASSWORD));
        assertThat(ada.post(BASE + "/keys", "resume", waiting).body())
                .contains("Key reports was created", "id=\"api-key\"");
    }

    /// A pending form can only be resumed by the operator who sent it, and only at its original address.
    @Test
    void aKeptFormIsOnlyForItsOperator() throws Exception {
        User eve = user("eve@example.org");
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(15);
        String form = resumeOf(location(bar(ada, eve)));
        Tab bob = signedIn("bob", TestServer.PASSWORD);
        assertThat(bob.get(BASE + "/resume/" + form).statusCode()).isEqualTo(404);
        assertThat(bob.post(BASE + "/users/" + eve.id() + "/bar", "resume", form)
                        .statusCode())
                .isEqualTo(404);
        ada.post(BASE + "/confirm", "waiting", form, "password", TestServer.PASSWORD);
        assertThat(ada.post(BASE + "/users/" + eve.id() + "/erase", "resume", form)
                        .statusCode())
                .as("sent elsewhere")
                .isEqualTo(404);
        assertThat(status(eve)).isEqualTo(Status.ACTIVE);
    }

    /// Signing in again also confirms the operator's identity. The confirmation page offers this to operators
    /// without a password.
    @Test
    void signingInAgainIsAProofToo() throws Exception {
        User eve = user("eve@example.org");
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(20);
        String form = resumeOf(location(bar(ada, eve)));
        HttpResponse<String> out = ada.post(BASE + "/sign-in-again", "waiting", form);
        String next = URLDecoder.decode(location(out).replaceAll(".*next=", ""), StandardCharsets.UTF_8);
        assertThat(ada.get(BASE + "/users").statusCode()).as("signed out").isEqualTo(303);
        ada.follow(ada.signIn("ada", TestServer.PASSWORD, next));
        ada.post(BASE + "/users/" + eve.id() + "/bar", "resume", form);
        assertThat(status(eve)).isEqualTo(Status.BARRED);
    }

    // Sessions that end while a form is being filled in

    private HttpResponse<String> hold(Tab tab, User user) throws Exception {
        return tab.post(
                BASE + "/users/" + user.id() + "/hold",
                "version",
                Long.toString(now(user).version()),
                "kind",
                "blocked",
                "label",
                "main",
                "reason",
                "chargeback",
                "once",
                "b-form");
    }

    @Test
    void aFormIsKeptAfterTheSessionHasEnded() throws Exception {
        User eve = user("eve@example.org");
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(31);
        HttpResponse<String> late = hold(ada, eve);
        String next = URLDecoder.decode(location(late).replaceAll(".*next=", ""), StandardCharsets.UTF_8);
        assertThat(next).startsWith(BASE + "/resume/");
        assertThat(now(eve).holds().all()).isEmpty();
        HttpResponse<String> resume = ada.follow(ada.signIn("ada", TestServer.PASSWORD, next));
        assertThat(resume.body()).contains("action=\"" + BASE + "/users/" + eve.id() + "/hold\"");
        ada.post(BASE + "/users/" + eve.id() + "/hold", "resume", resumeOf(next));
        assertThat(now(eve).holds().all()).singleElement().satisfies(hold -> {
            assertThat(hold.kind()).isEqualTo(HoldKind.BLOCKED);
            assertThat(hold.reason()).isEqualTo("chargeback");
        });
    }

    @Test
    void aKeptFormIsDroppedWhenAnotherOperatorSignsIn() throws Exception {
        User eve = user("eve@example.org");
        Tab shared = signedIn("ada", TestServer.PASSWORD);
        pass(31);
        String next = URLDecoder.decode(location(hold(shared, eve)).replaceAll(".*next=", ""), StandardCharsets.UTF_8);
        assertThat(shared.follow(shared.signIn("bob", TestServer.PASSWORD, next))
                        .statusCode())
                .isEqualTo(404);
        shared.post(BASE + "/users/" + eve.id() + "/hold", "resume", resumeOf(next));
        assertThat(now(eve).holds().all()).isEmpty();
    }

    /// A form is kept only if it has the token and the cookie of the session that has ended. Otherwise another
    /// site, or someone with a forged cookie, could store a form on behalf of an operator.
    @Test
    void onlyAFormOfThatSessionIsKept() throws Exception {
        User eve = user("eve@example.org");
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        pass(31);
        String right = ada.token;
        ada.token = "another";
        assertThat(location(hold(ada, eve))).as("token").endsWith("sign-in?next=");
        ada.token = right;
        String cookie = ada.cookie;
        ada.cookie = cookie.substring(0, cookie.length() - 4) + "AAAA";
        assertThat(location(hold(ada, eve))).as("cookie").endsWith("sign-in?next=");
        ada.cookie = cookie;
        assertThat(location(hold(ada, eve))).contains("resume");
        Tab again = signedIn("ada", TestServer.PASSWORD);
        again.post(BASE + "/sign-out-everywhere");
        assertThat(location(hold(ada, eve)))
                .as("a session that was ended on purpose")
                .endsWith("sign-in?next=");
    }

    // Invitations

    private String invite(Tab tab, String path, String... fields) throws Exception {
        HttpResponse<String> made = tab.post(BASE + path, fields);
        Matcher link = LINK.matcher(made.body());
        assertThat(link.find()).as(made.body()).isTrue();
        return link.group(1);
    }

    @Test
    void anInvitedOperatorChoosesAPasswordAndSignsIn() throws Exception {
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        String link = invite(ada, "/operators", "username", "cleo", "role", "viewer", "once", "c-form");
        assertThat(ada.get(BASE + "/operators").body())
                .contains("invitation until")
                .doesNotContain(link);
        Tab cleo = new Tab();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> page = cleo.get(link);
            assertThat(page.statusCode()).as("opened %d times", i).isEqualTo(200);
            assertThat(page.body()).contains("<strong>cleo</strong>");
            assertThat(page.headers().firstValue("Referrer-Policy")).contains("strict-origin");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        }
        for (String weak : List.of("short", "password1234", "cleo-cleo-cleo", "aaaaaaaaaaaa", "acme-acme-acme")) {
            HttpResponse<String> no = cleo.post(link, "new-password", weak);
            assertThat(no.statusCode()).as(weak).isEqualTo(422);
            assertThat(no.body()).contains("Password: ").doesNotContain(weak);
        }
        assertThat(new Tab().signIn("cleo", "", "").statusCode()).isEqualTo(401);
        HttpResponse<String> in = cleo.post(link, "new-password", OTHER_PASSWORD);
        assertThat(location(in)).isEqualTo(BASE + "/overview");
        assertThat(cleo.follow(in).statusCode()).isEqualTo(200);
        signedIn("cleo", OTHER_PASSWORD);
        assertThat(new Tab().get(link).statusCode()).as("used").isEqualTo(404);
        assertThat(new Tab().post(link, "new-password", "yet another password").statusCode())
                .isEqualTo(404);
    }

    @Test
    void anInvitationIsGoodForThreeDaysAndOnlyTheLast() throws Exception {
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        String first = invite(ada, "/operators", "username", "cleo", "role", "viewer");
        String second = invite(ada, "/operators/cleo/invitation");
        assertThat(new Tab().get(first).statusCode()).as("replaced").isEqualTo(404);
        assertThat(new Tab()
                        .get(second.substring(0, second.length() - 2) + "AA")
                        .statusCode())
                .isEqualTo(404);
        assertThat(new Tab().get("/console/invitation/nonsense").statusCode()).isEqualTo(404);
        pass(72 * 60 - 1);
        assertThat(new Tab().get(second).statusCode()).isEqualTo(200);
        pass(1);
        assertThat(new Tab().get(second).statusCode()).as("too late").isEqualTo(404);
        assertThat(new Tab().post(second, "new-password", OTHER_PASSWORD).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aNewInvitationBringsBackWhoLostThePasswordAndEndsWhatItOpened() throws Exception {
        Tab lost = signedIn("bob", TestServer.PASSWORD);
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        String link = invite(ada, "/operators/bob/invitation");
        assertThat(lost.get(BASE + "/users").statusCode()).as("not used yet").isEqualTo(200);
        Tab bob = new Tab();
        bob.post(link, "new-password", OTHER_PASSWORD);
        assertThat(bob.get(BASE + "/users").statusCode()).isEqualTo(200);
        pass(1);
        assertThat(lost.get(BASE + "/users").statusCode()).isEqualTo(303);
        assertThat(new Tab().signIn("bob", TestServer.PASSWORD, "").statusCode())
                .isEqualTo(401);
    }

    // The operator's own password

    @Test
    void operatorsOfEveryRoleChangeTheirPassword() throws Exception {
        server.signIn(tenancy.production(), tenancy.productionKey(), "vera", Role.VIEWER);
        Tab elsewhere = signedIn("vera", TestServer.PASSWORD);
        Tab vera = signedIn("vera", TestServer.PASSWORD);
        Map<String, String> refused = new HashMap<>();
        refused.put("not the password", OTHER_PASSWORD);
        refused.put(TestServer.PASSWORD, "password1234");
        for (Map.Entry<String, String> each : refused.entrySet()) {
            HttpResponse<String> no =
                    vera.post(BASE + "/account/password", "password", each.getKey(), "new-password", each.getValue());
            assertThat(no.statusCode()).as("%s", each).isIn(401, 422);
        }
        assertThat(vera.post(
                                BASE + "/account/password",
                                "password",
                                TestServer.PASSWORD,
                                "new-password",
                                TestServer.PASSWORD)
                        .body())
                .contains("Must differ from the current password");
        HttpResponse<String> done =
                vera.post(BASE + "/account/password", "password", TestServer.PASSWORD, "new-password", OTHER_PASSWORD);
        assertThat(vera.follow(done).body()).contains("The password was changed.");
        assertThat(elsewhere.get(BASE + "/users").statusCode()).isEqualTo(303);
        signedIn("vera", OTHER_PASSWORD);
        assertThat(new Tab().signIn("vera", TestServer.PASSWORD, "").statusCode())
                .isEqualTo(401);
    }

    // Sessions

    @Test
    void operatorsSeeWhereTheyAreSignedInAndEndIt() throws Exception {
        Tab other = signedIn("ada", TestServer.PASSWORD);
        pass(2);
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        String page = ada.get(BASE + "/account").body();
        assertThat(page).contains("Firefox on Linux", "127.0.0.1", "this session", "by password");
        List<String> ids =
                SESSION.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(ids).as("the latest first").hasSize(2);
        assertThat(ada.follow(ada.post(BASE + "/account/sessions/" + ids.getLast() + "/end"))
                        .body())
                .contains("The session was ended.");
        assertThat(other.get(BASE + "/users").statusCode()).isEqualTo(303);
        assertThat(ada.post(BASE + "/account/sessions/" + ids.getLast() + "/end")
                        .statusCode())
                .as("again")
                .isEqualTo(404);
        Tab bob = signedIn("bob", TestServer.PASSWORD);
        assertThat(bob.post(BASE + "/account/sessions/" + ids.getFirst() + "/end")
                        .statusCode())
                .as("somebody else's")
                .isEqualTo(404);
        assertThat(location(ada.post(BASE + "/account/sessions/" + ids.getFirst() + "/end")))
                .endsWith("/sign-in");
        assertThat(ada.get(BASE + "/users").statusCode()).isEqualTo(303);
    }

    @Test
    void adminsSeeAndEndThoseOfOthers() throws Exception {
        server.signIn(tenancy.production(), tenancy.productionKey(), "vera", Role.VIEWER);
        Tab vera = signedIn("vera", TestServer.PASSWORD);
        Tab ada = signedIn("ada", TestServer.PASSWORD);
        String page = ada.get(BASE + "/operators/vera/sessions").body();
        Matcher id = SESSION.matcher(page);
        assertThat(id.find()).isTrue();
        assertThat(vera.get(BASE + "/operators/ada/sessions").statusCode()).isEqualTo(403);
        ada.post(BASE + "/operators/vera/sessions/" + id.group(1) + "/end");
        assertThat(vera.get(BASE + "/users").statusCode()).isEqualTo(303);
        assertThat(server.credentials().realm("acme", Environment.PRODUCTION)).isNotNull();
    }
}
