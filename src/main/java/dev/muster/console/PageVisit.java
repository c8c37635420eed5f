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

/// A request of an operator who is signed in to the realm that its path names.
///
/// @param section the part of the console that the page is in
/// @param error why the form that was sent is shown again; null when it is not
/// @param resumed the form that is gone on with, in the place of the one that the request has; null for none
record PageVisit(
        Request request,
        Visitor visitor,
        NavSection section,
        @Nullable ErrorMessage error,
        @Nullable Form resumed) {
    /// The same visit, whose page shows an error.
    PageVisit with(ErrorMessage why) {
        return new PageVisit(request, visitor, section, why, resumed);
    }

    /// The same visit with a form that is gone on with.
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

    /// The path under which everything of this realm is, as a browser asks for it.
    String base() {
        return request.at(base(realm()));
    }

    /// As [#base()], but as this server knows it.
    static String base(Realm realm) {
        return Console.BASE + "/" + realm.partnerId() + "/"
                + realm.environment().word();
    }

    // What was sent.

    /// The id that the path has under this name, which is also the name of its type.
    ///
    /// @throws RefusedException when it is not an id
    UUID id(String type) {
        String text = request.path(type);
        UUID id = FormFields.uuid(text);
        if (id == null) {
            throw new RefusedException(new Refusal.NotFound(type, text));
        }
        return id;
    }

    /// The form that came, or the one that is gone on with; only for a POST.
    Form form() {
        return resumed == null ? request.form() : resumed;
    }

    /// Reads that form.
    FormFields fields() {
        return new FormFields(form()::first);
    }

    /// Reads the parameters of the address.
    FormFields query() {
        return new FormFields(request::query);
    }

    // Where to go.

    /// The address of the following part of a list below [#base()]; null at its end.
    ///
    /// @param after where that part begins
    @Nullable
    String next(String path, @Nullable Object after) {
        return after == null
                ? null
                : new LinkBuilder(base() + path).with("after", after.toString()).toString();
    }

    /// To `path` below [#base()], whose page then says what was done: the address carries a word for it, and a mark
    /// that only this session can make, so that nobody can send a link that claims something was done.
    Reply done(String path, Flash done) {
        return Pages.seeOther(new LinkBuilder(base() + path)
                .with("done", done.word() + "." + mark(done))
                .toString());
    }

    /// What was done just now, as a sentence; null for nothing.
    @Nullable
    String done() {
        String said = request.query("done");
        for (Flash done : Flash.values()) {
            if ((done.word() + "." + mark(done)).equals(said)) {
                return done.sentence();
            }
        }
        return null;
    }

    private String mark(Flash done) {
        byte[] hash = Digest.sha256(visitor.formToken() + " " + done.word()).bytes();
        return HexFormat.of().formatHex(hash, 0, 8);
    }
}
