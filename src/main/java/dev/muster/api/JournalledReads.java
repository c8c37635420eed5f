package dev.muster.api;

import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.JournalCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import java.util.List;

/// Records reads of the most sensitive data (exports of the journal, and evidence) in the journal and in the security
/// log. The journal entry is written before anything is sent. A read that cannot be recorded in the journal is refused,
/// unless storage is full; it is then recorded only in the security log.
public final class JournalledReads {
    private final WriteGateway gateway;
    private final Authenticator authenticator;

    public JournalledReads(WriteGateway gateway, Authenticator authenticator) {
        this.gateway = gateway;
        this.authenticator = authenticator;
    }

    /// Records an export of the realm's journal and returns `answer`. Refuses if the export cannot be recorded.
    public Result<Reply> exported(Request request, Caller caller, Reply answer) {
        return journal(request, caller, new JournalCommand.NoteExport()).map(_ -> {
            authenticator.log().journalExported(caller, RemoteClients.of(request));
            return answer;
        });
    }

    /// Records that a job's evidence, or a picture in it, was read, and returns `answer`. Refuses if the read
    /// cannot be recorded.
    public Result<Reply> evidenceRead(Request request, Caller caller, String jobId, Reply answer) {
        return journal(request, caller, new JobCommand.NoteEvidenceRead(jobId)).map(_ -> {
            authenticator.log().evidenceRead(caller, RemoteClients.of(request));
            return answer;
        });
    }

    private Result<Boolean> journal(Request request, Caller caller, Command note) {
        Result<Change> noted = gateway.write(request, caller, null, List.of(note), WriteHeaders.NONE);
        return noted instanceof Result.Refused<Change>(Refusal.StorageFull _) ? Result.ok(false) : noted.map(_ -> true);
    }
}
