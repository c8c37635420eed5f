package dev.muster.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The pages of the console, as an operator of a large realm loads them: one after the other on one connection.
final class ConsolePages implements AutoCloseable {
    /// The pages that are measured, in the order of the console's menu.
    static final List<String> PAGES = List.of(
            "overview",
            "ending",
            "users",
            "users-search",
            "users-status",
            "users-rank",
            "users-days",
            "user",
            "user-busy",
            "user-past",
            "jobs",
            "jobs-open",
            "job",
            "groups",
            "group",
            "policies",
            "policy",
            "journal",
            "journal-action",
            "journal-day",
            "integrity",
            "approvals",
            "keys",
            "webhooks",
            "operators",
            "account");

    private static final String PASSWORD = "a password of the bench's";
    private static final int LEAST = 5;
    private static final int GROUPS = 50;
    private static final int POLICIES = 20;
    private static final int MEMBERS = 200;
    private static final int FRAUDS = 100;
    private static final int ENTRIES = 300;

    private final Muster server;
    private final Realm realm;
    private final List<String> ids;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String cookie;

    /// A plain socket: the JDK's HTTP client adds 40 milliseconds to many of these responses.
    private final Socket connection;

    private final InputStream in;

    private final SequencedMap<String, List<String>> paths = new LinkedHashMap<>();
    private int turn;

    /// Fills the realm with what the pages show, and signs in.
    ///
    /// @param ids users of the realm
    ConsolePages(Muster server, Realm realm, List<String> ids) {
        this.server = server;
        this.realm = realm;
        this.ids = ids;
        post("/v1/operators", Map.of("username", "bench", "password", PASSWORD, "role", "admin"));
        String group = fillGroups();
        String policy = fillPolicies();
        fillHolds();
        fillJobs();
        post(
                "/v1/webhooks",
                Map.of("url", "http://127.0.0.1:9/none", "types", List.of("group.created"), "from", "now"));
        cookie = signIn();
        connection = connect();
        in = input(connection);
        name(group, policy);
    }

