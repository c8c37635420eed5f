package dev.muster.console;

import dev.muster.directory.Directory;
import dev.muster.directory.Request.Origin;
import dev.muster.directory.Request.Retry;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hands what a form asks for to the directory, on the operator's account.
final class Sender {
    /// The form of request ids.
    private static final String ONCE = "[!-~]{1,100}";

    private final Directory directory;

    Sender(Directory directory) {
        this.directory = directory;
    }

    /// A command on something of the realm.
    Result<Change> send(Visit visit, Command command) {
        return send(visit, new Write(visit.actor(), null, List.of(command), null), false);
    }

    /// A command on a user.
    ///
    /// @param version the one that the page showed; null for any
    /// @param rehearsal judged as it would be, and nothing is done
    Result<Change> send(Visit visit, UserRef user, Command command, @Nullable Long version, boolean rehearsal) {
        return send(visit, new Write(visit.actor(), user, List.of(command), version), rehearsal);
    }

    private Result<Change> send(Visit visit, Write write, boolean rehearsal) {
        return directory.execute(new dev.muster.directory.Request(
                visit.realm().id(),
                write,
                new Origin(
                        Console.NAME,
                        visit.request().serverId(),
                        visit.request().clientId(),
                        null),
                rehearsal ? null : retry(visit, write),
                rehearsal,
                visit.request().body().length));
    }

    /// A page has several forms, and a form may be for several users; each of them is sent once.
    private static @Nullable Retry retry(Visit visit, Write write) {
        String once = visit.form().first("once");
        if (once == null || !once.matches(ONCE)) {
            return null;
        }
        String path = visit.request().template();
        String form = path.substring(path.lastIndexOf('/') + 1);
        UserRef user = write.target();
        return Retry.of(once + "/" + form + (user == null ? "" : "/" + user.text()), Console.NAME, write);
    }
}
