package dev.muster.process;

import dev.muster.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A request from a golden transcript. Placeholders such as `<id 1>` stand for values that differ between runs.
///
/// @param target the path and query
/// @param headers whole header lines, without credentials and without the headers that a client adds itself
record Seed(String method, String target, List<String> headers, String body) {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Pattern REQUEST = Pattern.compile("(?m)^> .*\\n(?:^>.*\\n)*");
    private static final Pattern SHOWN = Pattern.compile("\\\\u\\{([0-9a-f]+)}");
    private static final Pattern OWN = Pattern.compile(
            "(?i)(host|x-request-id|content-length|connection|authorization|apikey|x-api-key|transfer-encoding):.*");

    /// Reads the requests of all dialects.
    static List<Seed> all() {
        List<Seed> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                Matcher request = REQUEST.matcher(Files.readString(file));
                while (request.find()) {
                    Seed seed = read(request.group());
                    if (seed != null) {
                        seeds.add(seed);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seeds;
    }

    private static Seed read(String shown) {
        String wire = SHOWN.matcher(shown.replaceAll("(?m)^> ?", "").replace("\\r\n", "\r\n"))
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 16))));
        int end = wire.indexOf("\r\n\r\n");
        String[] lines = wire.substring(0, Math.max(end, 0)).split("\r\n", -1);
        Matcher first = Pattern.compile("([A-Z]+) (/.*) HTTP/1\\.1").matcher(lines[0]);
        if (!first.matches()) {
            // This is a command line, or a request that is malformed on purpose. Mutations create malformed requests
            // themselves.
            return null;
        }
        List<String> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            if (!OWN.matcher(lines[i]).matches()) {
                headers.add(lines[i]);
            }
        }
        return new Seed(
                first.group(1), first.group(2), headers, wire.substring(end + 4).stripTrailing());
    }

    /// Whether the method and path match this route.
    boolean isOf(Route route) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return method.equals(route.method().name())
                && pattern(route.template()).matcher(path).matches();
    }

    /// Returns a pattern for the paths that match a template.
    static Pattern pattern(String template) {
        return Pattern.compile("\\Q" + template.replaceAll("\\{[a-zA-Z]+}", "\\\\E[^/]+\\\\Q") + "\\E");
    }

    byte[] bodyBytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
