package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An operator who is signed in to the console, and sends requests as a browser does.
///
/// @param cookie the name and value of the session cookie
/// @param token the CSRF token that every form contains
record Browser(URI address, String cookie, String token) {
    static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    static Browser signedIn(URI address, String partner, String environment, String username, String password)
            throws IOException {
        Map<String, Object> form =
                Map.of("partner", partner, "environment", environment, "username", username, "password", password);
        Client.Answer in =
                Client.once(address, null, "POST", "/console/sign-in", form(form), FORM, "Origin: " + address);
        assertThat(in.status()).as("%s", in).isEqualTo(303);
        String cookie = in.header("Set-Cookie").replaceAll(";.*", "");
        String users = "/console/" + partner + "/" + environment + "/users";
        Client.Answer page = Client.once(address, null, "GET", users, new byte[0], "Cookie: " + cookie);
        Matcher token = TOKEN.matcher(page.text());
        assertThat(token.find()).as("%s", page).isTrue();
        return new Browser(address, cookie, token.group(1));
    }

    /// Returns the headers that a browser sends with every request from a console page.
    List<String> headers() {
        return List.of("Cookie: " + cookie, "Origin: " + address, "X-CSRF-Token: " + token);
    }

    Client.Answer send(String method, String target, Map<String, ?> fields, String... more) throws IOException {
        String[] headers =
                Arrays.copyOf(headers().toArray(String[]::new), headers().size() + more.length + 1);
        System.arraycopy(more, 0, headers, headers().size(), more.length);
        headers[headers.length - 1] = method.equals("GET") ? "Accept: text/html" : FORM;
        return Client.once(address, null, method, target, method.equals("GET") ? new byte[0] : form(fields), headers);
    }

    /// Encodes the fields of a form.
    static byte[] form(Map<?, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(Object text) {
        return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
    }
}
