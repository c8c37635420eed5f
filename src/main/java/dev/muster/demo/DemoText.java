package dev.muster.demo;

import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The text that is printed when the demo is ready: its keys, and commands to paste into a POSIX shell. It is the
/// resource `demo/commands.txt` with its placeholders filled in.
///
/// @param users the users as they are at the end of the history
record DemoText(
        URI server,
        String partner,
        String apiKey,
        String apiSecret,
        String productionKey,
        String operator,
        String password,
        List<User> users) {
    private static final String COMMANDS = "/demo/commands.txt";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    String text() {
        User active = some(user -> is(user, Status.ACTIVE) && user.email() != null && user.tag() == Tag.USER);
        User other = some(user -> is(user, Status.ACTIVE) && user.email() != null && user.number() != active.number());
        User guest = some(user -> is(user, Status.ACTIVE) && user.tag() == Tag.GUEST);
        User fraud = some(user -> is(user, Status.FRAUD) && user.externalId() != null);
        // DemoHistory enrols users with these numbers.
        User enrolled = some(user -> user.number() % 4 == 1 && is(user, Status.ACTIVE) && user.externalId() != null);
        Map<String, Object> values = new HashMap<>();
        values.put("users", users.size());
        values.put("server", server);
        values.put("partner", partner);
        values.put("key", apiKey);
        values.put("secret", apiSecret);
        values.put("production", productionKey);
        values.put("operator", operator);
        values.put("password", password);
        values.put("active", active.id());
        values.put("activeNumber", active.number());
        values.put("other", other.id());
        values.put("guestNumber", guest.number());
        values.put(
                "blocked",
                some(user -> is(user, Status.BLOCKED) && user.email() != null).id());
        values.put(
                "stacked",
                some(user -> user.holds().get(HoldKind.SUSPENDED, "legal") != null)
                        .id());
        values.put("ending", some(user -> hasReason(user, "cooling_off")).id());
        values.put(
                "removed",
                some(user -> is(user, Status.REMOVED) && !user.isErased()).id());
        values.put("fraudExternalId", externalId(fraud));
        values.put("enrolledExternalId", externalId(enrolled));
        values.put("zip", zip());
        values.put("json", "-H 'Content-Type: application/json'");
        values.put("bearer", "-H 'Authorization: Bearer " + apiKey + "'");
        String login = "curl -sS '" + server + "/api/v1/user/login/' -H 'apikey: " + apiKey + "' -F 'username="
                + operator + "' -F 'password=" + password + "'";
        values.put("login", login);
        values.put("access", "access=$(" + login + " | sed 's/.*\"access\":\"\\([^\"]*\\)\".*/\\1/');");
        // The vendor's signature covers the time, the partner id and a fixed word, and is keyed with the API secret.
        values.put(
                "sign",
                "ts=$(date -u +%Y-%m-%dT%H:%M:%S.000Z); sig=$(printf '%s' \"$ts\"'" + partner
                        + "sid_request' | openssl dgst -sha256 -hmac '" + apiSecret + "' -binary | base64);");
        values.put("signature", "',\"timestamp\":\"'\"$ts\"'\",\"signature\":\"'\"$sig\"'\"}'");
        return PLACEHOLDER
                .matcher(resource(COMMANDS))
                .replaceAll(found ->
                        Matcher.quoteReplacement(Objects.requireNonNull(values.get(found.group(1)), found.group())
                                .toString()));
    }

    /// Reads a resource as text.
    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(DemoText.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String externalId(User user) {
        return Objects.requireNonNull(user.externalId()).text();
    }

    /// Returns the smallest upload that is accepted, as Base64: a zip file with an `info.json`.
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

    private User some(Predicate<User> wanted) {
        return users.stream().filter(wanted).findFirst().orElseThrow();
    }

    private static boolean is(User user, Status status) {
        // Does not check when the holds end, because the history leaves only holds that end in the future.
        List<Hold> holds = user.holds().all();
        return status
                == (holds.isEmpty() ? Status.ACTIVE : Status.of(holds.getFirst().kind()));
    }

    private static boolean hasReason(User user, String reason) {
        return user.holds().all().stream().anyMatch(hold -> reason.equals(hold.reason()));
    }
}
