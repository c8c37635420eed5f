package dev.muster.directory.keys;

import dev.muster.model.Command;
import dev.muster.model.WaitingCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Converts the commands of a request for approval to bytes and back. The bytes, which are stored sealed, are a JSON
/// array of the objects that [WaitingCommand#fields] returns.
public final class WaitingCommands {
    private static final JsonMapper MAPPER = new JsonMapper();

    private WaitingCommands() {}

    public static byte[] bytes(List<Command.Deferrable> commands) {
        return MAPPER.writeValueAsBytes(
                commands.stream().map(WaitingCommand::fields).toList());
    }

    /// Parses the commands.
    ///
    /// @throws IllegalStateException if the bytes are not valid
    public static List<Command.Deferrable> read(byte[] bytes) {
        try {
            List<Command.Deferrable> commands = new ArrayList<>();
            for (Object each : MAPPER.readValue(bytes, List.class)) {
                commands.add(WaitingCommand.of((Map<?, ?>) each));
            }
            return commands;
        } catch (JacksonException | IllegalArgumentException | ClassCastException e) {
            throw new IllegalStateException("not the commands of a request for approval", e);
        }
    }
}
