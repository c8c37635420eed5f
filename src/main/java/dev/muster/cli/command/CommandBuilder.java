package dev.muster.cli.command;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Builds a command. Most commands send one request. Such a command consists of a method, a path such as
/// `groups/{GROUP_ID}`, inputs for the path, query and body, and a view of the response. Other commands have their own
/// code.
public final class CommandBuilder {
    private final String name;
    private final String method;
    private final String path;
    private final List<Input> query = new ArrayList<>();
    private final List<Input> body = new ArrayList<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<Input> shared = new ArrayList<>();
    private String[] help = {};
    private String[] examples = {};
    private Consumer<Invocation> before = _ -> {};

    /// The code of a command.
    public interface Action {
        /// Runs the command and returns the exit code.
        int run(Invocation in) throws Exception;
    }

    /// The definition of a command, which is the user object of the picocli command.
    ///
    /// @param inputs the command's inputs, in the order in which they are checked
    public record Definition(List<Input> inputs, Action action) {}

    private CommandBuilder(String name, String method, String path, Input... inPath) {
        this.name = name;
        this.method = method;
        this.path = path;
        inputs.addAll(List.of(inPath));
    }

    /// Creates a command that sends one GET request. The following methods create commands that send changes, which
    /// can be previewed.
    ///
    /// @param path the path below `/v1`, with the labels of inputs in braces
    public static CommandBuilder get(String name, String path, Input... inPath) {
        return server(name, "GET", path, inPath);
    }

    public static CommandBuilder post(String name, String path, Input... inPath) {
        return server(name, "POST", path, inPath).dryRun();
    }

    public static CommandBuilder put(String name, String path, Input... inPath) {
        return server(name, "PUT", path, inPath).dryRun();
    }

    public static CommandBuilder patch(String name, String path, Input... inPath) {
        return server(name, "PATCH", path, inPath).dryRun();
    }

    public static CommandBuilder delete(String name, String path, Input... inPath) {
        return server(name, "DELETE", path, inPath).dryRun();
    }

    /// Creates a command that calls a server from its own code.
    public static CommandBuilder server(String name) {
        return server(name, "GET", "");
    }

    private static CommandBuilder server(String name, String method, String path, Input... inPath) {
        CommandBuilder command = new CommandBuilder(name, method, path, inPath);
        command.shared.addAll(Invocation.SERVER_INPUTS);
        return command;
    }

    /// Creates a command that does not call a server.
    public static CommandBuilder local(String name) {
        return new CommandBuilder(name, "GET", "");
    }

    /// Creates a command that only has subcommands.
    public static CommandSpec group(String name, List<String> description, CommandSpec... commands) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .synopsisSubcommandLabel("COMMAND")
                .sortOptions(false)
                .description(description.toArray(String[]::new));
        for (CommandSpec command : commands) {
            spec.addSubcommand(command.name(), command);
        }
        return spec;
    }

    /// Sets the help text. The first line is also shown in the list of commands.
    public CommandBuilder help(String... lines) {
        help = lines;
        return this;
    }

    public CommandBuilder examples(String... lines) {
        examples = Arrays.stream(lines).map(line -> "  " + line).toArray(String[]::new);
        return this;
    }

    /// Adds inputs for the path or for the command's own code.
    public CommandBuilder with(Input... more) {
        inputs.addAll(List.of(more));
        return this;
    }

    public CommandBuilder query(Input... more) {
        query.addAll(List.of(more));
        return with(more);
    }

    public CommandBuilder body(Input... more) {
        body.addAll(List.of(more));
        return with(more);
    }

    /// Adds `--dry-run`.
    public CommandBuilder dryRun() {
        shared.addFirst(Invocation.DRY_RUN);
        return this;
    }

    /// Removes `--dry-run`, for a change that the server cannot preview.
    public CommandBuilder withoutDryRun() {
        shared.remove(Invocation.DRY_RUN);
        return this;
    }

    /// Requires the user to type the parameter again, unless `--yes` or `--dry-run` is given.
    ///
    /// @param what the action, such as `This erases`
    /// @param not the end of the message if the user does not confirm, such as `no user was erased`
    public CommandBuilder confirm(Input parameter, String what, String not) {
        inputs.add(Invocation.YES);
        return before(in -> in.confirm(parameter, what, not));
    }

    /// Sets a check that runs after the inputs have been checked and before anything is sent.
    public CommandBuilder before(Consumer<Invocation> check) {
        before = check;
        return this;
    }

    public CommandSpec says(String template) {
        return shows(View.says(template));
    }

    public CommandSpec shows(View view) {
        return runs(in -> {
            String users = users(in);
            check(in);
            before.accept(users == null ? in : in.allowCsv());
            return new PerUser(in, view).run(users, user -> fill(in, user));
        });
    }

    /// Builds a command that prints a list page by page.
    public CommandSpec lists(List<Column> columns) {
        shared.addAll(0, PagedList.INPUTS);
        return runs(in -> new PagedList(in, columns).print(users(in), user -> fill(in, user)));
    }

    public CommandSpec runs(Action action) {
        List<Input> checked = List.copyOf(inputs);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(new Definition(checked, action))
                .name(name);
        List<String> text = new ArrayList<>(List.of(help));
        text.add("");
        spec.usageMessage()
                .sortOptions(false)
                .description(text.toArray(String[]::new))
                .footerHeading("%nExamples:%n")
                .footer(examples);
        Stream.concat(checked.stream(), shared.stream())
                .forEach(
                        input -> spec.add(input.spec(spec.positionalParameters().size())));
        return spec;
    }

    /// Throws if two inputs are given for the same field, or if a PATCH changes nothing.
    private void check(Invocation in) {
        Map<String, Input> given = new HashMap<>();
        for (Input input : body) {
            Input other = in.has(input) ? given.put(input.field(), input) : null;
            if (other != null) {
                throw CommandException.usage(other.name() + " and " + input.name() + " exclude each other");
            }
        }
        if (method.equals("PATCH") && given.isEmpty()) {
            List<String> names = body.stream().map(Input::name).toList();
            throw CommandException.usage("nothing to change: give "
                    + String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast());
        }
    }

    /// The value of the input that names users; null if it is absent.
    private static @Nullable String users(Invocation in) {
        return in.inputs().stream()
                .filter(input -> input.type() == Input.Type.USERS && in.has(input))
                .map(in::word)
                .findFirst()
                .orElse(null);
    }

    /// Creates the request from the inputs.
    ///
    /// @param user the user that replaces the value of the input that names users; null if there is none
    private ApiRequest fill(Invocation in, @Nullable String user) {
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].startsWith("{")) {
                segments[i] = in.labelled(segments[i].substring(1, segments[i].length() - 1), user);
            }
        }
        ApiRequest request = new ApiRequest(method, segments);
        for (Input input : query) {
            JsonNode value = in.value(input);
            boolean isList = value != null && value.isArray();
            String text = value == null ? null : isList ? JsonText.list(value) : JsonText.of(value);
            request.query(input.field(), input.type() == Input.Type.USERS ? user : text);
        }
        body.forEach(input -> request.field(input.field(), in.value(input)));
        return request;
    }
}
