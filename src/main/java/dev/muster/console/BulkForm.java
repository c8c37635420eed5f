package dev.muster.console;

import static dev.muster.console.FormFields.orEmpty;

import dev.muster.http.Form;
import dev.muster.model.Command;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.time.Instant;
import java.util.Map;

/// The form that holds or releases many users, with its fields as typed. Fields that were not sent have their defaults.
///
/// @param action `place` or `release`
/// @param kind the hold's kind, as a wire name
/// @param end the choice of the end; see [HoldForm]
/// @param until the time typed as the end
public record BulkForm(String action, String kind, String end, String until, String reason, String note, String label) {
    /// The hidden field with [#effect()] of the form that was previewed.
    static final String PREVIEWED = "previewed";

    private static final String RELEASE = "release";

    static BulkForm of(Form form) {
        return new BulkForm(
                typed(form, "do", "place"),
                typed(form, "kind", HoldKind.SUSPENDED.wireName()),
                typed(form, "end", "none"),
                typed(form, "until", ""),
                typed(form, "reason", ""),
                typed(form, "note", ""),
                typed(form, "label", Hold.MAIN));
    }

    private static String typed(Form form, String name, String otherwise) {
        String typed = form.first(name);
        return typed == null ? otherwise : typed;
    }

    /// Returns a reader for the fields, including the defaults.
    FormFields fields() {
        Map<String, String> fields = Map.of(
                "do", action, "kind", kind, "end", end, "until", until, "reason", reason, "note", note, "label", label);
        return new FormFields(fields::get);
    }

    /// Reads the command. Records a fault if the hold would end in the past, which would be refused for each user.
    static Command command(FormFields in, Instant now) {
        if (RELEASE.equals(in.text("do"))) {
            return HoldForm.release(in);
        }
        Command.PlaceHold place = HoldForm.hold(in, null, now);
        Instant until = place.until();
        if (until != null && !until.isAfter(now)) {
            in.fault("until", "not_in_the_future", "Must be in the future.");
        }
        return place;
    }

    public boolean releases() {
        return RELEASE.equals(action);
    }

    /// Returns the fields that decide what happens to the users, as one text. Two forms with the same text have the
    /// same preview.
    public String effect() {
        return String.join(" ", action, kind, end, until, label);
    }

    /// Whether a form was edited after its preview was made. A form without [#PREVIEWED] counts as not edited: no page
    /// sends one, and whoever writes a request by hand knows what it contains.
    static boolean isEditedSincePreview(Form form) {
        String previewed = form.first(PREVIEWED);
        return previewed != null && !previewed.equals(of(form).effect());
    }

    /// Returns the query of the list of users from which the form was opened, so that *Cancel* leads back to it; empty
    /// if it was opened elsewhere.
    static String listQuery(PageVisit visit) {
        String kept = visit.form().first("list-query");
        if (kept != null) {
            return kept;
        }
        String from = orEmpty(visit.request().header("Referer"));
        String list = visit.base() + "/users?";
        int at = from.indexOf(list);
        return at < 0 ? "" : from.substring(at + list.length());
    }

    /// Returns the address of the list of users.
    static String list(PageVisit visit, String query) {
        return visit.base() + "/users" + (query.isEmpty() ? "" : "?" + query);
    }
}
