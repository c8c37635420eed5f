package dev.muster.api.rest;

import dev.muster.Transcript;
import dev.muster.testing.OpenApiCheck;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Checks the exchanges of a transcript against the OpenAPI document.
final class WireCheck {
    private final OpenApiCheck document;

    WireCheck(String document) {
        this.document = new OpenApiCheck(document.getBytes(StandardCharsets.UTF_8));
    }

    /// Checks an exchange.
    ///
    /// @throws AssertionError if the response does not match the document
    void check(String request, Transcript.Answer answer) {
        String[] line = request.substring(0, request.indexOf('\r')).split(" ", -1);
        Map<String, String> headers = new HashMap<>();
        for (String header : answer.head().split("\r\n", -1)) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
        }
        String body = "chunked".equals(headers.get("transfer-encoding")) ? unchunked(answer.body()) : answer.body();
        document.check(
                line[0],
                line[1],
                new OpenApiCheck.Reply(answer.status(), headers, body.getBytes(StandardCharsets.UTF_8)));
        boolean json = request.contains("\r\nContent-Type: application/");
        if (json && answer.status() < 300) {
            String sent = request.substring(request.indexOf("\r\n\r\n") + 4);
            document.checkTaken(line[0], line[1], sent.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String unchunked(String body) {
        StringBuilder whole = new StringBuilder();
        for (String line : body.split("\n", -1)) {
            // In an export, the sizes of the chunks are on lines between those of the content; they are not JSON.
            if (line.startsWith("{")) {
                whole.append(line).append('\n');
            }
        }
        return whole.toString();
    }
}
