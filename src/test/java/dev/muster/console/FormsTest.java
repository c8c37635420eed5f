package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests how forms handle typed input that is sent as a browser sends it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FormsTest {
    private static final Instant EXACT = Instant.parse("2030-12-03T14:00:41.123Z");
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Actor actor;
    private String base;
    private String cookie;
    private String token;
    private int forms;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        server = new TestServer(
                folder,
                InstantSource.system(),
                1_000,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
        tenancy = server.makeTenant("acme");
        actor = server.actor(tenancy.production(), tenancy.productionKey());
        server.signIn(tenancy.production(), tenancy.productionKey(), "admin", Role.ADMIN);
        base = "/console/acme/production";
        HttpResponse<String> in = send(
                "/console/sign-in",
                Map.of(
                        "partner",
                        "acme",
                        "environment",
                        "production",
                        "username",
                        "admin",
                        "password",
                        TestServer.PASSWORD));
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        cookie = set.substring(0, set.indexOf(';'));
        Matcher found = TOKEN.matcher(page("/users").body());
        assertThat(found.find()).isTrue();
        token = found.group(1);
    }

    @AfterAll
    void close() {
        client.close();
        server.close();
    }

    // HTTP

    private HttpResponse<String> send(String path, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Origin", server.address().toString())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> page(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.address() + (path.startsWith(base) ? path : base + path)))
                        .header("Cookie", cookie)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        Map<String, String> whole = new LinkedHashMap<>(form);
        whole.put("csrf", token);
        return send(base + path, whole);
    }

    /// Returns a form with a new idempotency key.
    private Map<String, String> form(String... fields) {
        Map<String, String> form = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        form.put("once", "form-" + ++forms);
        return form;
    }

    private Map<String, String> formOn(User user, String... fields) {
        Map<String, String> form = form(fields);
        form.put("version", Long.toString(now(user).version()));
        return form;
    }

    // Test data

    private Change register(String email, String username, String externalId, String name) {
        Validator checks = new Validator();
        return new Change(server.execute(
                        tenancy.production(),
                        actor,
                        null,
                        new Command.Register(
                                checks.email(email),
                                checks.identifier(Identifier.Kind.EXTERNAL_ID, externalId),
                                checks.identifier(Identifier.Kind.USERNAME, username),
                                name,
                                null,
                                null,
                                Tag.USER,
                                null))
                .user());
    }

    private record Change(User user) {}

    private User person(String name) {
        return register(null, "u-" + UUID.randomUUID(), null, name).user();
    }

    private User held(String name, Instant until) {
        User user = person(name);
        return server.execute(
                        tenancy.production(),
                        actor,
                        UserRef.id(user.id()),
                        new Command.PlaceHold(HoldKind.SUSPENDED, "main", "r", null, until))
                .user();
    }

    private User now(User user) {
        return TestServer.ok(server.directory().find(actor, tenancy.production(), UserRef.id(user.id())))
                .value();
    }

    private Hold hold(User user) {
        return now(user).holds().get(HoldKind.SUSPENDED, "main");
    }

    private String path(User user) {
        return "/users/" + user.id();
    }

    // The end of a hold

    /// Returns the form for editing a hold that ends at `EXACT`, with the values that the page contains.
    private Map<String, String> change(User user, String... fields) throws Exception {
        String page = page(path(user)).body();
        assertThat(page)
                .contains("name=\"known\" value=\"" + EXACT + "\"")
                .contains("name=\"until\" value=\"2030-12-03T14:00\"")
                .contains("<option value=\"keep\" selected>");
        Map<String, String> form = formOn(
                user, "kind", "suspended", "label", "main", "known", EXACT.toString(), "until", "2030-12-03T14:00");
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return form;
    }

    @Test
    void anUneditedEndIsKeptToTheMillisecond() throws Exception {
        for (String end : List.of("keep", "at")) {
            User user = held("exact " + end, EXACT);
            post(path(user) + "/hold", change(user, "end", end, "reason", "another reason"));
            assertThat(hold(user).reason()).isEqualTo("another reason");
            assertThat(hold(user).until()).as(end).isEqualTo(EXACT);
        }
    }

    @Test
    void extensionsAreAddedToTheExactEnd() throws Exception {
        User user = held("longer", EXACT);
        post(path(user) + "/hold", change(user, "end", "7"));
        assertThat(hold(user).until()).isEqualTo(EXACT.plusSeconds(7 * 86_400));
    }

    @Test
    void aTimeThatIsTypedOrTakenAwayIsMeant() throws Exception {
        User typed = held("typed", EXACT);
        post(path(typed) + "/hold", change(typed, "end", "keep", "until", "2030-12-03T14:01"));
        assertThat(hold(typed).until()).isEqualTo("2030-12-03T14:01:00Z");
        User endless = held("endless", EXACT);
        post(path(endless) + "/hold", change(endless, "end", "none"));
        assertThat(hold(endless).until()).isNull();
        User empty = held("empty", EXACT);
        assertThat(post(path(empty) + "/hold", change(empty, "end", "at", "until", ""))
                        .statusCode())
                .isEqualTo(422);
        assertThat(hold(empty).until()).isEqualTo(EXACT);
    }

    /// Browsers normalize line endings in a text area and drop them in a single-line input.
    @Test
    void uneditedTextIsKeptByteForByte() throws Exception {
        String reason = " two\nlines ";
        String note = "\n  indented\r\nand\nmixed \n";
        User user = person("Words");
        server.execute(
                tenancy.production(),
                actor,
                UserRef.id(user.id()),
                new Command.PlaceHold(HoldKind.SUSPENDED, "main", reason, note, null));
        String sent = "  indented\r\nand\r\nmixed \r\n";
        post(
                path(user) + "/hold",
                formOn(
                        user,
                        "kind",
                        "suspended",
                        "label",
                        "main",
                        "reason",
                        "twolines ",
                        "note",
                        sent,
                        "until",
                        "2030-12-03T14:00"));
        assertThat(hold(user).until()).isEqualTo("2030-12-03T14:00:00Z");
        assertThat(hold(user).reason()).isEqualTo(reason);
        assertThat(hold(user).note()).isEqualTo(note);

        UUID id = server.execute(tenancy.production(), actor, null, new Command.CreateGroup("With words", note))
                .group()
                .id();
        nothingDone("/groups/" + id, form("name", "With words", "description", sent));
        UUID policy = server.execute(
                        tenancy.production(), actor, null, new Command.CreatePolicy("With words", note, List.of("r")))
                .policy()
                .id();
        nothingDone("/policies/" + policy, form("name", "With words", "description", sent, "resources", "r\r\n"));
    }

    private void nothingDone(String path, Map<String, String> form) throws Exception {
        String location = post(path, form).headers().firstValue("Location").orElseThrow();
        assertThat(page(location).body()).contains(Flash.NOTHING.sentence());
    }

    // How a typed reference is resolved

    private String group() throws Exception {
        String location = post("/groups", form("name", "Group " + UUID.randomUUID()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        return location.substring(base.length(), location.indexOf('?'));
    }

    private HttpResponse<String> add(String group, String text) throws Exception {
        return post(group + "/add", form("user", text));
    }

    private void names(String text, User user) throws Exception {
        String group = group();
        assertThat(add(group, text).statusCode()).as(text).isEqualTo(303);
        assertThat(page(group).body()).as(text).contains(user.id().toString());
        String journal = page("/journal?subject=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .body();
        assertThat(journal).as(text).contains(base + "/users/" + user.id());
    }

    @Test
    void anyIdentifierOfAUserNamesThem() throws Exception {
        User user =
                register("lena@example.com", "lena@home", "Ext/77:a", "Lena").user();
        for (String text : List.of(
                "lena@example.com",
                "LENA@example.com",
                "lena@home",
                "Ext/77:a",
                user.id().toString(),
                Long.toString(user.number()))) {
            names(text, user);
        }
        for (String marked : List.of(
                "email:lena@example.com",
                "username:lena@home",
                "external:Ext/77:a",
                "number:" + user.number(),
                "id:" + user.id())) {
            names(marked, user);
        }
        assertThat(add(group(), "nobody at all").statusCode()).isEqualTo(404);
        assertThat(add(group(), "number:x").statusCode()).isEqualTo(404);
        assertThat(add(group(), " ").statusCode()).isEqualTo(422);
    }

    @Test
    void aTextThatNamesTwoUsersIsRefused() throws Exception {
        User numbered = person("Numbered");
        String number = Long.toString(numbered.number());
        User called = register(null, number, null, "Called like a number").user();
        String group = group();
        HttpResponse<String> refused = add(group, number);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("Several users match: write username:" + number + " or number:" + number + ".");
        assertThat(page("/journal?subject=" + number).statusCode()).isEqualTo(422);
        names("username:" + number, called);
        names("number:" + number, numbered);
        // An external id or a username may look like an email address.
        User mail = register("twin@example.com", null, null, "Mail").user();
        User external = register(null, null, "twin@example.com", "External").user();
        assertThat(add(group, "twin@example.com").statusCode()).isEqualTo(422);
        names("email:twin@example.com", mail);
        names("external:twin@example.com", external);
        // An identifier takes precedence even if it looks like a reference with a prefix.
        User marked = register(null, "number:" + number, null, "Marked").user();
        names("number:" + number, marked);
    }

    // Forms that are sent twice

    /// Sends the form twice, asserts that both responses are the same, and returns the response.
    private HttpResponse<String> twice(String path, Map<String, String> form) throws Exception {
        HttpResponse<String> first = post(path, form);
        HttpResponse<String> second = post(path, form);
        assertThat(second.statusCode()).as("%s: %s", path, second.body()).isEqualTo(first.statusCode());
        assertThat(second.headers().firstValue("Location"))
                .as(path)
                .isEqualTo(first.headers().firstValue("Location"));
        return first;
    }

    /// Sends the form for an invitation twice. The link is shown only once, and the second response says so.
    private void invitedTwice(String path, Map<String, String> form) throws Exception {
        assertThat(post(path, form).body()).contains("/console/invitation/");
        HttpResponse<String> second = post(path, form);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("This was done before").doesNotContain("/console/invitation/");
    }

    private void doneTwice(String path, Map<String, String> form, Flash done) throws Exception {
        HttpResponse<String> first = twice(path, form);
        assertThat(first.statusCode()).as("%s: %s", path, first.body()).isEqualTo(303);
        assertThat(page(first.headers().firstValue("Location").orElseThrow()).body())
                .as(path)
                .contains(done.sentence());
    }

    @Test
    void eachFormOnAUserIsDoneOnceAndAnsweredTwice() throws Exception {
        User user = register("forms@example.com", null, null, "Forms").user();
        String path = path(user);
        doneTwice(
                path + "/hold",
                formOn(user, "new", "true", "kind", "suspended", "label", "main", "end", "7", "reason", "r"),
                Flash.HELD);
        assertThat(hold(user).until()).isAfter(Instant.now());
        doneTwice(path + "/release", formOn(user, "kind", "suspended", "label", "main", "note", "n"), Flash.RELEASED);
        doneTwice(path + "/fields", formOn(user, "name", "Forms Two"), Flash.SAVED);
        doneTwice(path + "/cards", formOn(user, "cards", "4711 door"), Flash.SAVED);
        doneTwice(path + "/workstations", formOn(user, "workstations", "desk"), Flash.SAVED);
        doneTwice(path + "/confirm-email", formOn(user), Flash.SAVED);
        doneTwice(path + "/rank", formOn(user, "rank", "ADMIN"), Flash.SAVED);
        doneTwice(path + "/remove", formOn(user, "reason", "r"), Flash.REMOVED);
        doneTwice(path + "/restore", formOn(user, "reason", "r"), Flash.RESTORED);
        doneTwice(path + "/remove", formOn(user, "reason", "r"), Flash.REMOVED);
        doneTwice(path + "/reinstate", formOn(user, "reason", "r"), Flash.REINSTATED);
        doneTwice(path + "/bar", formOn(user, "name", "Forms Two"), Flash.BARRED);
        doneTwice(path + "/erase", formOn(user, "name", "Forms Two"), Flash.ERASED);
        assertThat(now(user).isErased()).isTrue();
        // A form that changes nothing has the same result each time.
        User calm = person("Calm");
        doneTwice(path(calm) + "/release", formOn(calm, "kind", "suspended", "label", "main"), Flash.NOTHING);
    }

    @Test
    void eachOtherFormIsDoneOnceAndAnsweredTwice() throws Exception {
        User user = person("Member");
        String group = twice("/groups", form("name", "Twice", "description", "d"))
                .headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst("\\?.*", "")
                .substring(base.length());
        doneTwice(group + "/add", form("user", Long.toString(user.number())), Flash.SAVED);
        doneTwice(group + "/remove", form("user", user.id().toString()), Flash.SAVED);
        doneTwice(group, form("name", "Twice again", "description", ""), Flash.SAVED);
        String policy = twice("/policies", form("name", "Policy", "resources", "a\nb"))
                .headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst("\\?.*", "")
                .substring(base.length());
        doneTwice(policy + "/assign-user", form("user", user.id().toString()), Flash.SAVED);
        doneTwice(policy + "/unassign-user", form("user", user.id().toString()), Flash.SAVED);
        String groupId = group.substring(group.lastIndexOf('/') + 1);
        doneTwice(policy + "/assign-group", form("group", groupId), Flash.SAVED);
        doneTwice(policy + "/unassign-group", form("group", groupId), Flash.SAVED);
        doneTwice(policy, form("name", "Policy", "resources", "c"), Flash.SAVED);
        doneTwice(policy + "/delete", form(), Flash.DELETED);
        doneTwice(group + "/delete", form(), Flash.DELETED);
        invitedTwice("/operators", form("username", "temp", "role", "viewer"));
        invitedTwice("/operators/temp/invitation", form());
        doneTwice("/operators/temp/disable", form(), Flash.DISABLED);
        doneTwice("/operators/temp/enable", form(), Flash.ENABLED);
        doneTwice("/operators/temp/role", form("role", "manager"), Flash.SAVED);
        doneTwice("/operators/temp/delete", form("name", "temp"), Flash.DELETED);
        var key = server.makeKey(tenancy.production(), dev.muster.model.tenant.Environment.PRODUCTION, Role.VIEWER);
        doneTwice("/keys/" + key.id() + "/revoke", form(), Flash.REVOKED);
        server.execute(
                tenancy.production(),
                actor,
                null,
                new JobCommand.SubmitJob(
                        new JobRequest("job twice", new JobType(5), null, null, null, false, false, null), null, null));
        doneTwice("/jobs/job%20twice/erase", form("name", "job twice"), Flash.JOB_ERASED);
    }

    @Test
    void manyAreHeldOnceAndShownTwice() throws Exception {
        User one = person("Many One");
        User held = held("Many Held", null);
        Map<String, String> form = form("user", one.id().toString(), "do", "place", "kind", "blocked", "end", "7");
        HttpResponse<String> first = post("/holds", form);
        assertThat(first.body()).contains("1 of 1 user changed").contains("May act.");
        HttpResponse<String> second = post("/holds", form);
        assertThat(outcomes(second)).isEqualTo(outcomes(first));
        Map<String, String> release =
                form("user", held.id().toString(), "do", "release", "kind", "suspended", "label", "main");
        assertThat(outcomes(post("/holds", release))).isEqualTo(outcomes(post("/holds", release)));
    }

    /// Returns the content of a page without the parts that differ each time.
    private static String outcomes(HttpResponse<String> page) {
        assertThat(page.statusCode()).isEqualTo(200);
        String body = page.body();
        return body.substring(body.indexOf("<main")).replaceAll("name=\"once\" value=\"[^\"]*\"", "");
    }

    /// A form that is sent several times is executed once and gets the same response each time, even if the first
    /// request is still being executed when the others arrive.
    @Test
    void twoAtOnceAreDoneOnceAndAnsweredAlike() throws Exception {
        User user = person("At Once");
        Map<String, String> form =
                formOn(user, "new", "true", "kind", "suspended", "label", "main", "end", "1", "reason", "r");
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> post(path(user) + "/hold", form)
                    .headers()
                    .firstValue("Location")
                    .orElse("none"));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> location : threads.invokeAll(calls)) {
                assertThat(location.get()).contains("?done=held.");
            }
        }
        assertThat(now(user).version()).isEqualTo(2);
    }

    @Test
    void otherValuesAreAnotherForm() throws Exception {
        User user = person("Other Values");
        Map<String, String> form = formOn(user, "kind", "suspended", "label", "main", "end", "1");
        post(path(user) + "/hold", form);
        Hold held = hold(user);
        form.put("end", "30");
        HttpResponse<String> other = post(path(user) + "/hold", form);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("This form was sent before with other values.");
        assertThat(hold(user)).isEqualTo(held);
    }

    // Names that are typed to confirm an action

    @Test
    void aNameIsTypedAsItIsSeen() throws Exception {
        record Typed(String name, String typed) {}
        for (Typed each : List.of(
                new Typed("Anna  Maria", "Anna Maria"),
                new Typed("Anna\u00A0Maria", "Anna Maria"),
                new Typed("Anna\u202FMaria", " Anna  Maria "),
                new Typed("Zoe\u0301 Nova\u0301k", "Zo\u00E9 Nov\u00E1k"),
                new Typed("Zo\u00E9", "Zoe\u0301"),
                new Typed("Ann\u202Eeva", "Anneva"),
                new Typed("Ann\u202Eeva", "Ann⟨U+202E⟩eva"))) {
            User user = person(each.name());
            assertThat(post(path(user) + "/bar", formOn(user, "name", each.typed()))
                            .statusCode())
                    .as("%s", each)
                    .isEqualTo(303);
            assertThat(post(path(user) + "/erase", formOn(user, "name", each.typed()))
                            .statusCode())
                    .as("%s", each)
                    .isEqualTo(303);
            assertThat(now(user).isErased()).isTrue();
        }
        User user = person("Anna Maria");
        for (String other : List.of("anna maria", "AnnaMaria", "Anna", "")) {
            assertThat(post(path(user) + "/bar", formOn(user, "name", other)).statusCode())
                    .as(other)
                    .isEqualTo(422);
        }
        assertThat(now(user).isBarred()).isFalse();
    }

    // Result pages that are loaded again

    @Test
    void theAddressOfAResultLeadsToItsForm() throws Exception {
        Map<String, String> forms = Map.of(
                "/holds", "/users",
                "/holds/preview", "/users",
                "/holds/undo", "/users",
                "/account/password", "/account");
        for (Map.Entry<String, String> form : forms.entrySet()) {
            HttpResponse<String> reply = page(form.getKey());
            assertThat(reply.statusCode()).as(form.getKey()).isEqualTo(303);
            assertThat(reply.headers().firstValue("Location")).contains(base + form.getValue());
        }
    }

    // Messages

    @Test
    void aWrongCurrentPasswordIsCalledThat() throws Exception {
        HttpResponse<String> reply = post(
                "/account/password",
                form("password", "not the password", "new-password", "a quite unusual sentence 7"));
        assertThat(reply.statusCode()).isEqualTo(401);
        assertThat(reply.body()).contains("The current password is wrong.").doesNotContain("Check tenant");
    }

    @Test
    void messagesUseTheWordsOfTheForm() throws Exception {
        assertThat(post("/keys", form("name", "k", "role", "viewer", "addresses", "300.1.1.1"))
                        .body())
                .contains("Allowed address 1: ");
        assertThat(post("/webhooks", form("url", "https://example.org/x", "types", "user.vanished", "payload", "thin"))
                        .body())
                .contains("Type of event 1: ");
        assertThat(post("/operators", form("username", "admin", "role", "viewer"))
                        .body())
                .contains("Another operator has this username already.");
    }

    // Many users

    @Test
    void thePreviewListsRefusalsFirstAndSaysWhatTheButtonDoes() throws Exception {
        User first = person("Refusable One");
        User endless = held("Refusable Two", null);
        User last = person("Refusable Three");
        Map<String, String> form = form("do", "place", "kind", "suspended", "label", "main", "end", "1", "all", "true");
        form.put("q", "refusable");
        String page = post("/holds/preview", form).body();
        assertThat(page)
                .contains("Suspend 2 users<")
                .contains("<b>Not changed: 1 user.</b> This hold already exists: change it, or use another label.")
                .contains(">unchanged</td>");
        int refused = page.indexOf("/users/" + endless.id());
        assertThat(refused).isPositive();
        assertThat(page.indexOf("/users/" + first.id())).isGreaterThan(refused);
        assertThat(page.indexOf("/users/" + last.id())).isGreaterThan(refused);
    }

    /// The list of users sends only the users.
    @Test
    void theFormForManyBeginsWithASuspensionWithoutEnd() throws Exception {
        User user = person("Begins");
        String page = post("/holds/preview", form("user", user.id().toString())).body();
        assertThat(page)
                .contains("<h1>Hold or release 1 user</h1>")
                .contains("Suspend 1 user<")
                .contains("<option value=\"none\" selected>")
                .contains("name=\"label\" value=\"main\"")
                .contains("name=\"previewed\" value=\"place suspended none  main\"");
        assertThat(now(user).holds().isEmpty()).isTrue();
    }

    @Test
    void usersWhoAreNotChangedForTheSameReasonShareOneSentence() throws Exception {
        User first = held("Shared Reason One", null);
        User second = held("Shared Reason Two", null);
        Map<String, String> form = form("all", "true");
        form.put("q", "shared reason");
        String page = post("/holds/preview", form).body();
        assertThat(page)
                .containsOnlyOnce("This hold already exists")
                .contains("<b>Not changed: 2 users.</b>")
                .contains("/users/" + first.id(), "/users/" + second.id())
                .contains("Nothing would change.")
                .doesNotContain("perform-button");
    }

    /// What was previewed is compared with what is sent, so that no operator does what they have not seen.
    @Test
    void aFormThatWasEditedSinceItsPreviewIsPreviewedAgain() throws Exception {
        User user = person("Edited Since");
        Map<String, String> form =
                form("do", "place", "kind", "suspended", "label", "main", "end", "none", "until", "");
        form.put("user", user.id().toString());
        form.put("reason", "typed with care");
        form.put("previewed", "place suspended none  main");
        for (Map.Entry<String, String> edit : Map.of(
                        "do", "release", "kind", "blocked", "label", "other", "end", "7", "until", "2031-01-01T00:00")
                .entrySet()) {
            Map<String, String> edited = new HashMap<>(form);
            edited.put(edit.getKey(), edit.getValue());
            HttpResponse<String> page = post("/holds", edited);
            assertThat(page.statusCode()).as(edit.getKey()).isEqualTo(409);
            assertThat(page.body())
                    .contains("The form was changed after its preview, so nothing was done.")
                    .contains("name=\"reason\" value=\"typed with care\"");
            assertThat(now(user).holds().isEmpty()).as(edit.getKey()).isTrue();
        }
        // Reason and note do not decide what happens to the user.
        form.put("reason", "edited");
        assertThat(post("/holds", form).body()).contains("1 of 1 user changed");
        assertThat(hold(user).reason()).isEqualTo("edited");
    }

    @Test
    void aRefusedFormForManyKeepsWhatWasTyped() throws Exception {
        User user = person("Refused Many");
        for (String path : List.of("/holds/preview", "/holds")) {
            Map<String, String> form = form(
                    "do", "place", "kind", "blocked", "label", "Not Valid", "end", "7", "reason", "why", "note", "n");
            form.put("user", user.id().toString());
            HttpResponse<String> page = post(path, form);
            assertThat(page.statusCode()).isEqualTo(422);
            assertThat(page.body())
                    .contains("Label: ")
                    .contains("name=\"label\" value=\"Not Valid\"")
                    .contains("name=\"reason\" value=\"why\"")
                    .contains(">n</textarea>")
                    .contains("<option value=\"blocked\" selected>")
                    .contains("<option value=\"7\" selected>")
                    .contains("name=\"user\" value=\"" + user.id())
                    .doesNotContain("perform-button");
        }
        assertThat(now(user).holds().isEmpty()).isTrue();
    }

    @Test
    void aHoldForManyReplacesNone() throws Exception {
        User endless = held("Endless", null);
        User free = person("Free");
        for (String path : List.of("/holds/preview", "/holds")) {
            Map<String, String> form = form("do", "place", "kind", "suspended", "label", "main", "end", "1");
            form.put("user", endless.id().toString());
            HttpResponse<String> page = post(path, form);
            assertThat(page.body())
                    .contains("Not changed: 1 user")
                    .contains("This hold already exists: change it, or use another label.");
        }
        assertThat(hold(endless)).isEqualTo(endless.holds().get(HoldKind.SUSPENDED, "main"));
        Map<String, String> form = form("do", "place", "kind", "suspended", "label", "other", "end", "1");
        form.put("user", endless.id().toString());
        assertThat(post("/holds", form).body()).contains("1 of 1 user changed");
        assertThat(now(free).holds().isEmpty()).isTrue();
    }

    /// The last of the holds that decide ends the standing, if all of them have an end.
    @Test
    void theSentenceAboutSeveralHoldsSaysWhenTheLastEnds() throws Exception {
        User user = held("Several Holds", Instant.parse("2030-12-03T14:00:00Z"));
        assertThat(page(path(user)).body()).contains(">May not act until 3 Dec 2030 14:00 UTC: suspended by ");
        place(user, HoldKind.BLOCKED, Instant.parse("2031-01-01T00:00:00Z"));
        assertThat(page(path(user)).body()).contains(">May not act until 1 Jan 2031 00:00 UTC: blocked by ");
        place(user, HoldKind.DEACTIVATED, null);
        assertThat(page(path(user)).body()).contains(">May not act, with no end: blocked by ");
    }

    private void place(User user, HoldKind kind, @Nullable Instant until) {
        server.execute(
                tenancy.production(),
                actor,
                UserRef.id(user.id()),
                new Command.PlaceHold(kind, "main", null, null, until));
    }

    // Characters that change the text direction

    @Test
    void directionControlsAreShownAsCodePointsEvenInLabels() throws Exception {
        User user = person("Ann\u202Eeva");
        String list = page("/users?q=Ann").body();
        assertThat(list)
                .contains("aria-label=\"Select \u2068Ann⟨U+202E⟩eva\u2069\"")
                .doesNotContain("\u202E");
        String one = page(path(user)).body();
        // Input fields keep the original value, because the form submits it.
        assertThat(one.replaceAll("<input class=\"form-control\" name=\"name\" value=\"[^\"]*\"", ""))
                .doesNotContain("\u202E");
        assertThat(one).contains("<input class=\"form-control\" name=\"name\" value=\"Ann\u202Eeva\"");
        assertThat(page("/journal").body()).doesNotContain("\u202E");
    }

    @Test
    void theOverviewShowsEachQuotaWithItsUse() throws Exception {
        server.execute(tenancy.test(), Actor.ROOT, null, new Command.SetQuotas(new Quotas(3, 5_000, 1, 12, 2, 77)));
        server.execute(
                tenancy.test(),
                server.actor(tenancy.test(), tenancy.testKey()),
                null,
                new Command.CreateGroup("Staff", null));
        server.signIn(tenancy.test(), tenancy.testKey(), "viewer", Role.VIEWER);
        String admins = cookie;
        // With the cookie, the sign-in would end the admin's session.
        cookie = null;
        HttpResponse<String> in = send(
                "/console/sign-in",
                Map.of(
                        "partner",
                        "acme",
                        "environment",
                        "test",
                        "username",
                        "viewer",
                        "password",
                        TestServer.PASSWORD));
        cookie = admins;
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        String shown = client.send(
                        HttpRequest.newBuilder(URI.create(server.address() + "/console/acme/test/overview"))
                                .header("Cookie", set.substring(0, set.indexOf(';')))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .replaceAll("(?s).*<h2 class=\"card-title\" id=\"quotas\">|</section>.*", "")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        assertThat(shown)
                .isEqualTo("Quotas Users 0 of 3 Evidence 0 bytes of 5 kB Groups used up 1 of 1 Policies 0 of 12"
                        + " API keys 1 of 2 Requests a second, each key 77 Quotas are set with the root key.");
    }
}
