package dev.muster.console;

import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.credential.Actor;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import dev.muster.security.ConsoleSessions.Visitor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A request of an operator who is signed in to the realm that its path names.
record PageVisit(Request request, Visitor visitor) {
    Actor actor() {
        return visitor.caller().actor();
    }

    Realm realm() {
        return visitor.caller().realm();
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

    /// To `path`, whose page then says what was done: the address carries a word for it, and a mark which only this
    /// session can make, so that no link says what is not so.
    Reply done(String path, Flash done) {
        return Pages.seeOther(new LinkBuilder(path)
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

    /// The form that came; only for a POST.
    Form form() {
        return request.form();
    }
}
