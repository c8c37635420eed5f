package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Records the exchanges on the wire, byte for byte, in a readable form. Line endings and non-printable characters are
/// made visible. Values that differ between runs (ids, times, secrets) are replaced by names, consistently within a
/// transcript.
public final class Transcript {
    /// Patterns for values that differ between runs, by the name that replaces the first group of the pattern.
    private static final Map<String, Pattern> VARYING = new LinkedHashMap<>();

    static {
        // This pattern includes the field name, because the four characters alone could occur anywhere.
        VARYING.put("ending", Pattern.compile("(\"lastFour\":\"[0-9A-Za-z]{4}\")"));
        VARYING.put("key", Pattern.compile("(mst_(?:test|live)_[0-9]+_[0-9A-Za-z_-]+)"));
        VARYING.put("secret", Pattern.compile("(mss_[0-9A-Za-z]+)"));
        VARYING.put("webhook secret", Pattern.compile("(whsec_[0-9A-Za-z+/=]+)"));
        VARYING.put("token", Pattern.compile("\\b(ey[\\w-]+\\.[\\w-]+\\.[\\w-]+)"));
        VARYING.put("upload token", Pattern.compile("/uploads/[0-9]+/[0-9a-f-]+/([\\w-]{43})"));
        VARYING.put("link", Pattern.compile("/images/[0-9]+/([\\w-]{75})"));
        VARYING.put("id", Pattern.compile("([0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"));
        VARYING.put("hash", Pattern.compile("\\b([0-9a-f]{64})\\b"));
        VARYING.put("realm", Pattern.compile("(?:\"realmId\":|evt_)([0-9]+)"));
        VARYING.put("entry", Pattern.compile("\"entry\":\"([^\"]+)\""));
        VARYING.put("time", Pattern.compile("(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z)"));
        VARYING.put("second", Pattern.compile("\"(20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8})\""));
        VARYING.put("request", Pattern.compile("(?m)^X-Request-Id: ([\\w-]{16})\r?$"));
        VARYING.put("server's request", Pattern.compile("\"requestId\":\"([\\w-]{16})\""));
        VARYING.put("date", Pattern.compile("(?m)^Date: (.*?)\r?$"));
    }

    /// Times that are the same in each run, because they occur in examples or are sent by tests.
    private static final List<String> STEADY =
            List.of("2026-11-21T17:01:02.123Z", "2026-11-21T18:01:02.1239+01:00", "2099-01-01T00:00:00.000Z");

    /// Realm numbers, and the keys that contain them, vary in length.
    private static final Pattern OF_ANY_LENGTH = Pattern.compile("\"realmId\":|evt_|mst_(?:test|live)_");

    private static final Pattern LENGTH = Pattern.compile("Content-Length: [0-9]+");
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final String NOSNIFF = "\r\nX-Content-Type-Options: nosniff";

    /// The headers about a key's remaining quota, which differ between runs; `RequestAttributionTest` checks them.
    private static final Pattern QUOTA = Pattern.compile("\r\nRateLimit(-Policy)?: \"key\";[^\r]*");

    private final int port;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final StringBuilder text = new StringBuilder();
    private Watcher watcher = (_, _) -> {};
    private int requests;
    private boolean lengthsVary;

    public Transcript(int port) {
        this.port = port;
        name("127.0.0.1:" + port, "<host>");
        STEADY.forEach(time -> name(time, time));
    }

    /// A response as received.
    public record Answer(int status, String head, String body) {
        /// Returns the value of the first field with that name anywhere in the body: a string, number or
        /// literal.
        public String field(String name) {
            Matcher matcher = Pattern.compile("\"" + Pattern.quote(name) + "\":(?:\"([^\"]*)\"|([^,}\\]]+))")
                    .matcher(body);
            assertThat(matcher.find()).as(name + " in " + body).isTrue();
            return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        }

        /// Like [#field(String)], but the search starts at the last occurrence of the field `within`.
        public String field(String within, String name) {
            int from = body.lastIndexOf("\"" + within + "\":");
            return new Answer(status, head, body.substring(from)).field(name);
        }
    }

    /// An observer of all exchanges, including those that are not recorded.
    public interface Watcher {
        /// Called for each exchange.
        ///
        /// @param request everything from the request line to the end of the body
        void saw(String request, Answer answer);
    }

    /// Passes all further exchanges to `next`.
    public void watch(Watcher next) {
        watcher = next;
    }

    /// From now on, shows `value` as `name`.
    public void name(String value, String name) {
        names.put(value, name);
    }

    /// From now on, hides content lengths, because encoded values vary in length between runs.
    public void hideLengths() {
        lengthsVary = true;
    }

    /// Adds a remark before the next exchange.
    public void remark(String remark) {
        text.append("# ").append(remark).append("\n\n");
    }

    /// Sends these bytes and records the exchange.
    public Answer raw(String request) {
        Answer answer = send(request);
        show("> ", request);
        show("< ", answer.head() + "\r\n\r\n" + answer.body());
        text.append('\n');
        return answer;
    }

