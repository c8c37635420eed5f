package dev.muster.demo;

import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Status;
import dev.muster.model.Tag;
import dev.muster.model.User;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// What is printed when the demonstration is ready: its keys, and commands that work when pasted into a POSIX shell.
///
/// @param users in their first standing
record DemoText(
        URI server,
        String partner,
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
        User fraud = some(user -> is(user, Status.FRAUD) && user.externalId() != null);
        User guest = some(user -> is(user, Status.ACTIVE) && user.tag() == Tag.GUEST);
        StringBuilder text = new StringBuilder(4_000);
        text.append("""
                The demonstration is ready: tenant demo, environment test, %d users.

                API key      %s
                API secret   %s
                operator     %s, password %s
                console      %s/console/sign-in?tenant=%s&environment=test
                production   %s (empty)
                """.formatted(users.size(), apiKey, apiSecret, operator, password, server, partner, productionKey));
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
        line(text, "what they belong to and have access to", get("/v1/users/" + active.id() + "/policies"));
        line(text, "jobs that failed under a fraud hold and wait for review", get("/v1/jobs?review=open&limit=3"));
        line(text, "submit one", send("POST", "/v1/jobs", "{\"jobId\":\"try-1\",\"type\":5}"));
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
        allthenticate(text, active, guest);
        epixel(text, blocked);
        smileid(
                text,
                fraud,
                some(user -> user.number() % 4 == 1 && is(user, Status.ACTIVE) && user.externalId() != null));
        return text.toString();
    }

    private void allthenticate(StringBuilder text, User active, User guest) {
        text.append("\nallthenticate\n");
        line(text, "all guests, as one array", get("/multipleusers?user_tag=GUEST"));
        line(text, "what one of them has", get("/user?email_id=" + active.number()));
        line(text, "make a guest one of us", form("/promoteguest", "email_id=" + guest.number()));
        line(text, "suspend, and the same again frees", form("/togglesuspension", "email_id=" + guest.number()));
        line(
                text,
                "hand out a smart card",
                form("/modifysmartcard", "email_id=" + guest.number(), "smartcards=[{\"number\":\"940071\"}]"));
    }

    private String form(String target, String... parameters) {
        StringBuilder command =
                new StringBuilder("curl -sS " + quoted(server + target) + " -H " + quoted("X-API-Key: " + apiKey));
        for (String parameter : parameters) {
            command.append(" --data-urlencode ").append(quoted(parameter));
        }
        return command.toString();
    }

    private void epixel(StringBuilder text, User blocked) {
        text.append("\nepixel\n");
        String key = "-H " + quoted("apikey: " + apiKey);
        String login = "curl -sS " + quoted(server + "/api/v1/user/login/") + " " + key + " -F "
                + quoted("username=" + operator) + " -F " + quoted("password=" + password);
        line(text, "sign in as an operator", login);
        for (String call : List.of("unblock", "block")) {
            line(
                    text,
                    call + " somebody",
                    "access=$(" + login + " | sed 's/.*\"access\":\"\\([^\"]*\\)\".*/\\1/'); curl -sS "
                            + quoted(server + "/api/v1/" + call + "/user/") + " " + key
                            + " -H \"Authorization: Bearer $access\" -F "
                            + quoted("unique_id=" + blocked.id()));
        }
    }

    /// Signed as the vendor has it: over the time, the partner and a fixed word, with the API secret.
    ///
    /// @param enrolled one whom [DemoActivity] has enrol
    private void smileid(StringBuilder text, User fraud, User enrolled) {
        text.append("\nsmileid\n");
        line(text, "take a fraud flag away", enrollee(userId(fraud) + ",\"is_fraudulent\":false"));
        line(text, "allow somebody to enrol again", enrollee(userId(enrolled) + ",\"allow_new_enroll\":true"));
        String upload = signed(
                "/smileid/v1/upload",
                "\"smile_client_id\":\"" + partner
                        + "\",\"partner_params\":{\"user_id\":\"new-face\",\"job_id\":\"try-2\",\"job_type\":4}");
        line(
                text,
                "enrol a new face: reserve the job, then upload what was taken",
                "url=$(" + upload + " | sed 's/.*\"upload_url\":\"\\([^\"]*\\)\".*/\\1/'); echo " + zip()
                        + " | base64 -d | curl -sS -X PUT \"$url\" -H 'Content-Type: application/zip' --data-binary @-");
        line(
                text,
                "and how it ended",
                signed(
                        "/smileid/v1/job_status",
                        "\"partner_id\":\"" + partner
                                + "\",\"user_id\":\"new-face\",\"job_id\":\"try-2\",\"image_links\":false,\"history\":false"));
    }

    private static String userId(User user) {
        return "\"user_id\":\"" + Objects.requireNonNull(user.externalId()).text() + "\"";
    }

    private String enrollee(String flags) {
        return signed(
                "/api/v2/partner/enrollee",
                "\"partner_id\":\"" + partner + "\",\"environment\":\"test\",\"email\":\"you@example.com\"," + flags);
    }

    private String signed(String target, String members) {
        return "ts=$(date -u +%Y-%m-%dT%H:%M:%S.000Z); sig=$(printf '%s' \"$ts\"" + quoted(partner + "sid_request")
                + " | openssl dgst -sha256 -hmac " + quoted(apiSecret) + " -binary | base64); curl -sS "
                + quoted(server + target) + " -H 'Content-Type: application/json' -d " + quoted("{" + members)
                + "',\"timestamp\":\"'\"$ts\"'\",\"signature\":\"'\"$sig\"'\"}'";
    }

    /// The smallest upload that is taken: a zip with an `info.json`, as text.
    private static String zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("info.json"));
            zip.write("{\"images\":[]}".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
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
