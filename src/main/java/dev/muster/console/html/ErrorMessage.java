package dev.muster.console.html;

import org.jspecify.annotations.Nullable;

/// An error for people to read: what happened, and what to do.
///
/// @param field the form field it is about; null if it is not about one
public record ErrorMessage(
        int status,
        String happened,
        String remedy,
        @Nullable String field) {
    public static final ErrorMessage NOT_OURS = new ErrorMessage(
            403,
            "This did not come from a page of the console.",
            "Go back, load the page again and repeat what you did. Nothing was changed.");

    public static final ErrorMessage NO_PAGE =
            new ErrorMessage(404, "There is no such page.", "Follow the links from the overview.");

    public static final ErrorMessage NO_TLS = new ErrorMessage(
            403,
            "The console is not served here without TLS.",
            "Open it over https, or on the machine itself. The administrator of the server can give it a certificate,"
                    + " or set --public-url to the https address at which a proxy serves it.");

    public static final ErrorMessage NOT_YOURSELF =
            new ErrorMessage(409, "You cannot do that to yourself.", "Another admin can. Nothing was changed.");

    public ErrorMessage(int status, String happened, String remedy) {
        this(status, happened, remedy, null);
    }
}
