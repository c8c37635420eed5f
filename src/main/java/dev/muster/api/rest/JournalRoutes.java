package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RemoteClients;
import dev.muster.directory.Directory;
import dev.muster.directory.Journal;
import dev.muster.directory.Page;
import dev.muster.directory.chores.Difference;
import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.JournalQuery.Order;
import dev.muster.http.Reply;
import dev.muster.model.Event;
import dev.muster.model.Result;
import dev.muster.model.user.UserRef;
import dev.muster.security.SecurityLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Serves, verifies and exports the journal.
record JournalRoutes(Directory directory, Journal journal, Reconciliation reconciliation, SecurityLog log) {
    private static final String NDJSON = "application/x-ndjson";
    private static final String CHECKPOINTS = "text/plain; charset=us-ascii";
    private static final int ACTION = 64;
    private static final int EXPORT_BUFFER = 64 << 10;

    Reply history(RestCall call) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        PageRequest listing = PageRequest.byNumberWithoutOffset(in);
        Page<JournalEntry> page = unlessRefused(
                directory.history(call.actor(), call.realm(), ref, listing.limit(), listing.afterNumber()));
        return listing.reply(page, RestJson::entry);
    }

    Reply list(RestCall call) {
        RestFields in = call.input();
        String action = in.checks().line("action", in.parameter("action"), ACTION);
        UUID actor = in.idParameter("actor");
        Event.Subject subject = subject(in);
        Instant since = in.instantParameter("since");
        Instant until = in.instantParameter("until");
        PageRequest listing = PageRequest.ofEntries(in);
        Page<JournalEntry> page = unlessRefused(journal.following(
                call.actor(),
                call.realm(),
                new JournalQuery(
                        action,
                        actor,
                        subject,
                        since,
                        until,
                        Order.OLDEST_FIRST,
                        listing.limit(),
                        listing.afterNumber())));
        // Empty pages are not logged, because a client that follows the journal gets many of them.
        if (!page.items().isEmpty()) {
            log.journalRead(call.caller(), RemoteClients.of(call.request()));
        }
        return listing.reply(page, RestJson::entry);
    }

    Reply head(RestCall call) {
        call.input().check();
        Journal.Head head = unlessRefused(journal.head(call.actor(), call.realm()));
        return Reply.json(
                200,
                json -> json.object()
                        .field("seq", head.seq())
                        .field("head", head.head())
                        .end());
    }

    Reply verify(RestCall call) {
        call.input().check();
        ChainVerification found = unlessRefused(journal.verify(call.actor(), call.realm()));
        return Reply.json(200, json -> {
            json.object()
                    .field("valid", found.valid())
                    .field("entries", found.entries())
                    .field("head", found.head());
            if (found.firstBad() != null) {
                json.field("firstBad", found.firstBad());
            }
            json.fieldIfPresent("reason", found.reason()).end();
        });
    }

    Reply reconcile(RestCall call) {
        call.input().check();
        Reconciliation.Report found = unlessRefused(reconciliation.reconcile(call.actor(), call.realm()));
        return Reply.json(200, json -> {
            json.object()
                    .field("consistent", found.consistent())
                    .field("users", found.users())
                    .field("keys", found.keys())
                    .field("operators", found.operators())
                    .array("differences");
            for (Difference difference : found.differences()) {
                json.object()
                        .field("subject", difference.subject())
                        .field("field", difference.field())
                        .field("journal", difference.journal())
                        .field("row", difference.row())
                        .end();
            }
            json.end().field("truncated", found.truncated()).end();
        });
    }

    /// Exports all entries, one per line. A refusal before the export starts is sent as an ordinary reply; any
    /// later refusal or failure aborts the reply, so that clients notice that it is incomplete.
    Reply export(RestCall call) {
        call.input().check();
        unlessRefused(journal.head(call.actor(), call.realm()));
        return Reply.stream(200, NDJSON, out -> export(call, out)).compressible();
    }

    private void export(RestCall call, OutputStream out) throws IOException {
        BufferedOutputStream lines = new BufferedOutputStream(out, EXPORT_BUFFER);
        Result<Journal.Head> result = journal.export(call.actor(), call.realm(), lines::write);
        if (result instanceof Result.Refused<Journal.Head>(var refusal)) {
            throw new IOException("the export was refused while it was streamed: " + refusal);
        }
        lines.flush();
    }

    /// Exports the signed checkpoints of all servers, one per line.
    Reply checkpoints(RestCall call) {
        call.input().check();
        unlessRefused(journal.head(call.actor(), call.realm()));
        return Reply.stream(200, CHECKPOINTS, out -> checkpoints(call, out));
    }

    private void checkpoints(RestCall call, OutputStream out) throws IOException {
        BufferedOutputStream lines = new BufferedOutputStream(out, EXPORT_BUFFER);
        if (journal.checkpoints(call.actor(), call.realm(), lines) instanceof Result.Refused<Boolean>(var refusal)) {
            throw new IOException("the export was refused while it was streamed: " + refusal);
        }
        lines.flush();
    }

    /// Parses a subject such as `user:0191d3a4-…`.
    private static Event.@Nullable Subject subject(RestFields in) {
        String text = in.parameter("subject");
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        UUID id = colon < 0 ? null : RestFields.uuid(text.substring(colon + 1));
        for (Event.Subject.Type type : Event.Subject.Type.values()) {
            if (id != null && type.wireName().equals(text.substring(0, colon))) {
                return new Event.Subject(type, id);
            }
        }
        in.fault("subject", "not_a_subject", "Must be a type and an id, such as user: and the user's id.");
        return null;
    }
}
