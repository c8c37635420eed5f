package dev.muster.cli.command;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.client.ServerTarget;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.OutputFormat;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.cli.shell.Screen;
import dev.muster.cli.shell.Shell;
import dev.muster.cli.shell.StandardStream;
import dev.muster.text.PrintableText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/// One run of a command, with its input, its server and its output.
public final class Invocation {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_]+)}");

    private static final Input URL = Input.option(
            "--url",
            "URL",
            "Server URL. Default: MUSTER_URL, then the profile's, then " + ServerTarget.DEFAULT_URL + ".");
    private static final Input KEY = Input.option(
            "--key",
            "KEY",
            "API key or root key. Prefer MUSTER_KEY or muster login: arguments are visible to other processes.");
    private static final Input PROFILE = Input.option(
            "--profile",
            "NAME",
            "Server and key as muster login saved them; takes precedence over MUSTER_URL and MUSTER_KEY. Else"
                    + " MUSTER_PROFILE.");
    public static final Input CA_FILE = Input.file(
            "--ca-file", "PEM certificates of your own authority, trusted instead of Java's; else MUSTER_CA_FILE.");
    private static final Input FORMAT = Input.option(
                    "--format",
                    "FORMAT",
                    "table, json or csv; default: table. csv is for lists, and for commands that take a REF.")
            .oneOf(OutputFormat.values(), OutputFormat::wireName);
    private static final Input JSON = Input.flag("--json", "Same as --format json: the server's own JSON.");
    private static final Input WIDE = Input.flag("--wide", "Leave nothing out of tables, however narrow the terminal.");
    private static final Input LOCAL =
            Input.flag("--local", "Show times in this machine's time zone rather than in UTC.");

    static final Input DRY_RUN = Input.flag("--dry-run", "Show the result without changing anything.");
    static final Input YES = Input.flag("--yes", "Do not ask for confirmation.");

    /// The options for the output.
    public static final List<Input> OUTPUT_INPUTS = List.of(FORMAT, JSON, WIDE, LOCAL);

    /// The options for the server and the output.
    static final List<Input> SERVER_INPUTS = Stream.concat(
                    Stream.of(URL, KEY, PROFILE, CA_FILE), OUTPUT_INPUTS.stream())
            .toList();

    private final Shell shell;
    private final ParseResult typed;
    private final List<Input> inputs;
    private final Instant now;
    private final Map<Input, JsonNode> values = new HashMap<>();
    private @Nullable Printer printer;
    private @Nullable ServerTarget target;
    private boolean allowsCsv;

    /// Parses all inputs.
    ///
    /// @throws CommandException if an input is invalid
    public Invocation(Shell shell, ParseResult typed, List<Input> inputs) {
        this.shell = shell;
        this.typed = typed;
        this.inputs = inputs;
        now = shell.clock().instant();
        inputs.forEach(this::value);
    }

    public Shell shell() {
        return shell;
    }

    public Instant now() {
        return now;
    }

    List<Input> inputs() {
        return inputs;
    }

    /// Whether an option or parameter was given.
    public boolean has(Input input) {
        return !texts(input).isEmpty();
    }

    private List<String> texts(Input input) {
        if (input.type() == Input.Type.FLAG) {
            return typed.matchedOptionValue(input.name(), false) ? List.of("true") : List.of();
        }
        ArgSpec matched = input.isParameter()
                ? typed.matchedPositionals().stream()
                        .filter(parameter -> parameter.paramLabel().equals(input.label()))
                        .findFirst()
                        .orElse(null)
                : typed.matchedOption(input.name());
        return matched == null ? List.of() : matched.stringValues();
    }

    /// The texts of an input that may be given several times; empty if it is not given.
    public List<String> words(Input input) {
        return texts(input);
    }

    /// The text of an input; null if the input is not given.
    public @Nullable String text(Input input) {
        return texts(input).stream().findFirst().orElse(null);
    }

    /// The value to send to the API; null if the input is not given and has no default.
    public @Nullable JsonNode value(Input input) {
        return values.computeIfAbsent(input, _ -> input.value(texts(input), now));
    }

    /// The value as text; empty if there is none.
    public String word(Input input) {
        JsonNode value = value(input);
        return value == null ? "" : JsonText.of(value);
    }

    /// The value of the input with a label.
    ///
    /// @param user the user that replaces the value of the input that names users; null to keep that value
    String labelled(String label, @Nullable String user) {
        Input found = inputs.stream()
                .filter(input -> input.label().equals(label))
                .findFirst()
                .orElseThrow();
        return found.type() == Input.Type.USERS && user != null ? user : word(found);
    }

    public boolean isJson() {
        return format() == OutputFormat.JSON;
    }

    public boolean isCsv() {
        return format() == OutputFormat.CSV;
    }

    boolean isDryRun() {
        return has(DRY_RUN);
    }

    public Printer printer() {
        if (printer == null) {
            printer = newPrinter();
        }
        return printer;
    }

    private OutputFormat format() {
        String word = word(FORMAT);
        if (has(JSON)) {
            if (!word.isEmpty() && !word.equals(OutputFormat.JSON.wireName())) {
                throw CommandException.usage("--json and --format " + word + " exclude each other");
            }
            return OutputFormat.JSON;
        }
        return word.isEmpty() ? OutputFormat.TABLE : OutputFormat.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// Creates the printer. Colours and widths apply only to terminals. `NO_COLOR` and `TERM=dumb` disable colours.
    private Printer newPrinter() {
        OutputFormat format = format();
        Screen screen = format == OutputFormat.TABLE ? shell.screen().get() : Screen.NONE;
        boolean colours = screen.isTerminal()
                && shell.environment().getOrDefault("NO_COLOR", "").isEmpty()
                && !shell.environment().getOrDefault("TERM", "").equals("dumb");
        return new Printer(shell.out(), format, has(WIDE) ? 0 : screen.columns(), colours, has(LOCAL) ? zone() : null);
    }

    private ZoneId zone() {
        String named = shell.environment().getOrDefault("TZ", "");
        try {
            return named.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(named);
        } catch (DateTimeException e) {
            // TZ can also have other formats, which Java parses at startup.
            return ZoneId.systemDefault();
        }
    }

    /// Allows `--format csv`, for commands that print a table.
    public Invocation allowCsv() {
        allowsCsv = true;
        return this;
    }

    /// Throws if `--format csv` is given but the response is not a table.
    public void checkFormat() {
        if (isCsv() && !allowsCsv) {
            throw CommandException.usage("--format csv is for lists, and for commands that take a REF");
        }
    }

    public ServerTarget target() {
        if (target == null) {
            target = ServerTarget.of(text(URL), text(KEY), text(PROFILE), text(CA_FILE), shell.environment());
        }
        return target;
    }

    /// Whether an option names a server or a key.
    public boolean namesServer() {
        return has(URL) || has(KEY) || has(PROFILE);
    }

    /// Whether the key in use comes from a profile.
    public boolean usesKeyOfProfile() {
        return target().profile() != null && !has(KEY);
    }

    public ApiClient client() {
        checkFormat();
        return target().client();
    }

    /// Sends one request.
    ///
    /// @throws CommandException if it is refused
    public ApiReply ask(ApiRequest request) {
        try (ApiClient client = client()) {
            return client.send(request).granted();
        }
    }

    /// Sends one change.
    ///
    /// @throws CommandException if it is refused
    public ApiReply change(ApiRequest request) {
        return ask(prepared(request));
    }

    /// Sends one change and prints the response.
    ///
    /// @return the exit code
    public int change(ApiRequest request, View view) {
        return print(change(request), null, view);
    }

    /// Adds the headers of a change, which are `Idempotency-Key` and, for `--dry-run`, `Muster-Dry-Run`.
    ApiRequest prepared(ApiRequest request) {
        if (request.isRead()) {
            return request;
        }
        return (isDryRun() ? request.header("Muster-Dry-Run", "true") : request).repeatable();
    }

    /// Prints a response as JSON, or formatted for people.
    ///
    /// @return the exit code
    public int print(ApiReply reply, BiConsumer<Printer, JsonNode> forPeople) {
        return print(reply, null, View.of(forPeople));
    }

    /// Prints a response as JSON, or formatted for people.
    ///
    /// @return the exit code
    public int print(ApiReply reply, View view) {
        return print(reply, null, view);
    }

    int print(ApiReply reply, @Nullable String ref, View view) {
        if (!isJson() && reply.isWaiting()) {
            say((isDryRun() ? "Dry run, nothing was changed. Otherwise: " : "")
                    + "Not done yet: a second operator has to approve it"
                    + (isDryRun() ? "." : ", as " + JsonText.of(reply.json(), "approvalId") + "."));
        } else if (!isJson()) {
            view.alone().print(this, ref, reply.json());
        } else if (!reply.body().isBlank()) {
            shell.out().println(reply.body().strip());
        }
        return 0;
    }

    /// Prints a response with a secret that is shown only once. If the response cannot be written to stdout, it is
    /// written to stderr; if that also fails, `undo` is called.
    ///
    /// @return the exit code
    public int printSecret(ApiReply reply, BiFunction<Printer, JsonNode, Details> forPeople, Runnable undo) {
        String text = isJson()
                ? reply.body().strip() + "\n"
                : printer().text(into -> forPeople.apply(into, reply.json()).print());
        shell.out().print(text);
        String failure = StandardStream.failure(shell.out());
        if (failure == null) {
            return 0;
        }
        shell.err().print(text);
        if (StandardStream.failure(shell.err()) != null) {
            undo.run();
            throw new CommandException(Exit.USAGE, "the output cannot be written: " + failure);
        }
        throw new CommandException(
                Exit.USAGE,
                "the output cannot be written (" + failure + "); the secret is printed above and not shown again");
    }

    /// Prints a sentence with placeholders. `{GROUP_ID}` stands for the input with this label, and `{erased}` for
    /// this field of the response.
    ///
    /// @param ref the user that the sentence is about; null if it is not about a user
    void say(String template, @Nullable String ref, JsonNode answer) {
        String words = PLACEHOLDER
                .matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(
                        inputs.stream().anyMatch(input -> input.label().equals(match.group(1)))
                                ? labelled(match.group(1), ref)
                                : JsonText.of(answer, match.group(1))));
        say((isDryRun() ? "Dry run, nothing was changed. Otherwise: " : "") + words);
    }

    /// Prints a sentence.
    public void say(String words) {
        shell.out().println(PrintableText.line(words));
    }

    /// Prints a note to stderr.
    public void note(String words) {
        shell.err().println(PrintableText.line(words));
    }

    /// Asks for confirmation; see [CommandBuilder#confirm].
    void confirm(Input parameter, String what, String not) {
        if (has(YES) || isDryRun()) {
            return;
        }
        String text = word(parameter);
        if (TargetUsers.isInput(text)) {
            throw CommandException.usage("users on the input are not confirmed one by one: give --yes");
        }
        shell.confirm(what, text, not);
    }
}
