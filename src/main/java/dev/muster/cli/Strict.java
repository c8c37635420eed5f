package dev.muster.cli;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON that somebody gives the command line, in a file or on the input.
final class Strict {
    /// Refuses an object in which a name stands twice: it would be unclear which of the two values is meant.
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Strict() {}
}
