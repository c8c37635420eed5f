package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server's answer, read whole.
record Reply(int status, String body) {
    private static final int SHOWN_CHARACTERS = 120;
    private static final String NO_VALID_KEY =
            "no key was given, or one that is wrong or has ended; muster login," + " MUSTER_KEY or --key gives the key";

    boolean isGranted() {
        return status >= 200 && status <= 299;
    }

    /// This, unless it is a refusal.
    Reply granted() {
        if (!isGranted()) {
            throw new CommandException(Exit.REFUSED, refusal());
        }
        return this;
    }

    JsonNode json() {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new CommandException(Exit.REFUSED, strange(), e);
        }
    }

    /// The problem detail in one line.
    String refusal() {
        JsonNode problem = problem();
        if (problem == null) {
            return strange();
        }
        StringBuilder line = new StringBuilder(status == 401 ? NO_VALID_KEY : first(problem, "detail", "title"));
        StringJoiner faults = new StringJoiner("; ", " [", "]").setEmptyValue("");
        for (JsonNode fault : problem.path("errors")) {
            // A fault of the whole body, or of a query, has no field.
            String field = text(fault, "field");
            faults.add(field.isEmpty() ? text(fault, "message") : field + ": " + text(fault, "message"));
        }
        line.append(faults);
        StringJoiner facts = new StringJoiner(", ", " (", ")").add(Integer.toString(status));
        if (problem.hasNonNull("code")) {
            facts.add(text(problem, "code"));
        }
        if (problem.hasNonNull("requestId")) {
            facts.add("request " + text(problem, "requestId"));
        }
        line.append(facts);
        return line.toString();
    }

    private @Nullable JsonNode problem() {
        try {
            JsonNode problem = JsonMapper.shared().readTree(body);
            return problem.hasNonNull("detail") || problem.hasNonNull("title") ? problem : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private String strange() {
        String shown = body.strip();
        if (shown.length() > SHOWN_CHARACTERS) {
            shown = shown.substring(0, SHOWN_CHARACTERS) + "…";
        }
        return "answered " + status + " in a way that is not Muster's; do --url and MUSTER_URL name a Muster server? "
                + (shown.isEmpty() ? "(nothing)" : shown);
    }

    private static String first(JsonNode node, String one, String other) {
        return node.hasNonNull(one) ? text(node, one) : text(node, other);
    }

    /// A field as text; empty where there is none.
    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() || value.isMissingNode() ? "" : value.asString(value.toString());
    }
}
