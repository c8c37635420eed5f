package dev.muster.console.html;

import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import org.jspecify.annotations.Nullable;

/// An error message for people: what happened, and what to do about it.
///
/// @param field the form field that the error is about; null if there is none
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

    /// Returns the message for a request that did not reach a page.
    public static ErrorMessage of(Fault fault) {
        return switch (fault) {
            case Fault.NoSuchPath _ -> NO_PAGE;
            case Fault.Overloaded _ -> new ErrorMessage(503, fault.text(), "Try again in a moment.");
            case Fault.Internal _ ->
                new ErrorMessage(
                        500,
                        fault.text(),
                        "Try again. If the problem persists, contact the administrator of the server.");
            case Fault.MethodNotAllowed _,
                    Fault.Malformed _,
                    Fault.UriTooLong _,
                    Fault.HeadersTooLarge _,
                    Fault.BodyTooLarge _,
                    Fault.UnsupportedCoding _,
                    Fault.BodyTimedOut _,
                    Fault.TooManyAttempts _ -> new ErrorMessage(fault.status(), fault.text(), "Go back and try again.");
        };
    }

    /// Returns the message for an operator who cannot decide a request for approval.
    public static ErrorMessage of(Refusal.CannotDecide.Reason reason) {
        return switch (reason) {
            case NOT_AN_OPERATOR ->
                new ErrorMessage(409, "Only operators approve requests.", "Sign in as an operator.");
            case OWN_REQUEST ->
                new ErrorMessage(409, "You requested this yourself.", "Another operator has to approve it.");
            case RELATED ->
                new ErrorMessage(
                        409,
                        "One of you created the other, or the same operator or key created both of you.",
                        "An operator related to neither of you has to approve it.");
            case REQUESTER_GONE ->
                new ErrorMessage(
                        409,
                        "The requester no longer has the permissions for this.",
                        "Decline it. If it is still needed, request it yourself.");
            case CLOSED ->
                new ErrorMessage(409, "This request was already decided or has expired.", "Load the page again.");
            case CHANGED ->
                new ErrorMessage(
                        409, "The user has changed since this was requested.", "Look at the user, then decide again.");
            case CANNOT_WAIT ->
                new ErrorMessage(
                        409,
                        "One of these changes needs a second operator, and another cannot wait for one.",
                        "Make the changes one by one.");
        };
    }
}
