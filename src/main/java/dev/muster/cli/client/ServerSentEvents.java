package dev.muster.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events (`text/event-stream`) from a response.
public final class ServerSentEvents {
    private final BufferedReader lines;

    public ServerSentEvents(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /// One event, or a comment.
    ///
    /// @param id the position after which to resume; null if the event has none
    /// @param type the type of the event; empty if it has none
    /// @param data the data of the event; empty for a comment
    public record ServerSentEvent(@Nullable String id, String type, String data) {}

    /// Waits for the next event or comment.
    ///
    /// @return the event or comment; null at the end of the stream, where an incomplete event is dropped
    public @Nullable ServerSentEvent next() throws IOException {
        String id = null;
        String type = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                return new ServerSentEvent(id, type, data.toString());
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // The line is a comment, or the retry time, which this client chooses itself.
                }
            }
        }
        return null;
    }
}
