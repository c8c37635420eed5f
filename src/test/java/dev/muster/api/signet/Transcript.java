package dev.muster.api.signet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What went over the wire, byte for byte, in a form that a person can compare: line ends and whatever does not print
/// are shown, and what is other at each run (ids, secrets) has a name instead. The same value has the same name.
final class Transcript {
    private static final Pattern BODY_ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final Pattern TOKEN = Pattern.compile("ey[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Pattern REQUEST_ID = Pattern.compile("(?m)^(X-Request-Id: )[A-Za-z0-9_-]{16}(?=\r?$)");
    private static final Pattern DATE = Pattern.compile("(?m)^(Date: ).*?(?=\r?$)");

    private final int port;
    private final Runnable beforeEach;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private int ids;
    private int tokens;

    /// @param beforeEach done before each request
    Transcript(int port, Runnable beforeEach) {
        this.port = port;
        this.beforeEach = beforeEach;
        name("127.0.0.1:" + port, "<host>");
    }

    /// From now on shows `value` as `name`.
    void name(String value, String name) {
        names.put(value, name);
    }

    /// A remark that stands before what follows.
    void remark(String remark) {
        text.append("# ").append(remark).append('\n');
    }

    /// Sends these bytes and shows the reply.
    ///
    /// @return the reply's body
    String exchange(String request) {
        beforeEach.run();
        String reply = send(request);
        show("> ", request);
        show("< ", reply);
        text.append('\n');
        return reply.substring(reply.indexOf("\r\n\r\n") + 4);
    }

    /// A request with this head and body.
    ///
    /// @param line such as `GET /path`
    /// @param headers whole lines
    String exchange(String line, List<String> headers, String body) {
        List<String> lines = new ArrayList<>();
        lines.add(line + " HTTP/1.1");
        lines.add("Host: 127.0.0.1:" + port);
        lines.addAll(headers);
        if (!body.isEmpty()) {
            lines.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
        }
        lines.add("Connection: close");
        return exchange(String.join("\r\n", lines) + "\r\n\r\n" + body);
    }

    /// Runs a command in a shell and shows what it prints.
    ///
    /// @param shown the command as it is to be read
    String command(String shown, String run) {
        beforeEach.run();
        text.append("$ ").append(named(shown)).append('\n');
        try {
            Process process = new ProcessBuilder("sh", "-c", run)
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            show("< ", printed);
            text.append('\n');
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void check(String name) {
        Golden.check(Path.of("src/test/resources/golden/signet", name), text.toString());
    }

    private String send(String request) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                InputStream in = socket.getInputStream()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show(String mark, String wire) {
        String named = named(wire);
        for (String line : named.split("\n", -1)) {
            text.append((mark + visible(line)).stripTrailing()).append('\n');
        }
    }

    private String named(String wire) {
        String named = wire;
        for (Map.Entry<String, String> entry : names.entrySet()) {
            named = named.replace(entry.getKey(), entry.getValue());
        }
        named = replaced(BODY_ID, named, id -> "<id " + ++ids + ">");
        named = replaced(TOKEN, named, token -> "<token " + ++tokens + ">");
        named = REQUEST_ID.matcher(named).replaceAll("$1<request id>");
        return DATE.matcher(named).replaceAll("$1<date>");
    }

    private String replaced(Pattern pattern, String wire, Function<String, String> fresh) {
        return pattern.matcher(wire)
                .replaceAll(match -> Matcher.quoteReplacement(names.computeIfAbsent(match.group(), fresh)));
    }

    private static String visible(String line) {
        StringBuilder visible = new StringBuilder();
        line.codePoints().forEach(c -> {
            if (c == '\r') {
                visible.append("\\r");
            } else if (c < ' ' || c == 0x7f || !printable(c)) {
                visible.append("\\u{%x}".formatted(c));
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    private static boolean printable(int c) {
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
