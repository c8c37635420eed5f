package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "status",
        description = {
            "Show whether the server is ready, its version, how quickly it answers, and whose key is used.",
            "",
            "Exit code 1 when it is not ready or refuses the key, 3 when no server answers. Without a key it asks only what"
                    + " needs none.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  muster status", "  muster status --url https://muster.example.org --json"})
final class StatusCommand implements Callable<Integer> {
    /// The first call connects; the others show what a call takes.
    private static final int CALLS = 6;

    @Mixin
    private final Remote remote;

    StatusCommand(Remote remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() {
        boolean hasKey = !remote.target().key().isEmpty();
        try (Client client = remote.client()) {
            double latencyMillis = latencyMillis(client);
            Reply ready = client.send(Call.outside("/health/ready"));
            Reply document = client.send(Call.outside("/openapi.json"));
            String version = document.isGranted() ? Reply.text(document.json().path("info"), "version") : "";
            Reply me = hasKey ? client.send(Call.get("me")) : null;
            print(ready, version, latencyMillis, me);
            return ready.isGranted() && (me == null || me.isGranted()) ? 0 : Exit.REFUSED.code();
        }
    }

    /// The median of some calls that touch no storage, in milliseconds.
    private static double latencyMillis(Client client) {
        long[] nanos = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long begun = System.nanoTime();
            client.send(Call.outside("/health/live")).granted();
            nanos[i] = System.nanoTime() - begun;
        }
        long[] later = Arrays.copyOfRange(nanos, 1, CALLS);
        Arrays.sort(later);
        return later[later.length / 2] / 1e6;
    }

    private void print(Reply ready, String version, double latencyMillis, @Nullable Reply me) {
        JsonNode health = ready.json();
        String millis = String.format(Locale.ROOT, "%.1f", latencyMillis);
        if (remote.isJson()) {
            ObjectNode json = JsonMapper.shared().createObjectNode();
            json.put("url", remote.target().url()).put("ready", ready.isGranted());
            if (health.hasNonNull("reason")) {
                json.put("reason", Reply.text(health, "reason"));
            }
            json.put("version", version).put("latencyMillis", Double.parseDouble(millis));
            json.set("me", me == null ? null : me.json());
            remote.shell().out().println(json);
            return;
        }
        Display display = remote.display();
        Table facts = Table.facts("SERVER", remote.target().url());
        String reason = Reply.text(health, "reason");
        facts.row("health", ready.isGranted() ? "ready" : "NOT READY" + (reason.isEmpty() ? "" : ": " + reason));
        facts.row("version", version);
        facts.row("latency", millis + " ms, the median of " + (CALLS - 1) + " calls");
        if (me == null) {
            facts.row("key", "none is given");
        } else if (!me.isGranted()) {
            facts.row("key", "refused: " + me.refusal());
        } else {
            facts.row("key", WhoamiCommand.name(me.json()));
            String realm = WhoamiCommand.realm(me.json());
            facts.row("realm", realm.isEmpty() ? "none; root makes tenants" : realm);
        }
        facts.print(display);
    }
}