    private static InputStream input(Socket connection) {
        try {
            return new BufferedInputStream(connection.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket connect() {
        URI home = server.api().base();
        try {
            Socket socket = new Socket(home.getHost(), home.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
            return socket;
        } catch (IOException e) {
            throw new Failed("the server cannot be reached", e);
        }
    }

    private String post(String path, Map<String, Object> body) {
        return realm.api().post(path, realm.key(), body).toString();
    }

    private String made(String path, Map<String, Object> body) {
        return realm.api().post(path, realm.key(), body).get("id").asString();
    }

    private String fillGroups() {
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < GROUPS; i++) {
            groups.add(made("/v1/groups", Map.of("name", "Group " + i)));
        }
        users(0, MEMBERS).forEach(user -> put("/v1/groups/" + groups.getFirst() + "/members/" + user, Map.of()));
        return groups.getFirst();
    }

    private String fillPolicies() {
        List<String> policies = new ArrayList<>();
        for (int i = 0; i < POLICIES; i++) {
            policies.add(made("/v1/policies", Map.of("name", "Policy " + i, "resources", List.of("door/" + i))));
        }
        users(0, MEMBERS).forEach(user -> put("/v1/policies/" + policies.getFirst() + "/users/" + user, Map.of()));
        return policies.getFirst();
    }

    /// Suspensions that end within a week, and one user with a long history.
    private void fillHolds() {
        Instant soon = Instant.now().plus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
        users(MEMBERS, 10 * MEMBERS).forEach(user -> hold(user, "suspended", "chargeback", soon));
        for (int i = 0; i < Math.min(ENTRIES, ids.size()); i++) {
            hold(busy(), "suspended", "reason " + i, soon.plusSeconds(i));
        }
    }

    private String busy() {
        return ids.getLast();
    }

    private void hold(String user, String kind, String reason, Instant until) {
        put("/v1/users/" + user + "/holds/" + kind, Map.of("reason", reason, "until", until.toString()));
    }

    /// Registers users with a fraud hold, and submits jobs for them, which fail and wait for review.
    private void fillJobs() {
        Instant late = Instant.now().plus(90, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < Math.min(FRAUDS, ids.size()); i++) {
            String user = made("/v1/users", Map.of("externalId", "bench-fraud-" + i));
            hold(user, "fraud", "double", late);
            post("/v1/jobs", Map.of("jobId", "bench-" + i, "type", 5, "user", user));
        }
    }

    /// Some of the users; fewer if the realm is small.
    private List<String> users(int from, int max) {
        int start = Math.min(from, ids.size() / 2);
        return ids.subList(start, Math.min(ids.size() - 1, start + max));
    }

    private void put(String path, Map<String, Object> body) {
        realm.api().put(path, realm.key(), body);
    }

    /// Returns the parameter that shows the user as of the last full minute. It is empty if the user did not exist yet,
    /// which happens in quick runs only.
    private String past() {
        Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Instant registered = Instant.parse(realm.api()
                .get("/v1/users/" + busy(), realm.key())
                .get("registeredAt")
                .asString());
        return registered.isAfter(minute) ? "" : "?at=" + minute.toString().substring(0, 16);
    }

    private void name(String group, String policy) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (String page : PAGES) {
            paths.put(
                    page,
                    switch (page) {
                        case "users-search" -> List.of("/users?q=ursula", "/users?q=karim+berg", "/users?q=uixotell");
                        case "users-status" -> List.of("/users?status=suspended");
                        case "users-rank" -> List.of("/users?rank=ADMIN");
                        case "users-days" -> List.of("/users?from=" + today + "&to=" + today);
                        case "user" ->
                            users(0, 1_000).stream().map(id -> "/users/" + id).toList();
                        case "user-busy" -> List.of("/users/" + busy());
                        case "user-past" -> List.of("/users/" + busy() + past());
                        case "jobs-open" -> List.of("/jobs?review=open");
                        case "job" -> List.of("/jobs/bench-0");
                        case "group" -> List.of("/groups/" + group);
                        case "policy" -> List.of("/policies/" + policy);
                        case "journal-action" -> List.of("/journal?action=user.hold");
                        case "journal-day" -> List.of("/journal?from=" + today);
                        default -> List.of("/" + page);
                    });
        }
    }

    // Measuring.

    /// Loads a page again and again: the time from sending the request until its last byte has arrived.
    Sample load(String page, Duration howLong) {
        List<Double> millis = new ArrayList<>();
        long micros = server.micros();
        long began = System.nanoTime();
        while (System.nanoTime() - began < howLong.toNanos() || millis.size() < LEAST) {
            millis.add(once(page));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return Sample.of(counted(millis, seconds), (double) (server.micros() - micros), Double.NaN, Double.NaN);
    }

    private static Load counted(List<Double> millis, double seconds) {
        List<Double> sorted = millis.stream().sorted().toList();
        return new Load(sorted.size(), seconds, part(sorted, 0.5), part(sorted, 0.99), sorted.getLast());
    }

    private static double part(List<Double> sorted, double part) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * sorted.size())));
    }

    private double once(String page) {
        String path = next(page);
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: "
                        + server.api().base().getAuthority() + "\r\nCookie: " + cookie + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try {
            long began = System.nanoTime();
            connection.getOutputStream().write(request);
            String head = head();
            int length = length(head);
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            double took = (System.nanoTime() - began) / 1e6;
            if (!head.startsWith("HTTP/1.1 200 ") || !body.stripTrailing().endsWith("</html>")) {
                throw new Failed(path + " was answered " + head);
            }
            return took;
        } catch (IOException e) {
            throw new Failed(path + " was not answered: " + e, e);
        }
    }

    /// The head of the response, without the empty line that ends it.
    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed");
            }
            head.append((char) next);
        }
        return head.toString().strip();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, "Content-Length:".length()))
                .mapToInt(line -> Integer.parseInt(
                        line.substring("Content-Length:".length()).strip()))
                .findFirst()
                .orElseThrow(() -> new Failed("a page without a length: " + head));
    }

    private String next(String page) {
        List<String> all = paths.get(page);
        if (all == null) {
            throw new IllegalArgumentException(page);
        }
        return "/console/" + realm.name() + "/test" + all.get(turn++ % all.size());
    }

    /// First contentful paint for an operator who comes from another page, so that the browser has the style sheets and
    /// scripts in its cache.
    Sample paint(String page, Browser browser, Duration howLong) {
        List<Double> millis = new ArrayList<>();
        try (Browser.Tab tab = browser.open(server.api().base(), cookie)) {
            tab.firstPaint(address(next(page)));
            long began = System.nanoTime();
            while (System.nanoTime() - began < howLong.toNanos() || millis.size() < LEAST) {
                millis.add(tab.firstPaint(address(next(page))));
            }
        }
        List<Double> sorted = millis.stream().sorted().toList();
        return Sample.paints(part(sorted, 0.5), part(sorted, 0.75), part(sorted, 0.99), sorted.getLast());
    }

    // HTTP.

    private URI address(String path) {
        return server.api().base().resolve(path);
    }

    private String signIn() {
        URI home = server.api().base();
        HttpResponse<String> response = send(HttpRequest.newBuilder(address("/console/sign-in"))
                .header("Origin", home.getScheme() + "://" + home.getAuthority())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("partner=" + realm.name() + "&environment=test&username=bench&password="
                        + Api.encode(PASSWORD)))
                .build());
        return response.headers()
                .firstValue("Set-Cookie")
                .map(set -> set.substring(0, set.indexOf(';')))
                .orElseThrow(() -> new Failed("the console did not let the operator in: " + response.statusCode()));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Failed(request.uri() + " was not answered: " + e, e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
