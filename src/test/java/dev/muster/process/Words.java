package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.HttpApi;
import dev.muster.http.Route;

/// Checks that refusals have the format of their dialect. Fails for an API that this class does not know.
final class Words {
    private Words() {}

    /// Fails unless `answer` is a refusal in the format of the API, or in the server's own format if the request
    /// was refused before its API was known.
    ///
    /// @param what the description of the request in failure messages
    static void refused(String what, HttpApi httpApi, Route route, String target, Client.Answer answer) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String said = what + ": " + answer.headers() + " " + answer;
        if (answer.status() == 414 && "text/plain; charset=utf-8".equals(answer.header("Content-Type"))) {
            // The path was too long to be read, so the server did not know the API.
            assertThat(target.length()).as(said).isGreaterThan(8_000);
            return;
        }
        assertThat(answer.header("X-Request-Id")).as(said).isNotEmpty();
        boolean anothers = !Seed.pattern(route.template()).matcher(path).matches()
                && (httpApi.base().isEmpty() || !(path + "/").startsWith(httpApi.base() + "/"));
        String dialect = anothers ? ofAnother(answer) : httpApi.name();
        boolean plain = "text/plain; charset=utf-8".equals(answer.header("Content-Type")) && answer.status() == 400;
        if (anothers && plain) {
            return;
        }
        switch (dialect) {
            case "rest" -> rest(said, answer);
            case "signet" -> signet(said, answer);
            case "smileid", "smileid-block-user" -> enrollee(said, answer);
            case "smileid-jobs" -> job(said, answer);
            case "allthenticate" -> allthenticate(said, answer);
            case "epixel" -> epixel(said, answer);
            case "console" -> console(said, answer);
            default -> throw new AssertionError("no words are known of the face " + dialect);
        }
    }

    /// Determines the API from the format of the response, because a mutated path may belong to another API. The
    /// response must then match the format of that API completely.
    private static String ofAnother(Client.Answer answer) {
        if (answer.header("Content-Type").equals("application/problem+json")) {
            return "rest";
        }
        if (answer.header("Content-Type").startsWith("text/html")) {
            return "console";
        }
        Fields json = answer.json();
        if (json.any("success") != null) {
            return "signet";
        }
        if (json.any("status_code") != null) {
            return "epixel";
        }
        if (json.any("code") != null && json.any("error") != null) {
            return "smileid-jobs";
        }
        return json.any("error") != null ? "allthenticate" : "smileid";
    }

    private static void rest(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/problem+json");
        Fields problem = answer.json();
        assertThat(problem.number("status")).as(said).isEqualTo(answer.status());
        assertThat(problem.text("requestId")).as(said).isEqualTo(answer.header("X-Request-Id"));
        assertThat(problem.text("type")).as(said).endsWith(problem.text("code"));
        assertThat(problem.text("title")).as(said).isNotEmpty();
        assertThat(problem.text("detail")).as(said).isNotEmpty();
    }

    private static void signet(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/json");
        Fields envelope = answer.json();
        assertThat(envelope.flag("success")).as(said).isFalse();
        assertThat(envelope.text("message")).as(said).isNotEmpty();
        envelope.in("errors");
    }

    private static void enrollee(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/json");
        Fields envelope = answer.json();
        assertThat(envelope.text("message")).as(said).isNotEmpty();
        assertThat(envelope.text("status")).as(said).isNotEmpty();
    }

    private static void job(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/json");
        assertThat(answer.json().text("error")).as(said).isNotEmpty();
    }

    private static void allthenticate(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/json");
        assertThat(answer.json().text("error")).as(said).isNotEmpty();
    }

    /// Asserts that the response is a page that explains what happened and what to do, and that it forbids scripts.
    private static void console(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.header("Content-Security-Policy")).as(said).contains("default-src 'none'");
        assertThat(answer.header("X-Content-Type-Options")).as(said).isEqualTo("nosniff");
        assertThat(answer.text())
                .as(said)
                .containsPattern("<h1[ >]")
                .containsPattern(
                        "role=\"alert\">\\s*<div>\\s*<p class=\"alert-title\">(<bdi>)?[^<]+(</bdi>)?</p>\\s*<p>(<bdi>)?[^<]+(</bdi>)?</p>");
    }

    private static void epixel(String said, Client.Answer answer) {
        assertThat(answer.header("Content-Type")).as(said).isEqualTo("application/json");
        Fields envelope = answer.json();
        assertThat(envelope.number("status_code")).as(said).isEqualTo(answer.status());
        envelope.in("errors");
        envelope.in("data");
    }
}
