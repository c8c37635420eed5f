package dev.muster.console;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteGateway;
import dev.muster.directory.Directory;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Form;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.security.Authenticator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends the command of a form to the directory on behalf of the operator. A form that is sent twice, because of a
/// second click, a reload or a retry by `console.js` after a broken connection, is executed once and gets the same
/// response both times.
final class CommandSender {
    /// The format of request ids.
    private static final String REQUEST_ID_FORMAT = "[!-~]{1,100}";

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)}");

    /// Fields that are ignored when two submissions of a form are compared. They include the passwords, because
    /// nothing derived from a password is stored for this comparison, not even a hash.
    private static final Set<String> IGNORED_FIELDS = Set.of("csrf", "once", "password", "new-password");

    /// How many times a second submission of a form waits, for [#WAIT_MILLIS] each, for the response to the first.
    private static final int MAX_WAITS = 50;

    private static final int WAIT_MILLIS = 100;

    private final WriteGateway gateway;
    private final Authenticator authenticator;

    CommandSender(Directory directory, Authenticator authenticator) {
        this.gateway = new WriteGateway(directory, Console.NAME);
        this.authenticator = authenticator;
    }

    /// Executes a command that is not about a user.
    ///
    /// @throws RefusedException if it is refused
    Change carryOut(PageVisit visit, Command command) {
        return RefusedException.unlessRefused(send(visit, command));
    }

    /// Executes a command that is not about a user.
    Result<Change> send(PageVisit visit, Command command) {
        Write write = new Write(visit.actor(), null, List.of(command), null);
        return send(visit, write, retry(visit, write), false);
    }

    /// Executes a command on a user.
    ///
    /// @param version the version that the page showed; null for any version
    /// @param objection the refusal to return instead of executing the form; null if the form may be executed. A
    ///     form that was already executed still gets its original response, because the form itself may have caused
    ///     the objection
    Result<Change> send(
            PageVisit visit, UserRef user, Command command, @Nullable Long version, @Nullable Refusal objection) {
        return send(visit, user, command, version, objection, 1);
    }

    /// Executes a command on a user as part of a bulk change.
    ///
    /// @param together the number of users in the bulk change
    Result<Change> send(
            PageVisit visit,
            UserRef user,
            Command command,
            @Nullable Long version,
            @Nullable Refusal objection,
            int together) {
        Write write =
                new Write(visit.actor(), user, List.of(command), version == null ? null : Set.of(version), together);
        Retry retry = retry(visit, write);
        if (objection == null) {
            return send(visit, write, retry, false);
        }
        if (retry == null) {
            return Result.refused(objection);
        }
        // If the idempotency key was already used, a preview returns the original result.
        Result<Change> earlier = send(visit, write, retry, true);
        boolean known = earlier instanceof Result.Ok<Change>(var change) && change.replayed();
        return known ? earlier : Result.refused(objection);
    }

    /// Executes several commands on a user atomically.
    ///
    /// @param version the version that the page showed; null for any version
    Result<Change> send(PageVisit visit, UserRef user, List<Command> commands, @Nullable Long version) {
        Write write = new Write(visit.actor(), user, commands, version == null ? null : Set.of(version));
        return send(visit, write, retry(visit, write), false);
    }

    /// Returns the result that a command would have, without changing anything.
    Result<Change> preview(PageVisit visit, UserRef user, Command command, int together) {
        return send(visit, new Write(visit.actor(), user, List.of(command), null, together), null, true);
    }

    /// Sends a write. If the same form is already being executed, waits for its result. Logs a refusal for lack of
    /// permission.
    private Result<Change> send(PageVisit visit, Write write, @Nullable Retry retry, boolean preview) {
        long realm = visit.realm().id();
        Result<Change> result = gateway.send(visit.request(), realm, write, retry, preview);
        try {
            for (int i = 0; i < MAX_WAITS && isInFlight(result); i++) {
                Thread.sleep(WAIT_MILLIS);
                result = gateway.send(visit.request(), realm, write, retry, preview);
            }
        } catch (InterruptedException e) {
            // The server is stopping.
            Thread.currentThread().interrupt();
        }
        return authenticator.noted(visit.visitor().caller(), RemoteClients.of(visit.request()), result);
    }

    private static boolean isInFlight(Result<Change> result) {
        return result instanceof Result.Refused<Change>(Refusal.InFlight _);
    }

    /// Returns the idempotency key of the form; null if the form has no request id. The key includes the path and
    /// the user, because a page can have several forms, and a form can be about several users.
    ///
    /// The fields are compared as typed, because the command may differ each time, for example if it places a
    /// hold that ends a week from now.
    private static @Nullable Retry retry(PageVisit visit, Write write) {
        Form form = visit.form();
        String once = form.first("once");
        if (once == null || !once.matches(REQUEST_ID_FORMAT)) {
            return null;
        }
        String path = PARAMETER
                .matcher(visit.request().template())
                .replaceAll(found -> Matcher.quoteReplacement(visit.request().path(found.group(1))));
        String about =
                path + (write.target() == null ? "" : " " + write.target().text());
        StringBuilder asked = new StringBuilder();
        append(asked, about);
        for (String name : new TreeSet<>(form.names())) {
            if (!IGNORED_FIELDS.contains(name)) {
                append(asked, name);
                form.all(name).forEach(value -> append(asked, value));
            }
        }
        return new Retry(once + " " + about, Digest.sha256(asked.toString()));
    }

    /// Prefixes each part with its length, so that different parts never concatenate to the same string.
    private static void append(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }
}
