package dev.muster.cli.shell;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON that somebody gives the command line, as an argument or in a file.
public final class StrictJson {
    /// Refuses an object with the same name twice, since it is unclear which value is meant.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private StrictJson() {}

    /// Reads a document.
    ///
    /// @throws JacksonException if it is not JSON
    public static JsonNode read(String text) {
        return JSON.readTree(text);
    }

    /// Reads an object.
    ///
    /// @param option what gave it, for messages
    /// @throws CommandException if it is not a JSON object
    public static JsonNode object(String option, String text) {
        try {
            JsonNode object = read(text);
            if (object.isObject()) {
                return object;
            }
        } catch (JacksonException e) {
            throw CommandException.usage(option + " must be a JSON object", e);
        }
        throw CommandException.usage(option + " must be a JSON object");
    }
}
