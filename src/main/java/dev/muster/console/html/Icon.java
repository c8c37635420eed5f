package dev.muster.console.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The icons of the console, each from a file of Bootstrap Icons. Pages contain their drawings: browsers show a page
/// sooner than with references to a sprite, which they load, parse and copy for each page.
public enum Icon {
    OVERVIEW("speedometer2"),
    USERS("people"),
    JOBS("person-badge"),
    GROUPS("collection"),
    POLICIES("shield-check"),
    JOURNAL("journal-text"),
    INTEGRITY("patch-check"),
    KEYS("key"),
    WEBHOOKS("broadcast"),
    PING("send"),
    PAUSE("pause"),
    RESUME("play"),
    OPERATORS("person-gear"),
    APPROVALS("check2-square"),
    ACCOUNT("person-circle"),
    SEARCH("search"),
    MENU("list"),
    MORE("three-dots"),
    CLOSE("x-lg"),
    ADD("plus-lg"),
    EDIT("pencil"),
    DELETE("trash"),
    ERASE("eraser"),
    EXTEND("calendar-plus"),
    RELEASE("unlock"),
    HOLD("lock"),
    TIME("clock"),
    FILTER("funnel"),
    COLUMNS("layout-three-columns"),
    DOWNLOAD("download"),
    PREVIOUS("chevron-left"),
    NEXT("chevron-right"),
    SIGN_OUT("box-arrow-right"),
    WARNING("exclamation-triangle"),
    INFO("info-circle"),
    DONE("check-circle"),
    FLAG("flag"),
    EMPTY("inboxes"),
    CARD("credit-card-2-front"),
    DEVICE("pc-display"),
    ENVIRONMENT("layers"),
    KEYBOARD("keyboard"),
    PASTE("clipboard"),
    UNDO("arrow-counterclockwise");

    private static final String FOLDER = "/META-INF/resources/webjars/bootstrap-icons/1.13.1/icons/";

    private final String drawing;

    Icon(String file) {
        String svg = svg(file);
        drawing = svg.substring(svg.indexOf('>') + 1, svg.lastIndexOf("</svg>")).strip();
    }

    /// The elements within the `svg` element, for a `viewBox` of 16 by 16.
    public String drawing() {
        return drawing;
    }

    private static String svg(String file) {
        try (InputStream in = Icon.class.getResourceAsStream(FOLDER + file + ".svg")) {
            if (in == null) {
                throw new IllegalStateException("the program was built without the icon " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
