package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException.Exit;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Defines the commands about the server and the credential in use: `muster whoami`, `muster status`.
final class ServerCommands {
    /// How many requests are sent to measure the latency. The first one is not counted, because it also opens the
    /// connection.
    private static final int REQUESTS = 6;

    private ServerCommands() {}

    static CommandSpec whoami() {
        return CommandBuilder.server("whoami")
                .help("Show whose credential is used, what it may do, and in which realm.")
                .examples("muster whoami", "muster whoami --profile production --json")
                .runs(in -> in.print(in.ask(ApiRequest.get("me")), (printer, me) -> printCaller(in, printer, me)));
    }

    private static void printCaller(Invocation in, Printer printer, JsonNode me) {
        String profile = in.target().profile();
        new Details(printer, "WHO", name(me), me)
                .fields("id", "role")
                .row("scopes", JsonText.list(me.path("scopes")))
                .fields("rank")
                .row("realm", realm(me))
                .time("expiresAt")
                .row("server", in.target().url())
                .row("profile", profile == null ? "" : profile)
                .print();
    }

    /// The caller, such as `apiKey billing` or `root`.
    static String name(JsonNode me) {
        return JsonText.of(me, "kind").equals("root") ? "root" : JsonText.actor(me);
    }

    /// The realm, such as `acme, test`; empty for root, which has none.
    static String realm(JsonNode me) {
        return me.hasNonNull("partnerId") ? JsonText.of(me, "partnerId") + ", " + JsonText.of(me, "environment") : "";
    }

    static CommandSpec status() {
        return CommandBuilder.server("status")
                .help(
                        "Show whether the server is ready, its version, how quickly it answers, and whose key is used.",
                        "",
                        "Exit code 1 when it is not ready or refuses the key, 3 when no server answers. Without a key it"
                                + " asks only what needs none.")
                .examples("muster status", "muster status --url https://muster.example.org --json")
                .runs(ServerCommands::status);
    }

    private static int status(Invocation in) {
        boolean hasKey = !in.target().key().isEmpty();
        try (ApiClient client = in.client()) {
            double latencyMillis = latencyMillis(client);
            ApiReply ready = client.send(ApiRequest.outside("/health/ready"));
            ApiReply document = client.send(ApiRequest.outside("/openapi.json"));
            String version = document.isGranted() ? JsonText.of(document.json().path("info"), "version") : "";
            ApiReply me = hasKey ? client.send(ApiRequest.get("me")) : null;
            String millis = String.format(Locale.ROOT, "%.1f", latencyMillis);
            if (in.isJson()) {
                in.shell().out().println(json(in, ready, version, millis, me));
            } else {
                print(in, ready, version, millis, me);
            }
            return ready.isGranted() && (me == null || me.isGranted()) ? 0 : Exit.REFUSED.code();
        }
    }

    /// The median latency of requests that do not use storage, in milliseconds.
    private static double latencyMillis(ApiClient client) {
        long[] nanos = new long[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            long begun = System.nanoTime();
            client.send(ApiRequest.outside("/health/live")).granted();
            nanos[i] = System.nanoTime() - begun;
        }
        long[] later = Arrays.copyOfRange(nanos, 1, REQUESTS);
        Arrays.sort(later);
        return later[later.length / 2] / 1e6;
    }

    private static ObjectNode json(
            Invocation in, ApiReply ready, String version, String millis, @Nullable ApiReply me) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("url", in.target().url()).put("ready", ready.isGranted());
        if (ready.json().hasNonNull("reason")) {
            json.set("reason", ready.json().get("reason"));
        }
        json.put("version", version).put("latencyMillis", Double.parseDouble(millis));
        json.set("me", me == null ? null : me.json());
        return json;
    }

    private static void print(Invocation in, ApiReply ready, String version, String millis, @Nullable ApiReply me) {
        Printer printer = in.printer();
        String reason = JsonText.of(ready.json(), "reason");
        Details details = new Details(printer, "SERVER", in.target().url(), ready.json())
                .row("health", ready.isGranted() ? "ready" : "NOT READY" + (reason.isEmpty() ? "" : ": " + reason))
                .row("version", version)
                .row("latency", millis + " ms, the median of " + (REQUESTS - 1) + " calls");
        if (me == null) {
            details.row("key", "none is given");
        } else if (!me.isGranted()) {
            details.row("key", "refused: " + me.refusal());
        } else {
            String realm = realm(me.json());
            details.row("key", name(me.json())).row("realm", realm.isEmpty() ? "none; root creates tenants" : realm);
        }
        details.print();
    }
}
