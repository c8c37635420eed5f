package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.JsonWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Compares the metrics of a real server with `docs/`. The list in operating.md, the alert rules and the dashboard
/// refer only to existing metrics, and every metric is in the list. Needs promtool.
@Timeout(300)
class MonitoringTest {
    private static final Path DOCS = Path.of("docs");
    private static final Path MONITORING = DOCS.resolve("monitoring");

    /// A metric that Prometheus itself creates.
    private static final String UP = "up";

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static String metrics;

    @BeforeAll
    static void scrape() throws Exception {
        int port = freePort();
        server = ServerProcess.start(folder.resolve("data"), "--admin-port", Integer.toString(port));
        String key = Tenancy.make(server.address(), "acme").testKey();
        try (Client client = new Client(server.address(), key)) {
            assertThat(client.get("/v1/users").status()).isEqualTo(200);
        }
        // The metric for garbage collection pauses does not exist before the first pause.
        Process collect = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("jcmd").toFile())
                .start();
        assertThat(collect.waitFor()).isZero();
        URI admin = URI.create("http://127.0.0.1:" + port);
        do {
            try (Client client = new Client(admin, null)) {
                Client.Answer answer = client.get("/metrics");
                assertThat(answer.status()).isEqualTo(200);
                metrics = answer.text();
            }
        } while (!metrics.contains("jvm_gc_pause_seconds_count"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Returns the types of all metrics, by name.
    private static Map<String, String> types() {
        return Pattern.compile("^# TYPE (\\S+) (\\S+)$", Pattern.MULTILINE)
                .matcher(metrics)
                .results()
                .collect(Collectors.toMap(type -> type.group(1), type -> type.group(2), (a, _) -> a, TreeMap::new));
    }

    /// Returns the names of all series, without their labels.
    private static Set<String> series() {
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // Histograms

    @Test
    void requestsAndCommitsHaveHistogramsOfFewBuckets() {
        assertThat(types())
                .containsEntry("http_requests_seconds", "histogram")
                .containsEntry("muster_lane_commit_seconds", "histogram")
                .containsEntry("muster_lane_batch", "histogram");
        List<String> buckets = metrics.lines()
                .filter(line ->
                        line.startsWith("http_requests_seconds_bucket{") && line.contains("template=\"/v1/users\""))
                .toList();
        assertThat(buckets).hasSize(15);
        assertThat(buckets.getLast()).contains("le=\"+Inf\"").endsWith(" 1");
    }

    @Test
    void metricsContainNoRealmsOrPeople() {
        assertThat(metrics)
                .containsPattern(
                        "muster_build_info\\{.*java=\"" + Runtime.version().feature() + ".*version=\"[^\"]+\".*} 1")
                .contains("muster_ready 1")
                .contains("muster_journal_contradicted 0")
                .contains("muster_security_events_total{event=\"sign_in\",outcome=\"refused\"} 0")
                .doesNotContain("acme");
    }

    // The list of metrics

    @Test
    void everyMetricIsListedAndEveryListedOneExists() throws IOException {
        String page = Files.readString(DOCS.resolve("operating.md"));
        String section = page.substring(page.indexOf("## Health and metrics"));
        section = section.substring(0, section.indexOf("\n## "));
        Set<String> listed = Pattern.compile("^\\| (`.*?) \\|", Pattern.MULTILINE)
                .matcher(section)
                .results()
                .flatMap(row ->
                        Pattern.compile("`([a-z_0-9]+)`").matcher(row.group(1)).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        // The maximum of a timer is not listed separately.
        Map<String, String> types = types();
        Set<String> exposed = types.keySet().stream()
                .filter(name -> !name.endsWith("_max")
                        || !Set.of("histogram", "summary")
                                .contains(types.getOrDefault(name.substring(0, name.length() - 4), "")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(exposed);
    }

    // The alert rules

    @Test
    void promtoolTakesTheRulesAndTheirTests() throws Exception {
        promtool("check", "rules", MONITORING.resolve("muster.rules.yml").toString());
        promtool("test", "rules", MONITORING.resolve("muster.rules.test.yml").toString());
    }

    /// Every alert fires in at least one of the rules' own tests, which name the alerts that they expect.
    @Test
    void everyAlertIsTested() throws IOException {
        String tests = Files.readString(MONITORING.resolve("muster.rules.test.yml"));
        List<String> alerts = found("- alert: (\\S+)", Files.readString(MONITORING.resolve("muster.rules.yml")));
        assertThat(alerts)
                .hasSizeGreaterThan(10)
                .allSatisfy(alert -> assertThat(tests).contains("alertname=\"" + alert + "\""));
    }

    @Test
    void rulesAskForWhatExists() throws IOException {
        List<String> expressions = found("expr: (.*)", Files.readString(MONITORING.resolve("muster.rules.yml")));
        assertThat(expressions).hasSizeGreaterThan(10);
        assertThat(names(expressions)).isNotEmpty().isSubsetOf(seriesAndUp());
    }

    // The dashboard

    @Test
    void theDashboardAsksForWhatExistsInWordsThatPrometheusTakes() throws Exception {
        List<String> expressions = new ArrayList<>();
        byte[] dashboard = Files.readAllBytes(MONITORING.resolve("muster-dashboard.json"));
        for (Fields panel : Fields.of(dashboard).items("panels")) {
            if (!panel.text("type").equals("row")) {
                panel.items("targets").forEach(target -> expressions.add(target.text("expr")));
            }
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(names(expressions)).isSubsetOf(seriesAndUp());

        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        for (int i = 0; i < expressions.size(); i++) {
            String expression =
                    expressions.get(i).replace("$__rate_interval", "5m").replace("$instance", ".*");
            rules.append("  - record: expression:")
                    .append(i)
                    .append("\n    expr: ")
                    // A JSON string is a valid YAML string.
                    .append(new String(JsonWriter.bytes(json -> json.text(expression)), StandardCharsets.UTF_8))
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("dashboard.yml"), rules);
        promtool("check", "rules", file.toString());
    }

    private static Set<String> seriesAndUp() {
        Set<String> known = new TreeSet<>(series());
        known.add(UP);
        return known;
    }

    /// Returns the metrics in these expressions: the words that are not functions, labels, operators or quoted
    /// text.
    private static Set<String> names(List<String> expressions) {
        return expressions.stream()
                .map(each -> each.replaceAll("\"[^\"]*\"", "")
                        .replaceAll("\\{[^}]*}|\\[[^]]*]", " ")
                        .replaceAll("\\b(by|on|without|ignoring)\\s*\\([^)]*\\)", " ")
                        .replaceAll("\\b[a-z_0-9]+\\s*\\(", " "))
                .flatMap(each -> Pattern.compile("[a-zA-Z_:][a-zA-Z_:0-9]*")
                        .matcher(each)
                        .results())
                .map(MatchResult::group)
                .filter(word -> !Set.of("and", "or", "unless", "e6").contains(word))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static void promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
