package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The examples of `deploy/` name only what exists: variables, options, commands, ports, secrets and each other's
/// parts.
final class DeployFilesTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final String API = "8080";
    private static final String ADMIN = "8081";

    /// How long a stop may take after the stop delay.
    private static final int STOP_SECONDS = 15;

    private static final Set<String> PROBES = Set.of("/health/live", "/health/ready");

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(DEPLOY)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Stream<String> found(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(MatchResult::group);
    }

    @Test
    void everyVariableExists() throws IOException {
        for (Path file : files()) {
            Map<String, String> variables = found("\\bMUSTER_[A-Z_]+", file)
                    .collect(Collectors.toMap(Function.identity(), _ -> "x", (a, _) -> a, TreeMap::new));
            assertThat(UnknownVariables.complaint(variables)).as("%s", file).isNull();
        }
    }

    @Test
    void everyOptionAndCommandExists() throws IOException {
        List<String> options =
                Arrays.stream(Setting.values()).map(Setting::option).toList();
        for (Path file : files()) {
            if (file.startsWith(DEPLOY.resolve("proxy"))) {
                assertThat(found("--[a-z][a-z-]+", file))
                        .as("%s", file)
                        .isNotEmpty()
                        .isSubsetOf(options);
            }
        }
        Path page = DEPLOY.resolve("README.md");
        List<String> commands = found("(?<=[ :]|exec server )muster (?:[a-z]+ ?){1,2}", page)
                .map(String::strip)
                .filter(command -> !command.equals("muster server"))
                .toList();
        assertThat(commands).contains("muster status", "muster tenant create");
        for (String command : commands) {
            assertThat(isCommand(command.substring("muster ".length())))
                    .as(command)
                    .isTrue();
        }
    }

    private static boolean isCommand(String words) {
        return Files.exists(
                Path.of("src/test/resources/dev/muster/cli/help/muster-" + words.replace(' ', '-') + ".txt"));
    }

    @Test
    void theImageIsOfThisVersion() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.replaceFirst("(?s).*?\n {2}<version>([^<]+)<.*", "$1");
        List<String> images = new ArrayList<>();
        for (Path file : files()) {
            found("[a-z./]*/muster:[0-9][0-9.]*|muster-[0-9][0-9.]*-linux", file)
                    .map(image -> image.replaceAll(".*muster[:-]([0-9.]+).*", "$1"))
                    .forEach(images::add);
        }
        assertThat(images).hasSizeGreaterThan(3).containsOnly(version);
    }

    // Compose

    @Test
    void composeNamesOnlyWhatItDefines() throws IOException {
        Tree compose = documents("compose/compose.yaml").getFirst();
        Tree services = compose.at("services");
        assertThat(services.names()).containsExactly("database", "migrate", "server");
        for (String name : services.names()) {
            Tree service = services.at(name);
            assertThat(compose.at("secrets").names()).as(name).containsAll(service.texts("secrets"));
            assertThat(compose.at("networks").names()).as(name).containsAll(service.texts("networks"));
            assertThat(services.names())
                    .as(name)
                    .containsAll(service.at("depends_on").names());
            assertThat(service.text("read_only")).as(name).isEqualTo("true");
            assertThat(service.texts("security_opt")).as(name).containsExactly("no-new-privileges:true");
            service.at("environment").map().forEach((variable, value) -> {
                if (variable.endsWith("_FILE")) {
                    assertThat(String.valueOf(value)).startsWith("/run/secrets/");
                    assertThat(service.texts("secrets"))
                            .contains(String.valueOf(value).substring("/run/secrets/".length()));
                }
            });
        }
        for (String name : List.of("migrate", "server")) {
            assertThat(services.at(name).texts("command"))
                    .singleElement()
                    .satisfies(command -> assertThat(isCommand(command)).isTrue());
            assertThat(services.at(name).texts("cap_drop")).containsExactly("ALL");
            assertThat(services.at(name).text("user")).isEqualTo("65534:65534");
        }
        assertThat(services.at("database").at("healthcheck").texts("test")).isNotEmpty();
    }

    @Test
    void composeStopsAndProbesTheServerInTime() throws IOException {
        Tree server =
                documents("compose/compose.yaml").getFirst().at("services").at("server");
        int delay = Integer.parseInt(server.at("environment").text("MUSTER_STOP_DELAY"));
        assertThat(Integer.parseInt(server.text("stop_grace_period").replace("s", "")))
                .isGreaterThanOrEqualTo(delay + STOP_SECONDS);
        assertThat(server.at("healthcheck").texts("test")).containsExactly("CMD", "muster", "status");
        assertThat(isCommand("status")).isTrue();
        assertThat(server.texts("ports")).allMatch(port -> port.matches("127\\.0\\.0\\.1:(8080:8080|8081:8081)"));
    }

    /// The file's secrets are those that the page makes.
    @Test
    void thePageMakesEverySecret() throws IOException {
        String page = Files.readString(DEPLOY.resolve("README.md"));
        Tree compose = documents("compose/compose.yaml").getFirst();
        for (String secret : compose.at("secrets").names()) {
            assertThat(compose.at("secrets").at(secret).text("file")).isEqualTo("secrets/" + secret);
            assertThat(page).contains(">" + secret + "\n");
        }
        List<String> ofKubernetes = Pattern.compile("--from-file=(\\S+)")
                .matcher(page)
                .results()
                .map(each -> each.group(1))
                .toList();
        assertThat(ofKubernetes).containsExactlyInAnyOrder("database", "root-key", "master-key", "checkpoint-key");
        for (String name : List.of("kubernetes/deployment.yaml", "kubernetes/migrate.yaml")) {
            assertThat(found("(?<=/run/secrets/muster/)[a-z-]+", DEPLOY.resolve(name)))
                    .as(name)
                    .isNotEmpty()
                    .isSubsetOf(ofKubernetes);
        }
    }

    // Kubernetes

    @Test
    void kubernetesContainersAreConfined() throws IOException {
        for (String name : List.of("kubernetes/deployment.yaml", "kubernetes/migrate.yaml")) {
            Tree pod = pod(name);
            assertThat(pod.text("automountServiceAccountToken")).isEqualTo("false");
            // Variables such as MUSTER_PORT=tcp://… would be taken for settings.
            assertThat(pod.text("enableServiceLinks")).isEqualTo("false");
            assertThat(pod.at("securityContext").text("runAsNonRoot")).isEqualTo("true");
            assertThat(pod.at("securityContext").text("fsGroup")).isEqualTo("65534");
            Tree container = pod.items("containers").getFirst();
            Tree confined = container.at("securityContext");
            assertThat(confined.text("allowPrivilegeEscalation")).isEqualTo("false");
            assertThat(confined.text("readOnlyRootFilesystem")).isEqualTo("true");
            assertThat(confined.at("capabilities").texts("drop")).containsExactly("ALL");
            assertThat(container.at("resources").at("limits").text("memory")).endsWith("Mi");
            assertThat(container.texts("args"))
                    .singleElement()
                    .satisfies(command -> assertThat(isCommand(command)).isTrue());
            List<String> volumes =
                    pod.items("volumes").stream().map(each -> each.text("name")).toList();
            assertThat(container.items("volumeMounts").stream().map(each -> each.text("name")))
                    .containsExactlyInAnyOrderElementsOf(volumes);
            assertThat(pod.items("volumes").getFirst().at("secret").text("defaultMode"))
                    .isEqualTo("0440");
        }
    }

    @Test
    void kubernetesProbesAndPortsAreThoseOfTheServer() throws IOException {
        Tree pod = pod("kubernetes/deployment.yaml");
        Tree container = pod.items("containers").getFirst();
        Map<String, String> ports = new LinkedHashMap<>();
        container.items("ports").forEach(port -> ports.put(port.text("name"), port.text("containerPort")));
        assertThat(ports).isEqualTo(Map.of("api", API, "admin", ADMIN));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            Tree get = container.at(probe).at("httpGet");
            assertThat(PROBES).contains(get.text("path"));
            assertThat(get.text("port")).isEqualTo("admin");
        }
        Map<String, String> variables = new LinkedHashMap<>();
        container.items("env").forEach(each -> variables.put(each.text("name"), each.text("value")));
        assertThat(Integer.parseInt(pod.text("terminationGracePeriodSeconds")))
                .isGreaterThanOrEqualTo(Integer.parseInt(variables.get("MUSTER_STOP_DELAY")) + STOP_SECONDS);
        Tree service = documents("kubernetes/service.yaml").getFirst().at("spec");
        assertThat(service.items("ports"))
                .singleElement()
                .satisfies(
                        port -> assertThat(ports.get(port.text("targetPort"))).isEqualTo(port.text("port")));
        assertThat(documents("kubernetes/network-policy.yaml").getFirst().at("spec").items("ingress").stream()
                        .map(rule -> rule.items("ports").getFirst().text("port")))
                .containsExactly(API, ADMIN);
    }

    @Test
    void kubernetesSelectorsFindThePods() throws IOException {
        Map<String, Object> labels = documents("kubernetes/deployment.yaml")
                .getFirst()
                .at("spec")
                .at("template")
                .at("metadata")
                .at("labels")
                .map();
        Tree spec = documents("kubernetes/deployment.yaml").getFirst().at("spec");
        assertThat(spec.at("selector").at("matchLabels").map()).isEqualTo(labels);
        assertThat(documents("kubernetes/service.yaml")
                        .getFirst()
                        .at("spec")
                        .at("selector")
                        .map())
                .isEqualTo(labels);
        assertThat(documents("kubernetes/disruption-budget.yaml")
                        .getFirst()
                        .at("spec")
                        .at("selector")
                        .at("matchLabels")
                        .map())
                .isEqualTo(labels);
        assertThat(labels)
                .containsAllEntriesOf(documents("kubernetes/network-policy.yaml")
                        .getFirst()
                        .at("spec")
                        .at("podSelector")
                        .at("matchLabels")
                        .map());
    }

    private static Tree pod(String file) throws IOException {
        return documents(file).getFirst().at("spec").at("template").at("spec");
    }

    // YAML

    private static List<Tree> documents(String file) throws IOException {
        List<Tree> documents = new ArrayList<>();
        new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                .loadAllFromString(Files.readString(DEPLOY.resolve(file)))
                .forEach(document -> documents.add(new Tree(merged(document))));
        return documents;
    }

    /// Replaces merge keys, `<<`, which YAML 1.2 does not define and Compose supports.
    private static Object merged(Object node) {
        return switch (node) {
            case Map<?, ?> map -> {
                Map<String, Object> all = new LinkedHashMap<>();
                if (merged(map.get("<<")) instanceof Map<?, ?> base) {
                    base.forEach((name, value) -> all.put((String) name, value));
                }
                map.forEach((name, value) -> {
                    if (!name.equals("<<")) {
                        all.put((String) name, merged(value));
                    }
                });
                yield all;
            }
            case List<?> list -> list.stream().map(DeployFilesTest::merged).toList();
            case null -> "";
            default -> String.valueOf(node);
        };
    }

    /// A part of a YAML document, whose scalars are text.
    private record Tree(Object node) {
        @SuppressWarnings("unchecked")
        Map<String, Object> map() {
            return node instanceof Map<?, ?> ? (Map<String, Object>) node : Map.of();
        }

        Set<String> names() {
            return map().keySet();
        }

        Tree at(String name) {
            return new Tree(map().getOrDefault(name, ""));
        }

        String text(String name) {
            return String.valueOf(map().get(name));
        }

        List<Tree> items(String name) {
            return map().get(name) instanceof List<?> list
                    ? list.stream().map(Tree::new).toList()
                    : List.of();
        }

        List<String> texts(String name) {
            return items(name).stream().map(item -> String.valueOf(item.node())).toList();
        }
    }
}
