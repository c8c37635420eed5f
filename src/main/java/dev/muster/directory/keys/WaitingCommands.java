package dev.muster.directory.keys;

import dev.muster.model.Command;
import dev.muster.model.WaitingCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The commands of a request for approval as bytes, which are stored sealed: a JSON array of the objects that
/// [WaitingCommand] makes.
public final class WaitingCommands {
    private static final JsonMapper MAPPER = new JsonMapper();

    private WaitingCommands() {}

    public static byte[] bytes(List<Command> commands) {
        return MAPPER.writeValueAsBytes(
                commands.stream().map(WaitingCommand::fields).toList());
    }

    /// Reads them back.
    ///
    /// @throws IllegalStateException when these are no such bytes
    public static List<Command> read(byte[] bytes) {
        try {
            List<Command> commands = new ArrayList<>();
            for (Object each : MAPPER.readValue(bytes, List.class)) {
                commands.add(WaitingCommand.of((Map<?, ?>) each));
            }
            return commands;
        } catch (JacksonException | IllegalArgumentException | ClassCastException e) {
            throw new IllegalStateException("not the commands of a request for approval", e);
        }
    }
}
