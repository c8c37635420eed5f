package dev.muster.model.validation;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Validates the form of webhook URLs. Whether an address may be called is decided elsewhere.
public final class WebhookUrls {
    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_PORT = 65_535;

    private WebhookUrls() {}

    /// Validates an absolute URL of ASCII characters, with a host and without user info and fragment. Returns null
    /// for null and after a fault.
    ///
    /// @param plain whether `http` is also accepted
    /// @param plainSetting the setting of the server that permits `http`, for the message
    public static @Nullable URI validated(
            Validator to, String field, @Nullable String raw, boolean plain, String plainSetting) {
        int before = to.faults().size();
        String text = to.line(field, raw, MAX_LENGTH);
        if (text == null || to.faults().size() > before) {
            return null;
        }
        URI url = parsed(text);
        if (url != null && !isFor(url, plain) && isFor(url, true)) {
            to.fault(
                    field,
                    "not_a_url",
                    "Must begin with https; the server's setting " + plainSetting + " permits http too.");
            return null;
        }
        if (url == null || !isFor(url, plain)) {
            to.fault(
                    field,
                    "not_a_url",
                    "Must be an absolute " + (plain ? "http or https" : "https")
                            + " URL with a host, without user and fragment.");
            return null;
        }
        return url;
    }

    private static @Nullable URI parsed(String text) {
        try {
            boolean ascii = text.chars().allMatch(c -> c > ' ' && c < 127);
            return ascii ? new URI(text) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isFor(URI url, boolean plain) {
        boolean scheme =
                "https".equalsIgnoreCase(url.getScheme()) || (plain && "http".equalsIgnoreCase(url.getScheme()));
        return scheme
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null
                && url.getPort() != 0
                && url.getPort() <= MAX_PORT;
    }
}
