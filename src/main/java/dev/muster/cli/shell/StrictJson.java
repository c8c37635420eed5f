package dev.muster.cli.shell;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Parses JSON that is given to the command line as an argument or in a file.
public final class StrictJson {
    /// A parser that rejects duplicate names, since it would be unclear which value is meant.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private StrictJson() {}

    /// Parses a document.
    ///
    /// @throws JacksonException if the text is not JSON
    public static JsonNode read(String text) {
        return JSON.readTree(text);
    }

    /// Parses an object.
    ///
    /// @param option the option that gave the text, for messages
    /// @throws CommandException if the text is not a JSON object
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
