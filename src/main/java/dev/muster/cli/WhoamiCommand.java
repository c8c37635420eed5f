package dev.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(
        name = "whoami",
        description = {"Show whose credential is used, what it may do, and in which realm.", ""},
        footerHeading = "%nExamples:%n",
        footer = {"  muster whoami", "  muster whoami --profile production --json"})
final class WhoamiCommand implements Callable<Integer> {
    @Mixin
    private final Remote remote;

    WhoamiCommand(Remote remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() {
        return remote.print(remote.ask(Call.get("me")), this::print);
    }

    private void print(Display display, JsonNode me) {
        Table facts = Table.facts("WHO", name(me));
        put(facts, "id", Reply.text(me, "id"));
        put(facts, "role", Reply.text(me, "role"));
        put(facts, "scopes", Words.list(me.path("scopes")));
        put(facts, "rank", Reply.text(me, "rank"));
        put(facts, "realm", realm(me));
        put(facts, "expires", display.time(Reply.text(me, "expiresAt")));
        put(facts, "server", remote.target().url());
        String profile = remote.target().profile();
        put(facts, "profile", profile == null ? "" : profile);
        facts.print(display);
    }

    private static void put(Table facts, String name, String value) {
        if (!value.isEmpty()) {
            facts.row(name, value);
        }
    }

    /// Such as `apiKey billing` or `root`.
    static String name(JsonNode me) {
        return Reply.text(me, "kind").equals("root") ? "root" : Words.actor(me);
    }

    /// Such as `acme, test`; empty for root, who belongs to none.
    static String realm(JsonNode me) {
        return me.hasNonNull("partnerId") ? Reply.text(me, "partnerId") + ", " + Reply.text(me, "environment") : "";
    }
}
