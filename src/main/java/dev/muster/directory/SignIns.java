package dev.muster.directory;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import java.util.List;

/// Journals operators' sign-ins. A sign-in that cannot be journalled is refused.
final class SignIns {
    private final Directory directory;

    SignIns(Directory directory) {
        this.directory = directory;
    }

    /// Journals a sign-in. Refuses: whatever [Directory#execute] refuses; Unauthenticated if the operator has been
    /// disabled or has got another password in the meantime.
    ///
    /// @param address the client's address
    Result<Change> journal(long realm, Operator operator, SignInMethod method, String address, Origin origin) {
        Write write = new Write(operator.actor(), null, List.of(new OperatorCommand.NoteSignIn(method, address)), null);
        return directory.execute(new WriteRequest(realm, write, origin, null, false, 0));
    }
}
