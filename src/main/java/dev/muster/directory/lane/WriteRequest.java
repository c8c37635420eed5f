package dev.muster.directory.lane;

import dev.muster.directory.journal.Origin;
import dev.muster.model.Command;
import dev.muster.model.Write;
import dev.muster.model.value.Digest;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A write on its way to a realm's lane.
///
/// @param realm the realm it changes
/// @param retry what makes it safe to send again; null where the caller gave no key
/// @param proof the signature that it came with; null where it came with another credential
/// @param dryRun judged and answered as it would be, and nothing is kept
/// @param bytes roughly how much memory it holds while it waits: the length of the body it came in
public record WriteRequest(
        long realm,
        Write write,
        Origin origin,
        @Nullable Retry retry,
        @Nullable Proof proof,
        boolean dryRun,
        int bytes) {
    /// One that came without a signature.
    public WriteRequest(long realm, Write write, Origin origin, @Nullable Retry retry, boolean dryRun, int bytes) {
        this(realm, write, origin, retry, null, dryRun, bytes);
    }

    /// The signature that a request came with, where that does not cover the request's body. It is remembered
    /// for as long as it could be sent again, also when the request is refused or rehearsed.
    ///
    /// @param signature SHA-256 of it
    /// @param request what the request is, apart from its bytes: see [Retry#of]
    /// @param alone refused as `Unauthenticated` when the signature came with another request more than two
    ///     seconds before
    public record Proof(Digest signature, Digest request, boolean alone) {
        /// That of `write`, which came through `dialect`.
        public static Proof of(String signature, String dialect, Write write, boolean alone) {
            return new Proof(
                    Digest.sha256(signature), Retry.of("", dialect, write).request(), alone);
        }
    }

    /// An `Idempotency-Key`: the same key with the same request is carried out once.
    ///
    /// @param key 1 to 255 characters of the caller's; it belongs to the actor
    /// @param request what the request is, apart from its bytes: dialect, target and commands
    public record Retry(String key, Digest request) {
        /// The retry of `write` that came through `dialect`. What was drawn or computed for the request alone,
        /// such as a key's text or a password's hash, is no part of what it is: it is another one each time the
        /// request is sent. So a new password under a used key counts as the same request.
        public static Retry of(String key, String dialect, Write write) {
            StringBuilder text = new StringBuilder();
            append(text, dialect);
            append(text, String.valueOf(write.target()));
            for (Command command : write.commands()) {
                append(text, wanted(command));
            }
            return new Retry(key, Digest.sha256(text.toString()));
        }

        /// Length-prefixed, so that different texts never concatenate to the same one.
        private static void append(StringBuilder text, String part) {
            text.append(part.length()).append(':').append(part);
        }

        private static String wanted(Command command) {
            return switch (command) {
                case Command.CreateKey key -> wanted(key);
                case Command.RotateKey rotate ->
                    "RotateKey[" + rotate.old() + ", " + rotate.overlap() + ", " + rotate.expiresAt() + "]";
                case Command.CreateOperator(var username, var role, var _) ->
                    "CreateOperator[" + username + ", " + role + "]";
                case Command.ChangePassword(var username, var _) -> "ChangePassword[" + username + "]";
                case Command.CreateTenant tenant ->
                    "CreateTenant[" + tenant.partnerId() + ", " + tenant.name() + ", " + wanted(tenant.testKey()) + ", "
                            + wanted(tenant.productionKey()) + "]";
                // The token and what was uploaded are new each time; what the job is, is not.
                case Command.ReserveJob(var job, var _) -> "ReserveJob[" + job + "]";
                case Command.SubmitJob(var job, var _, var _) -> "SubmitJob[" + job + "]";
                // What the request asks for and its state were read for this sending alone.
                case Command.OnApprovals onApproval ->
                    onApproval.getClass().getSimpleName() + "["
                            + onApproval.approval().id()
                            + (onApproval instanceof Command.Approve(var _, var versions) && versions != null
                                    ? ", " + new TreeSet<>(versions)
                                    : "")
                            + (onApproval instanceof Command.Decline(var _, var reason, var note)
                                    ? ", " + reason + ", " + note
                                    : "")
                            + "]";
                case Command.SetApprovalRules(var rules) ->
                    "SetApprovalRules[" + rules.words() + ", " + rules.bulkThreshold() + "]";
                // A set has no order of its own that holds from one run of the server to the next.
                case Command.ExpectStatus(var statuses) -> "ExpectStatus" + new TreeSet<>(statuses);
                case Command.Register _,
                        Command.PutUser _,
                        Command.OnUser _,
                        Command.ExpireKey _,
                        Command.RevokeKey _,
                        Command.DisableOperator _,
                        Command.EnableOperator _,
                        Command.SignOutOperator _,
                        Command.ChangeOperatorRole _,
                        Command.DeleteOperator _,
                        Command.OnGroups _,
                        Command.OnPolicies _,
                        Command.FreeJobId _,
                        Command.GiveVerdict _,
                        Command.ReviewJob _,
                        Command.SetQuotas _,
                        Command.EraseJob _,
                        Command.NoteSignature _ -> command.toString();
            };
        }

        private static String wanted(Command.CreateKey key) {
            return "CreateKey[" + key.name() + ", " + key.role() + ", " + new TreeSet<>(key.scopes()) + ", "
                    + key.rank() + ", " + key.signs() + ", " + key.expiresAt()
                    + (key.addresses() == null ? "" : ", " + key.addresses().text()) + "]";
        }
    }
}
