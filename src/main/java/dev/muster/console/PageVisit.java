package dev.muster.console;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.NavSection;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import dev.muster.security.ConsoleSessions.Visitor;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A request by an operator who is signed in to the realm in its path.
///
/// @param section the section of the console that the page belongs to
/// @param error the error to show on the page; null if there is none
/// @param resumed the kept form that replaces the request's own; null if there is none
record PageVisit(
        Request request,
        Visitor visitor,
        NavSection section,
        @Nullable ErrorMessage error,
        @Nullable Form resumed) {
    /// Returns a copy with an error to show on its page.
    PageVisit with(ErrorMessage why) {
        return new PageVisit(request, visitor, section, why, resumed);
    }

    /// Returns a copy that uses a kept form instead of the request's own.
    PageVisit resuming(Form form) {
        return new PageVisit(request, visitor, section, error, form);
    }

    Actor actor() {
        return visitor.caller().actor();
    }

    Realm realm() {
        return visitor.caller().realm();
    }

    long realmId() {
        return realm().id();
    }

    /// The path of the realm's pages, as browsers request it.
    String base() {
        return request.at(base(realm()));
    }

    /// Like [#base()], but without the path prefix of a proxy.
    static String base(Realm realm) {
        return Console.BASE + "/" + realm.partnerId() + "/"
                + realm.environment().wireName();
    }

    /// The realm's part of a download's file name, such as `acme-production`.
    String fileName() {
        return realm().partnerId() + "-" + realm().environment().wireName();
    }

    // Input

    /// Returns the id in a path parameter, whose name is also the type of object in a refusal.
    ///
    /// @throws RefusedException if it is not an id
    UUID id(String type) {
        String text = request.path(type);
        UUID id = FormFields.uuid(text);
        if (id == null) {
            throw new RefusedException(new Refusal.NotFound(type, text));
        }
        return id;
    }

    /// Returns the submitted form or, if there is one, the kept form that replaces it. Only POST requests have a
    /// form.
    Form form() {
        return resumed == null ? request.form() : resumed;
    }

    /// Returns a reader for the form.
    FormFields fields() {
        return new FormFields(form()::first);
    }

    /// Returns a reader for the query parameters.
    FormFields query() {
        return new FormFields(request::query);
    }

    // Links

    /// Returns the link to the next page of a list below [#base()]; null on the last page.
    ///
    /// @param after the position at which the next page begins; null on the last page
    @Nullable
    String next(String path, @Nullable Object after) {
        return after == null
                ? null
                : new LinkBuilder(base() + path).with("after", after.toString()).toString();
    }

    /// Redirects to the page at `path` below [#base()], which then reports the change. The address contains the
    /// message's name and a signature that only this session can create, so that a link from elsewhere cannot claim
    /// that something was done.
    Reply done(String path, Flash done) {
        return Pages.seeOther(new LinkBuilder(base() + path)
                .with("done", done.wireName() + "." + mark(done.wireName()))
                .toString());
    }

    /// Like [#done(String, Flash)], but for a message with a detail, such as a user's id or a hold's new end, which
    /// the page at `path` shows. The detail must not be personal data, because it is part of the address.
    Reply done(String path, Flash done, String about) {
        return Pages.seeOther(new LinkBuilder(base() + path)
                .with("done", done.wireName() + "." + mark(done.wireName() + " " + about))
                .with("about", about)
                .toString());
    }

    /// Returns the detail of this message; null if the message was not just reported.
    @Nullable
    String about(Flash done) {
        String about = request.query("about");
        return about != null
                        && (done.wireName() + "." + mark(done.wireName() + " " + about)).equals(request.query("done"))
                ? about
                : null;
    }

    /// Returns a sentence about what was just done; null if nothing was done, or if the page itself reports it,
    /// using [#about(Flash)].
    @Nullable
    String done() {
        String said = request.query("done");
        String ended = about(Flash.HOLD_CHANGED);
        if (ended != null) {
            return HoldForm.nowEnds(ended);
        }
        for (Flash done : Flash.values()) {
            if ((done.wireName() + "." + mark(done.wireName())).equals(said)) {
                return done.sentence();
            }
        }
        return null;
    }

    private String mark(String message) {
        byte[] hash = Digest.sha256(visitor.formToken() + " " + message).bytes();
        return HexFormat.of().formatHex(hash, 0, 8);
    }
}
