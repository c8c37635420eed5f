package dev.muster.cli.client;

import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A complete response from a server.
public record ApiReply(int status, String body) {
    private static final int MAX_SHOWN_CHARACTERS = 120;
    private static final String NO_VALID_KEY =
            "the key is missing, wrong, expired or revoked; set it with muster login, MUSTER_KEY or --key";

    public boolean isGranted() {
        return status >= 200 && status <= 299;
    }

    /// Whether the change has not been made yet, because it is waiting for a second operator's approval.
    public boolean isWaiting() {
        return status == 202 && json().has("approvalId");
    }

    /// Returns this reply if it is not a refusal.
    ///
    /// @throws CommandException with the text of the refusal if it is one
    public ApiReply granted() {
        if (!isGranted()) {
            throw new CommandException(Exit.REFUSED, refusal());
        }
        return this;
    }

    /// Like [#granted()], for a request about a user.
    ///
    /// @param ref the user, as typed
    public ApiReply granted(String ref) {
        if (!isGranted()) {
            throw new CommandException(Exit.REFUSED, refusal(ref));
        }
        return this;
    }

    /// Like [#refusal()], but also suggests `email:ADDRESS` if an e-mail address was given as an id.
    public String refusal(String ref) {
        boolean isAddress = status == 404 && ref.matches("[^:]+@[^:]+");
        return refusal() + (isAddress ? "; did you mean email:" + ref + "?" : "");
    }

    /// The body; an empty object if there is none.
    public JsonNode json() {
        try {
            return body.isBlank()
                    ? JsonNodeFactory.instance.objectNode()
                    : JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new CommandException(Exit.REFUSED, unexpectedReply(), e);
        }
    }

    /// The problem details, in one line.
    public String refusal() {
        JsonNode problem = problem();
        if (problem == null) {
            return unexpectedReply();
        }
        StringBuilder line = new StringBuilder(status == 401 ? NO_VALID_KEY : first(problem, "detail", "title"));
        StringJoiner errors = new StringJoiner("; ", " [", "]").setEmptyValue("");
        for (JsonNode error : problem.path("errors")) {
            // An error about the request as a whole has an empty `field`.
            String field = JsonText.of(error, "field");
            errors.add(field.isEmpty() ? JsonText.of(error, "message") : field + ": " + JsonText.of(error, "message"));
        }
        line.append(errors);
        StringJoiner facts = new StringJoiner(", ", " (", ")").add(Integer.toString(status));
        if (problem.hasNonNull("code")) {
            facts.add(JsonText.of(problem, "code"));
        }
        if (problem.hasNonNull("requestId")) {
            facts.add("request " + JsonText.of(problem, "requestId"));
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

    private String unexpectedReply() {
        String shown = body.strip();
        if (shown.length() > MAX_SHOWN_CHARACTERS) {
            shown = shown.substring(0, MAX_SHOWN_CHARACTERS) + "…";
        }
        return "answered " + status + " in another format than Muster's; do --url and MUSTER_URL name a Muster server? "
                + (shown.isEmpty() ? "(nothing)" : shown);
    }

    private static String first(JsonNode node, String one, String other) {
        return node.hasNonNull(one) ? JsonText.of(node, one) : JsonText.of(node, other);
    }
}
