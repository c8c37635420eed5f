package dev.muster;

import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Status;
import dev.muster.model.Tag;
import dev.muster.model.User;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;

/// What is printed when the demonstration is ready: its keys, and commands that work when pasted into a POSIX shell.
///
/// @param users in their first standing
record DemoText(
        URI server,
        String apiKey,
        String apiSecret,
        String productionKey,
        String operator,
        String password,
        List<User> users) {

    String text() {
        User active = some(user -> is(user, Status.ACTIVE) && user.email() != null && user.tag() == Tag.USER);
        User other = some(user -> is(user, Status.ACTIVE) && user.email() != null && user.number() != active.number());
        User blocked = some(user -> is(user, Status.BLOCKED) && user.email() != null);
        User stacked = some(user -> user.holds().get(HoldKind.SUSPENDED, "legal") != null);
        User ending = some(user -> hasReason(user, "cooling_off"));
        User removed = some(user -> is(user, Status.REMOVED) && !user.isErased());
        StringBuilder text = new StringBuilder(4_000);
        text.append("""
                The demonstration is ready: tenant demo, environment test, %d users.

                API key      %s
                API secret   %s
                operator     %s, password %s
                production   %s (empty)
                """.formatted(users.size(), apiKey, apiSecret, operator, password, productionKey));
        text.append("\nMuster's own API\n");
        line(text, "the first three users", get("/v1/users?limit=3"));
        line(text, "who is suspended", get("/v1/users?status=suspended&limit=3"));
        line(text, "may they act? no, for three reasons", get("/v1/users/" + stacked.id() + "/standing"));
        line(
                text,
                "a suspension that ends by itself within five minutes",
                get("/v1/users/" + ending.id() + "/standing"));
        line(
                text,
                "suspend somebody",
                send(
                        "PUT",
                        "/v1/users/" + active.id() + "/holds/suspended",
                        "{\"reason\":\"card_reported_stolen\",\"until\":\"2099-12-31T00:00:00Z\"}"));
        line(text, "who did what to them", get("/v1/users/" + active.id() + "/history"));
        text.append("\nsignet\n");
        line(
                text,
                "register",
                send(
                        "POST",
                        "/partner/v1/register-user",
                        "{\"name\":\"Niamh O'Sullivan\",\"email\":\"niamh.osullivan@example.com\"}"));
        line(text, "list", get("/partner/v1/all-users?limit=3&offset=10"));
        line(text, "one of them", get("/partner/v1/get-user?userId=" + removed.id()));
        line(text, "suspend", send("PATCH", "/partner/v1/update-user", status(other, "suspended")));
        line(
                text,
                "a block is not lifted by accident: 409",
                send("PATCH", "/partner/v1/update-user", status(blocked, "active")));
        line(text, "remove", send("DELETE", "/partner/v1/remove-user", "{\"userId\":\"" + other.id() + "\"}"));
        line(text, "and bring back", send("PATCH", "/partner/v1/update-user", status(other, "active")));
        line(
                text,
                "an access token for an hour",
                "curl -sS -X POST " + quoted(server + "/dpop/v1/api/generate-token")
                        + " -H 'Content-Type: application/json' -d "
                        + quoted("{\"apiKey\":\"" + apiKey + "\",\"apiSecret\":\"" + apiSecret + "\"}"));
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String command) {
        text.append("# ").append(what).append('\n').append(command).append('\n');
    }

    private String get(String target) {
        return "curl -sS " + quoted(server + target) + " " + authorization();
    }

    private String send(String method, String target, String json) {
        return "curl -sS -X " + method + " " + quoted(server + target) + " " + authorization()
                + " -H 'Content-Type: application/json' -d " + quoted(json);
    }

    private String authorization() {
        return "-H " + quoted("Authorization: Bearer " + apiKey);
    }

    private static String status(User user, String status) {
        return "{\"userId\":\"" + user.id() + "\",\"status\":\"" + status + "\"}";
    }

    /// One word for a POSIX shell, whatever is in it.
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private User some(Predicate<User> wanted) {
        return users.stream().filter(wanted).findFirst().orElseThrow();
    }

    private static boolean is(User user, Status status) {
        // Nobody's hold is over yet: all of them have just been placed.
        List<Hold> holds = user.holds().all();
        return status
                == (holds.isEmpty() ? Status.ACTIVE : Status.of(holds.getFirst().kind()));
    }

    private static boolean hasReason(User user, String reason) {
        return user.holds().all().stream().anyMatch(hold -> reason.equals(hold.reason()));
    }
}
