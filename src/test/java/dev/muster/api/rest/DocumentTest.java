package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.api.RefusalSamples;
import dev.muster.model.Refusal;
import dev.muster.testing.OpenApiCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The served document describes exactly the server's routes, and is valid OpenAPI 3.1.
final class DocumentTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private static RestServer server;
    private static HttpClient client;
    private static JsonNode document;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        server = new RestServer(folder, 20);
        client = HttpClient.newHttpClient();
        document = new JsonMapper().readTree(get("/openapi.json").body());
    }

    @AfterAll
    static void close() {
        client.close();
        server.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return get(server.port(), path, headers);
    }

    private static HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private interface Each {
        void visit(String method, String path, JsonNode operation);
    }

    private static void eachOperation(Each each) {
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                each.visit(method.getKey(), path.getKey(), method.getValue());
            }
        }
    }

    @Test
    void everyRouteWithWhatItNeedsAndNoOther() {
        Map<String, String> routes = new TreeMap<>();
        server.routes().stream()
                // The page's own files are not API calls.
                .filter(row -> !row.route().template().startsWith("/docs/"))
                .forEach(row ->
                        routes.put(row.route().method() + " " + row.route().template(), row.needs()));
        Map<String, String> told = new TreeMap<>();
        eachOperation(
                (method, path, operation) -> told.put(method.toUpperCase(Locale.ROOT) + " " + path, needs(operation)));
        assertThat(told).isEqualTo(routes);
    }

    private static String needs(JsonNode operation) {
        JsonNode security = operation.path("security");
        if (security.isEmpty()) {
            return "-";
        }
        return security.path(0).has("rootKey")
                ? "root"
                : operation.path("x-muster-scope").asString("any");
    }

    @Test
    void everyParameterOfEveryPathAndNoOther() {
        Pattern parameter = Pattern.compile("\\{([a-zA-Z]+)}");
        eachOperation((method, path, operation) -> {
            Set<String> wanted = new TreeSet<>();
            Matcher matcher = parameter.matcher(path);
            while (matcher.find()) {
                wanted.add(matcher.group(1));
            }
            Set<String> told = new TreeSet<>();
            for (JsonNode reference : operation.path("parameters")) {
                JsonNode one = at(reference);
                if (one.path("in").stringValue().equals("path")) {
                    assertThat(one.path("required").booleanValue()).isTrue();
                    told.add(one.path("name").stringValue());
                }
            }
            assertThat(told).as(method + " " + path).isEqualTo(wanted);
        });
    }

    /// Every call except GET confirms a dry run with this header, even calls that never store anything.
    @Test
    void everyCallThatIsNoGetTellsOfRehearsals() {
        eachOperation((method, path, operation) -> operation.path("responses").properties().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response -> assertThat(
                                resolved(response.getValue()).path("headers").has("Muster-Dry-Run"))
                        .as(method + " " + path)
                        .isEqualTo(!method.equals("get"))));
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? at(node) : node;
    }

    private static JsonNode at(JsonNode reference) {
        JsonNode found = document.at(reference.path("$ref").stringValue().substring(1));
        assertThat(found.isMissingNode()).as(reference.toString()).isFalse();
        return found;
    }

    /// Unknown parameters are refused before anything else is checked, so the error tells which parameters the
    /// server knows.
    @Test
    void everyParameterOfEveryQueryIsOneThatTheServerKnows() {
        Transcript transcript = new Transcript(server.port());
        RestServer.Tenant tenant = server.makeTenant(transcript, "acme");
        List<String> all = new ArrayList<>();
        document.path("components").path("parameters").forEach(one -> {
            if (one.path("in").stringValue().equals("query")) {
                all.add(one.path("name").stringValue());
            }
        });
        eachOperation((method, path, operation) -> {
            if (path.startsWith("/v1")) {
                Set<String> told = new TreeSet<>();
                for (JsonNode reference : operation.path("parameters")) {
                    JsonNode one = at(reference);
                    if (one.path("in").stringValue().equals("query")) {
                        told.add(one.path("name").stringValue());
                    }
                }
                Set<String> known = known(transcript, tenant, method.toUpperCase(Locale.ROOT), path, operation, all);
                assertThat(told).as(method + " " + path).isEqualTo(known);
            }
        });
    }

    /// Returns those of `names` that the server does not report as unknown.
    private static Set<String> known(
            Transcript transcript,
            RestServer.Tenant tenant,
            String method,
            String path,
            JsonNode operation,
            List<String> names) {
        String target = path.replace("{kind}", "blocked")
                .replace("{ref}", "number:1")
                .replace("{partnerId}", "acme")
                .replace("{environment}", "test")
                .replaceAll("\\{(id|group|keyId|sessionId|passkeyId)}", "01900000-0000-7000-8000-000000000000")
                .replaceAll("\\{[a-zA-Z]+}", "x");
        String credential = needs(operation).equals("root") ? RestServer.ROOT : tenant.test();
        String body = operation.has("requestBody") ? "{\"nothing\":1}" : "";
        // The unknown parameter ensures that the call is not executed.
        Transcript.Answer answer = transcript.quietly(
                method + " " + target + "?nobodyKnowsThis=1&" + String.join("=&", names) + "=",
                body,
                credential,
                RestServer.JSON);
        assertThat(answer.status())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(422);
        Set<String> known = new TreeSet<>(names);
        assertThat(answer.body()).contains("\"field\":\"nobodyKnowsThis\",\"code\":\"unknown\"");
        Matcher unknown =
                Pattern.compile("\"field\":\"([^\"]+)\",\"code\":\"unknown\"").matcher(answer.body());
        while (unknown.find()) {
            known.remove(unknown.group(1));
        }
        return known;
    }

    /// Returns the refusals that are reported as problems. A request that needs approval is not one of them: it
    /// gets a 202.
    private static Stream<Refusal> problems() {
        return RefusalSamples.REFUSALS.stream().filter(refusal -> !(refusal instanceof Refusal.NeedsApproval));
    }

    @Test
    void everyProblemThatThereIsAndNoOther() {
        Map<String, Integer> words = new TreeMap<>();
        problems()
                .forEach(refusal -> words.put(
                        RestErrors.of(refusal).code(), RestErrors.of(refusal).status()));
        RefusalSamples.FAULTS.forEach(fault ->
                words.put(RestErrors.of(fault).code(), RestErrors.of(fault).status()));
        Map<String, Integer> told = new TreeMap<>();
        eachOperation((_, _, operation) -> {
            for (Map.Entry<String, JsonNode> response :
                    operation.path("responses").properties()) {
                for (JsonNode code : resolved(response.getValue()).path("x-muster-codes")) {
                    boolean any = response.getKey().equals("default");
                    told.put(
                            code.stringValue(),
                            any
                                    ? told.getOrDefault(code.stringValue(), words.get(code.stringValue()))
                                    : Integer.valueOf(response.getKey()));
                }
            }
        });
        assertThat(told).isEqualTo(words);
    }

    /// Each example of a problem has the title that clients see.
    @Test
    void everyProblemHasItsTitle() {
        Map<String, String> titles = new TreeMap<>();
        problems()
                .forEach(refusal -> titles.put(
                        RestErrors.of(refusal).code(), RestErrors.of(refusal).title()));
        RefusalSamples.FAULTS.forEach(fault ->
                titles.put(RestErrors.of(fault).code(), RestErrors.of(fault).title()));
        Map<String, String> told = new TreeMap<>();
        document.path("components")
                .path("responses")
                .forEach(response -> response.path("content")
                        .path("application/problem+json")
                        .path("examples")
                        .properties()
                        .forEach(example -> told.put(
                                example.getKey(),
                                example.getValue().path("value").path("title").stringValue())));
        assertThat(told).isEqualTo(titles);
    }

    // Requirements of OpenAPI and its generators

    @Test
    void itIsOpenApi() {
        assertThat(document.path("openapi").stringValue()).matches("3\\.1\\.[0-9]+");
        assertThat(document.path("info").path("title").stringValue()).isNotEmpty();
        assertThat(document.path("info").path("version").stringValue()).isNotEmpty();
        assertThat(document.propertyNames())
                .isSubsetOf(
                        "openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "tags");
        Set<String> tags = new HashSet<>();
        document.path("tags").forEach(tag -> tags.add(tag.path("name").stringValue()));
        Set<String> ids = new HashSet<>();
        eachOperation((method, path, operation) -> {
            String what = method + " " + path;
            assertThat(METHODS).as(what).contains(method);
            assertThat(path).as(what).startsWith("/").doesNotContain("?");
            assertThat(ids.add(operation.path("operationId").stringValue()))
                    .as(what)
                    .isTrue();
            assertThat(tags).as(what).contains(operation.path("tags").path(0).stringValue());
            assertThat(operation.path("summary").stringValue()).as(what).isNotEmpty();
            assertThat(operation.propertyNames())
                    .as(what)
                    .isSubsetOf(
                            "tags",
                            "operationId",
                            "summary",
                            "description",
                            "security",
                            "x-muster-scope",
                            "parameters",
                            "requestBody",
                            "responses",
                            "x-codeSamples");
            assertThat(operation.path("security").findValues("credential"))
                    .as(what)
                    .allMatch(JsonNode::isEmpty);
            assertThat(operation.path("responses").isEmpty()).as(what).isFalse();
            operation.path("responses").properties().forEach(response -> {
                assertThat(response.getKey()).as(what).matches("[1-5][0-9][0-9]|default");
                assertThat(resolved(response.getValue()).path("description").stringValue())
                        .as(what)
                        .isNotEmpty();
            });
            assertThat(method.equals("get") && operation.has("requestBody"))
                    .as(what)
                    .isFalse();
        });
        Map<String, JsonNode> components = new TreeMap<>();
        document.path("components").properties().forEach(one -> components.put(one.getKey(), one.getValue()));
        assertThat(components.keySet())
                .containsExactlyInAnyOrder("schemas", "parameters", "headers", "responses", "securitySchemes");
        components
                .values()
                .forEach(kind -> assertThat(kind.propertyNames()).allMatch(name -> name.matches("[\\w.-]+")));
        document.path("components").path("parameters").forEach(one -> {
            assertThat(one.path("in").stringValue()).isIn("path", "query", "header");
            assertThat(one.path("name").stringValue()).isNotEmpty();
            assertThat(one.has("schema")).isTrue();
        });
    }

    /// Each schema is valid JSON Schema 2020-12, and each reference resolves within the document.
    @Test
    void everySchemaIsOneAndEveryReferenceLeadsSomewhere() {
        var meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(com.networknt.schema.SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
        List<JsonNode> schemas = new ArrayList<>();
        document.path("components").path("schemas").forEach(schemas::add);
        schemas.addAll(document.findValues("schema"));
        assertThat(schemas).hasSizeGreaterThan(150);
        assertThat(schemas)
                .allSatisfy(schema -> assertThat(meta.validate(schema)).isEmpty());
        List<JsonNode> references = document.findParents("$ref");
        assertThat(references).hasSizeGreaterThan(150).allSatisfy(DocumentTest::at);
    }

    @Test
    void everyComponentIsUsed() {
        Set<String> used = new TreeSet<>();
        document.findValues("$ref").forEach(reference -> used.add(reference.stringValue()));
        Set<String> there = new TreeSet<>();
        for (String kind : List.of("schemas", "parameters", "headers", "responses")) {
            document.path("components")
                    .path(kind)
                    .propertyNames()
                    .forEach(name -> there.add("#/components/" + kind + "/" + name));
        }
        assertThat(there).isEqualTo(used);
    }

    /// Every object and every choice has a name, because generators invent odd names for nested schemas.
    @Test
    void everyObjectAndEveryChoiceHasAName() {
        List<String> inside = new ArrayList<>();
        document.path("components")
                .path("schemas")
                .properties()
                .forEach(schema -> schema.getValue().forEach(part -> nameless(part, schema.getKey(), inside)));
        document.path("paths").forEach(path -> nameless(path, "paths", inside));
        document.path("components").path("responses").forEach(each -> nameless(each, "responses", inside));
        assertThat(inside).isEmpty();
        for (JsonNode array : document.findParents("type")) {
            if (array.path("type").toString().contains("\"array\"")) {
                assertThat(array.has("items")).as(array.toString()).isTrue();
            }
        }
    }

    /// Every integer has a format, because without one, generated clients use 32 bits for numbers that may be
    /// larger.
    @Test
    void everyWholeNumberHasItsSize() {
        List<JsonNode> numbers = document.findParents("type").stream()
                .filter(schema -> schema.path("type").asString("").equals("integer"))
                .toList();
        assertThat(numbers).hasSizeGreaterThan(30).allSatisfy(number -> {
            boolean small = number.has("enum") || number.path("maximum").asLong(Long.MAX_VALUE) <= Integer.MAX_VALUE;
            assertThat(number.path("format").asString("")).isEqualTo(small ? "int32" : "int64");
        });
    }

    private static void nameless(JsonNode node, String where, List<String> found) {
        if (node.has("example") || node.has("examples")) {
            node.properties().stream()
                    .filter(part -> !part.getKey().startsWith("example"))
                    .forEach(part -> nameless(part.getValue(), where, found));
            return;
        }
        if (node.path("properties").isObject() || node.path("enum").isArray()) {
            found.add(where + ": " + node);
        }
        node.forEach(part -> nameless(part, where, found));
    }

    /// Each description says what the call does and which credential it needs, because generated clients and
    /// viewers show the description.
    @Test
    void everyOperationSaysWhatItDoesAndWhatItNeeds() {
        eachOperation((method, path, operation) -> {
            String what = method + " " + path;
            String needs = needs(operation);
            String sentence = switch (needs) {
                case "-" -> "Needs no credential.";
                case "any" -> "Needs any credential.";
                case "root" -> "Needs the root key.";
                default -> "Needs the scope `" + needs + "`.";
            };
            String description = operation.path("description").stringValue();
            assertThat(description).as(what).endsWith("\n\n" + sentence);
            assertThat(description.length() - sentence.length()).as(what).isGreaterThan(10);
            assertThat(description)
                    .as(what)
                    .isNotEqualTo(operation.path("summary").stringValue());
        });
    }

    /// Each call has an example shell command that sends the example body, with every parameter filled in.
    @Test
    void everyOperationHasAnExampleRequest() {
        eachOperation((method, path, operation) -> {
            String what = method + " " + path;
            JsonNode sample = operation.path("x-codeSamples").path(0);
            assertThat(sample.path("lang").stringValue()).as(what).isEqualTo("Shell");
            String curl = sample.path("source").stringValue();
            Matcher target =
                    Pattern.compile("\"\\$MUSTER_URL(/[^\"?]*)(\\?[^\"]+)?\"").matcher(curl);
            assertThat(target.find()).as(curl).isTrue();
            assertThat(target.group(1))
                    .as(curl)
                    .matches(path.replaceAll("\\{[a-zA-Z]+}", "[^/{}]+"))
                    .doesNotContain("{");
            assertThat(curl.contains("Bearer $MUSTER_KEY"))
                    .as(curl)
                    .isEqualTo(!needs(operation).equals("-"));
            JsonNode content = operation.path("requestBody").path("content");
            assertThat(curl.contains(" -d '")).as(curl).isEqualTo(!content.isMissingNode());
            content.properties().forEach(media -> {
                assertThat(media.getValue().has("example")).as(what).isTrue();
                assertThat(curl).endsWith("-d '" + media.getValue().path("example") + "'");
                // A single quote would end the shell string.
                assertThat(media.getValue().path("example").toString()).doesNotContain("'");
            });
        });
    }

    @Test
    void everyOperationHasAnExampleOfEachError() {
        OpenApiCheck check = new OpenApiCheck(document.toString().getBytes(StandardCharsets.UTF_8));
        eachOperation((method, path, operation) -> {
            List<String> statuses = new ArrayList<>();
            operation.path("responses").properties().forEach(response -> {
                JsonNode media = resolved(response.getValue()).path("content").path("application/problem+json");
                if (!media.isMissingNode()) {
                    statuses.add(response.getKey());
                    Set<String> shown = new TreeSet<>(media.path("examples").propertyNames());
                    Set<String> codes = new TreeSet<>();
                    resolved(response.getValue()).path("x-muster-codes").forEach(code -> codes.add(code.stringValue()));
                    assertThat(shown).as(method + " " + path).isEqualTo(codes).isNotEmpty();
                    media.path("examples").forEach(example -> {
                        check.checkExample(media, example.path("value"));
                        assertThat(response.getKey())
                                .isIn(
                                        "default",
                                        example.path("value").path("status").toString());
                    });
                }
            });
            assertThat(statuses).as(method + " " + path).contains("400", "default");
        });
    }

    /// A nullable string is described by a schema with two types, because generators treat a choice of string and
    /// null as a string that is never null.
    @Test
    void nullableTextsAreTextsOfTwoTypes() {
        for (JsonNode choice : document.findParents("oneOf")) {
            JsonNode named = at(choice.path("oneOf").path(0));
            assertThat(named.path("type").asString("").equals("object") || named.has("enum"))
                    .as(choice.toString())
                    .isTrue();
        }
        assertThat(document.at("/components/schemas/User/properties/erasedAt/type")
                        .toString())
                .isEqualTo("[\"string\",\"null\"]");
    }

    /// Responses that are not JSON are described as strings with the format `binary`. Generated clients parse other
    /// strings as JSON, and without a schema they return nothing.
    @Test
    void everyReplyThatIsNotJsonIsAFile() {
        List<String> files = new ArrayList<>();
        eachOperation((method, path, operation) -> operation
                .path("responses")
                .forEach(response -> resolved(response)
                        .path("content")
                        .properties()
                        .forEach(media -> {
                            assertThat(media.getValue().has("schema"))
                                    .as(method + " " + path)
                                    .isTrue();
                            if (!List.of("application/json", "application/problem+json")
                                    .contains(media.getKey())) {
                                assertThat(media.getValue()
                                                .path("schema")
                                                .path("format")
                                                .asString(""))
                                        .as(method + " " + path)
                                        .isEqualTo("binary");
                                files.add(path);
                            }
                        })));
        assertThat(files).contains("/v1/journal/export", "/v1/jobs/{jobId}/evidence");
    }

    /// Each JSON response has an example that matches its schema.
    @Test
    void everyAnswerHasAnExample() {
        OpenApiCheck check = new OpenApiCheck(document.toString().getBytes(StandardCharsets.UTF_8));
        eachOperation((method, path, operation) -> operation
                .path("responses")
                .properties()
                .forEach(response -> {
                    JsonNode media =
                            resolved(response.getValue()).path("content").path("application/json");
                    if (media.has("schema") && !path.equals("/openapi.json")) {
                        assertThat(media.has("example")).as(method + " " + path).isTrue();
                        check.checkExample(media);
                    }
                }));
    }

    /// Each example of a request body matches its schema.
    @Test
    void everyExampleMatchesItsSchema() {
        OpenApiCheck check = new OpenApiCheck(document.toString().getBytes(StandardCharsets.UTF_8));
        List<String> examples = new ArrayList<>();
        eachOperation((method, path, operation) -> {
            JsonNode example = operation
                    .path("requestBody")
                    .path("content")
                    .path("application/json")
                    .path("example");
            if (!example.isMissingNode()) {
                check.checkTaken(
                        method.toUpperCase(Locale.ROOT),
                        path,
                        example.toString().getBytes(StandardCharsets.UTF_8));
                examples.add(method + path);
            }
        });
        assertThat(examples).hasSizeGreaterThan(20);
    }

    // How the document and the page are served

    /// If no public URL is configured, the document names as its server the address from which it was fetched.
    @Test
    void bothNameTheAddressUnderWhichClientsReachTheServer(@TempDir Path folder) throws Exception {
        assertThat(document.at("/servers/0/url").stringValue()).isEqualTo("/");
        assertThat(get("/docs").body()).contains("export MUSTER_URL=http://127.0.0.1:8080\n");
        URI address = URI.create("https://example.org/a&b");
        try (TestServer known = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, authenticator, keyGenerator) ->
                        List.of(RestApi.of(core, authenticator, keyGenerator, address)))) {
            assertThat(new JsonMapper()
                            .readTree(get(known.port(), "/openapi.json").body())
                            .at("/servers/0/url")
                            .stringValue())
                    .isEqualTo("https://example.org/a&b");
            assertThat(get(known.port(), "/docs").body())
                    .contains("export MUSTER_URL=https://example.org/a&amp;b\n")
                    .doesNotContain("@address@", "@assets@", "@version@");
        }
    }

    @Test
    void bothDocumentsCanBeRevalidated() throws Exception {
        for (String path : List.of("/openapi.json", "/docs")) {
            HttpResponse<String> whole = get(path);
            assertThat(whole.statusCode()).isEqualTo(200);
            String tag = whole.headers().firstValue("ETag").orElseThrow();
            assertThat(whole.headers().allValues("Cache-Control")).containsExactly("public, no-cache");
            for (String held : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
                HttpResponse<String> again = get(path, "If-None-Match", held);
                assertThat(again.statusCode()).as(held).isEqualTo(304);
                assertThat(again.body()).isEmpty();
                assertThat(again.headers().firstValue("ETag")).contains(tag);
            }
            assertThat(get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
        }
    }

    /// The content security policy allows only the page's own files. The page loads nothing else and has no inline
    /// scripts.
    @Test
    void thePageNeedsNothingFromAnywhere() throws Exception {
        HttpResponse<String> page = get("/docs");
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "*");
        String html = page.body();
        assertThat(html).doesNotContain("<style", "<img", "<iframe", " style=", " onclick=", "javascript:");
        assertThat(Pattern.compile("<script(?! src=\"docs/assets/page\\.js\\?v=[0-9a-f]{12}\" defer></script>)")
                        .matcher(html)
                        .find())
                .isFalse();
        Set<String> files = new TreeSet<>();
        Matcher link = Pattern.compile(" (?:href|src)=\"(?!#)([^\"]+)\"").matcher(html);
        while (link.find()) {
            files.add(link.group(1));
        }
        assertThat(files).hasSize(4).contains("openapi.json");
        for (String file : files) {
            HttpResponse<String> got = get("/" + file);
            assertThat(got.statusCode()).as(file).isEqualTo(200);
            if (!file.equals("openapi.json")) {
                assertThat(got.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
                assertThat(got.body()).as(file).doesNotContain("@import", "url(", "https:");
            }
        }
        assertThat(get("/docs/assets/other.js").statusCode()).isEqualTo(404);
    }

    /// The page has an anchor for each call, schema and problem, and every link points to an existing anchor.
    @Test
    void thePageHasAllThatTheDocumentHas() throws Exception {
        String html = get("/docs").body();
        Set<String> places = new TreeSet<>();
        Matcher place = Pattern.compile(" id=\"([^\"]+)\"").matcher(html);
        while (place.find()) {
            assertThat(places.add(place.group(1))).as(place.group(1)).isTrue();
        }
        Matcher link = Pattern.compile("href=\"#([^\"]+)\"").matcher(html);
        while (link.find()) {
            assertThat(places).contains(link.group(1));
        }
        eachOperation((_, path, operation) -> {
            assertThat(places).contains(operation.path("operationId").stringValue());
            assertThat(html).contains("<code class=\"path\">" + path + "</code>");
            int begin = html.indexOf("id=\"" + operation.path("operationId").stringValue() + "\"");
            assertThat(html.substring(begin, html.indexOf("</article>", begin)))
                    .as(path)
                    .contains("<figcaption>Request<", "<figcaption>Error ", "urn:muster:problem:");
        });
        document.path("components")
                .path("schemas")
                .propertyNames()
                .forEach(name -> assertThat(places).contains("shape-" + name));
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/docs"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
        assertThat(Stream.of("/openapi.json/", "/docs/").map(path -> {
                    try {
                        return get(path).statusCode();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .containsOnly(404);
    }
}
