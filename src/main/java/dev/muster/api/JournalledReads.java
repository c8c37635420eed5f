package dev.muster.api;

import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import java.util.List;

/// Journals reads of the most sensitive data (exports of the journal, and evidence) and adds them to the
/// security log. The entry is written before anything is sent. A read that cannot be journalled is refused,
/// unless storage is full; then it is in the security log only.
public final class JournalledReads {
    private final WriteGateway gateway;
    private final Authenticator authenticator;

    public JournalledReads(WriteGateway gateway, Authenticator authenticator) {
        this.gateway = gateway;
        this.authenticator = authenticator;
    }

    /// Journals an export of the realm's journal and returns `answer`. Refused if the export cannot be
    /// journalled.
    public Result<Reply> exported(Request request, Caller caller, Reply answer) {
        return journal(request, caller, new Command.NoteExport()).map(_ -> {
            authenticator.log().journalExported(caller, RemoteClients.of(request));
            return answer;
        });
    }

    /// Journals that a job's evidence, or a picture of it, was read, and returns `answer`. Refused if the read
    /// cannot be journalled.
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
