package dev.muster.console;

import org.jspecify.annotations.Nullable;

/// Why there is no page, for somebody to read: what happened, and what to do.
///
/// @param field of a form that it is about; null for none
public record Sorry(
        int status,
        String happened,
        String remedy,
        @Nullable String field) {
    static final Sorry NOT_OURS = new Sorry(
            403,
            "This did not come from a page of the console.",
            "Go back, load the page again and repeat what you did. Nothing was changed.");

    static final Sorry NO_PAGE = new Sorry(404, "There is no such page.", "Follow the links from the overview.");

    static final Sorry NO_TLS = new Sorry(
            403,
            "The console is not served here without TLS.",
            "Open it over https, or on the machine itself. Whoever runs the server: give it a certificate, or say with"
                    + " --public-url under which https address a proxy serves it.");

    static final Sorry NOT_YOURSELF =
            new Sorry(409, "You cannot do that to yourself.", "Another admin can. Nothing was changed.");

    Sorry(int status, String happened, String remedy) {
        this(status, happened, remedy, null);
    }
}