    /// Sends a binary body.
    ///
    /// @param shown a description of the body
    public Answer hand(String line, byte[] body, String shown, String... headers) {
        String head = headOf(line, body, headers);
        Answer answer = send(head, body);
        show("> ", head + "(" + shown + ")");
        show("< ", answer.head() + "\r\n\r\n" + answer.body());
        text.append('\n');
        return answer;
    }

    /// Like [#hand], but the exchange is not recorded.
    public Answer quietlyHand(String line, byte[] body, String... headers) {
        return send(headOf(line, body, headers), body);
    }

    private String headOf(String line, byte[] body, String... headers) {
        List<String> lines = new ArrayList<>(List.of(headers));
        lines.add("Content-Length: " + body.length);
        return request(line, null, lines.toArray(String[]::new));
    }

    /// Sends a request without a body.
    ///
    /// @param line the request line without the version, such as `GET /path`
    /// @param headers complete header lines
    public Answer ask(String line, String... headers) {
        return raw(request(line, null, headers));
    }

    /// Sends a request with a body.
    public Answer tell(String line, String body, String... headers) {
        return raw(request(line, body, headers));
    }

    /// Like [#tell], but the exchange is not recorded.
    public Answer quietly(String line, String body, String... headers) {
        return send(request(line, body, headers));
    }

    /// Runs a shell command and records its output.
    ///
    /// @param shown the command as recorded
    public String command(String shown, String run) {
        text.append("$ ").append(named(shown)).append('\n');
        try {
            // No two requests may share a millisecond, including those sent by the command.
            Thread.sleep(3);
            Process process = new ProcessBuilder("sh", "-c", run)
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            show("< ", recorded(printed));
            text.append('\n');
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Compares the recorded exchanges with a golden file.
    public void check(Path file) {
        Golden.check(file, text.toString());
    }

    private String request(String line, String body, String... headers) {
        List<String> lines = new ArrayList<>();
        lines.add(line + " HTTP/1.1");
        lines.add("Host: 127.0.0.1:" + port);
        lines.add("X-Request-Id: r-" + ++requests);
        lines.addAll(List.of(headers));
        if (body != null) {
            lines.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
        }
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n" + (body == null ? "" : body);
    }

    private Answer send(String request) {
        return send(request, new byte[0]);
    }

    private Answer send(String request, byte[] more) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                InputStream in = socket.getInputStream()) {
            // No two requests may share a millisecond; otherwise, times that are equal in one run could differ in
            // another.
            Thread.sleep(3);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(more);
            String reply = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // The server's own id is removed, because it differs between runs. The server sends it because every
            // request of a transcript has an `X-Request-Id`.
            reply = reply.replaceFirst("Muster-Request-Id: [\\w-]{16}\r\n", "");
            int end = reply.indexOf("\r\n\r\n");
            assertThat(end).as(reply).isPositive();
            // Every response has this header, so it is not recorded.
            assertThat(reply.substring(0, end)).containsOnlyOnce(NOSNIFF);
            Answer answer = new Answer(
                    Integer.parseInt(reply.substring(9, 12)),
                    recorded(reply.substring(0, end)),
                    reply.substring(end + 4));
            watcher.saw(request, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String recorded(String head) {
        return QUOTA.matcher(head.replace(NOSNIFF, "")).replaceAll("");
    }

    private void show(String mark, String wire) {
        for (String line : named(wire).split("\n", -1)) {
            text.append((mark + visible(line)).stripTrailing()).append('\n');
        }
    }

    private String named(String wire) {
        String named = wire;
        if (lengthsVary) {
            named = LENGTH.matcher(named).replaceAll("Content-Length: <length>");
        } else if (OF_ANY_LENGTH
                .matcher(wire.substring(Math.max(0, wire.indexOf("\r\n\r\n"))))
                .find()) {
            named = LENGTH.matcher(named).replaceFirst("Content-Length: <length>");
        }
        for (Map.Entry<String, Pattern> varying : VARYING.entrySet()) {
            named = replaced(varying.getKey(), varying.getValue(), named);
        }
        // Longer values come first, because an encoded value may contain the value itself.
        List<Map.Entry<String, String>> longestFirst = names.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getKey().length()))
                .toList();
        for (Map.Entry<String, String> entry : longestFirst) {
            named = named.replace(entry.getKey(), entry.getValue());
        }
        return named;
    }

    private String replaced(String what, Pattern pattern, String wire) {
        Matcher matcher = pattern.matcher(wire);
        StringBuilder named = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            named.append(wire, from, matcher.start(1)).append(nameOf(what, matcher.group(1)));
            from = matcher.end(1);
        }
        return named.append(wire, from, wire.length()).toString();
    }

    private String nameOf(String what, String value) {
        // These names are not numbered, because two events may or may not fall into the same second.
        return what.equals("date") || what.equals("second")
                ? names.getOrDefault(value, "<" + what + ">")
                : names.computeIfAbsent(value, _ -> "<" + what + " " + counts.merge(what, 1, Integer::sum) + ">");
    }

    private static String visible(String line) {
        StringBuilder visible = new StringBuilder();
        line.codePoints().forEach(c -> {
            if (c == '\r') {
                visible.append("\\r");
            } else if (c < ' ' || c == 0x7f || !isPrintable(c)) {
                visible.append("\\u{%x}".formatted(c));
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.NON_SPACING_MARK,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
