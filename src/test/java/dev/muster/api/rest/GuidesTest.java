package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks that the guides of `/docs` are correct: on a server with a new tenant, the test pastes every call into a
/// shell, from first to last, and compares the response with the one shown below the call.
final class GuidesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern EXAMPLE = Pattern.compile(
            "<figure class=\"example\"(?: data-status=\"([0-9]+)\")?><figcaption>([^<]*)</figcaption>"
                    + "<pre class=\"([a-z]+)\" tabindex=\"0\"><code>(.*?)</code></pre></figure>",
            Pattern.DOTALL);

    /// The fields whose values differ for every reader.
    private static final Set<String> OWN = Set.of("id", "userId", "requestId", "head");

    private record Example(String status, String title, String kind, String text) {}

    @Test
    void everyCallAnswersWithWhatIsShown(@TempDir Path folder) throws Exception {
        try (RestServer server = new RestServer(folder, 20)) {
            Transcript transcript = new Transcript(server.port());
            String credential = server.makeTenant(transcript, "guided").test();
            Map<String, String> environment = Map.of(
                    "MUSTER_URL",
                    "http://127.0.0.1:" + server.port(),
                    "MUSTER_KEY",
                    credential.substring(credential.lastIndexOf(' ') + 1));
            List<Example> examples = examples(guides(server.port()));
            int calls = 0;
            for (int i = 0; i < examples.size(); i++) {
                Example call = examples.get(i);
                assertThat(call.kind()).as(call.text()).isIn("setup", "shell");
                boolean shown = i + 1 < examples.size()
                        && Set.of("json", "headers")
                                .contains(examples.get(i + 1).kind());
                if (call.kind().equals("shell")) {
                    Shell answer = Shell.paste(folder, environment, call.text());
                    assertThat(answer.status())
                            .as("%s%n%s", call.text(), answer.body())
                            .isEqualTo(call.status());
                    if (shown) {
                        compare(call, examples.get(i + 1), answer);
                    }
                    calls++;
                }
                i += shown ? 1 : 0;
            }
            assertThat(calls).isGreaterThan(20);
        }
    }

    private static String guides(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String page = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/docs"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            int end = page.lastIndexOf("<section class=\"guide\"");
            return page.substring(page.indexOf("<section class=\"guide\""), page.indexOf("</section>", end));
        }
    }

    private static List<Example> examples(String html) {
        List<Example> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(html);
        while (matcher.find()) {
            examples.add(new Example(matcher.group(1), matcher.group(2), matcher.group(3), text(matcher.group(4))));
        }
        assertThat(examples).as("all are found").hasSize(html.split("<pre", -1).length - 1);
        return examples;
    }

    private static String text(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    private static void compare(Example call, Example shown, Shell answer) {
        assertThat(shown.title()).startsWith("Response " + call.status());
        String body = answer.body();
        String expected = shown.text();
        if (shown.kind().equals("headers")) {
            int end = expected.indexOf("\n\n");
            List<String> headers =
                    body.substring(0, body.indexOf("\n\n")).lines().toList();
            assertThat(headers)
                    .as(call.text())
                    .containsAll(expected.substring(0, end).lines().toList());
            expected = expected.substring(end);
            body = body.substring(body.indexOf("\n\n"));
        }
        JsonNode real = JSON.readTree(body);
        boolean shortened = shown.title().endsWith("shortened");
        matches(call.text(), "", JSON.readTree(expected), real, shortened);
    }

    private static void matches(String call, String where, JsonNode shown, JsonNode real, boolean shortened) {
        String what = call + "\n" + where + " of " + real;
        if (shown.isObject()) {
            Set<String> names = new TreeSet<>(shown.propertyNames());
            if (shortened) {
                assertThat(new TreeSet<>(real.propertyNames())).as(what).containsAll(names);
            } else {
                assertThat(new TreeSet<>(real.propertyNames())).as(what).isEqualTo(names);
            }
            shown.properties()
                    .forEach(field -> matches(
                            call,
                            where + "/" + field.getKey(),
                            field.getValue(),
                            real.path(field.getKey()),
                            shortened));
        } else if (shown.isArray()) {
            assertThat(real.size()).as(what).isEqualTo(shown.size());
            for (int i = 0; i < shown.size(); i++) {
                matches(call, where + "/" + i, shown.path(i), real.path(i), shortened);
            }
        } else if (!OWN.contains(where.substring(where.lastIndexOf('/') + 1))) {
            assertThat(real).as(what).isEqualTo(shown);
        } else {
            assertThat(real.isString()).as(what).isTrue();
        }
    }

    /// The output of a shell.
    private record Shell(String status, String body) {
        /// Runs the text in a shell as if a reader had pasted it, except that the HTTP status is printed too.
        static Shell paste(Path folder, Map<String, String> environment, String text)
                throws IOException, InterruptedException {
            String script = "curl() { command curl -w '\\n%{http_code}' --noproxy '*' \"$@\"; }\n" + text + "\n";
            Path out = folder.resolve("out");
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            assertThat(builder.start().waitFor()).as(text).isZero();
            String printed = Files.readString(out, StandardCharsets.UTF_8).replace("\r\n", "\n");
            int status = printed.lastIndexOf('\n');
            return new Shell(printed.substring(status + 1), printed.substring(0, status));
        }
    }
}
