package dev.muster.directory.lane;

import dev.muster.directory.journal.Origin;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.JournalCommand;
import dev.muster.model.OperatorCommand;
import dev.muster.model.WebhookCommand;
import dev.muster.model.Write;
import dev.muster.model.value.Digest;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A request for a realm's lane to execute a write.
///
/// @param realm the realm that it changes
/// @param retry the idempotency key and the digest that make it safe to send the request again; null if the client sent
///     no idempotency key
/// @param proof the signature with which it was authenticated; null if it was authenticated with another credential
/// @param dryRun whether it is only a dry run, which is decided and answered normally but changes nothing
/// @param bytes the length of the request body, which approximates its memory use while queued
public record WriteRequest(
        long realm,
        Write write,
        Origin origin,
        @Nullable Retry retry,
        @Nullable Proof proof,
        boolean dryRun,
        int bytes) {
    /// Creates a request without a signature.
    public WriteRequest(long realm, Write write, Origin origin, @Nullable Retry retry, boolean dryRun, int bytes) {
        this(realm, write, origin, retry, null, dryRun, bytes);
    }

    /// The signature of a request whose signature does not cover the body. It is remembered for as long as it could
    /// be replayed, even if the request is refused or is a dry run.
    ///
    /// @param signature the SHA-256 of the signature
    /// @param request the digest of the request's content: see [Retry#of]
    /// @param alone whether to refuse the request as `Unauthenticated` if the signature was used for a different
    ///     request more than two seconds earlier
    public record Proof(Digest signature, Digest request, boolean alone) {
        /// Creates the proof for `write`, which was received in `dialect`.
        public static Proof of(String signature, String dialect, Write write, boolean alone) {
            return new Proof(
                    Digest.sha256(signature), Retry.of("", dialect, write).request(), alone);
        }
    }

    /// An `Idempotency-Key`. Requests with the same key and the same content are executed only once.
    ///
    /// @param key 1 to 255 characters chosen by the client; scoped to the actor
    /// @param request the digest of the request's content: dialect, target and commands
    public record Retry(String key, Digest request) {
        /// Creates the retry for `write`, which was received in `dialect`. Values that are generated for the
        /// request, such as the text of a key or the hash of a password, are ignored because they differ each
        /// time it is sent. As a consequence, a new password with a used idempotency key counts as the same
        /// request.
        public static Retry of(String key, String dialect, Write write) {
            StringBuilder text = new StringBuilder();
            append(text, dialect);
            append(text, String.valueOf(write.target()));
            for (Command command : write.commands()) {
                append(text, wanted(command));
            }
            return new Retry(key, Digest.sha256(text.toString()));
        }

        /// Appends a part, preceded by its length, so that different parts never concatenate to the same text.
        private static void append(StringBuilder text, String part) {
            text.append(part.length()).append(':').append(part);
        }

        private static String wanted(Command command) {
            return switch (command) {
                case Command.CreateKey key -> wanted(key);
                case Command.RotateKey rotate ->
                    "RotateKey[" + rotate.old() + ", " + rotate.overlap() + ", " + rotate.expiresAt() + "]";
                case OperatorCommand.CreateOperator(var username, var role, var _) ->
                    "CreateOperator[" + username + ", " + role + "]";
                case OperatorCommand.InviteOperator(var username, var role, var _) ->
                    "InviteOperator[" + username + ", " + role + "]";
                case OperatorCommand.RenewInvitation(var username, var _) -> "RenewInvitation[" + username + "]";
                case OperatorCommand.AcceptInvitation _ -> "AcceptInvitation";
                case OperatorCommand.ChangeOwnPassword _ -> "ChangeOwnPassword";
                case OperatorCommand.ChangePassword(var username, var _) -> "ChangePassword[" + username + "]";
                case Command.CreateTenant tenant ->
                    "CreateTenant[" + tenant.partnerId() + ", " + tenant.name() + ", " + wanted(tenant.testKey()) + ", "
                            + wanted(tenant.productionKey()) + "]";
                // The token and the upload are new each time, but the job is the same.
                case JobCommand.ReserveJob(var job, var _) -> "ReserveJob[" + job + "]";
                case JobCommand.SubmitJob(var job, var _, var _, var _) -> "SubmitJob[" + job + "]";
                // The secret is left out, like a password.
                case OperatorCommand.PutSso(var settings) -> "PutSso" + settings.byField();
                // The device signs something else each time. A passkey that already exists is refused in any case.
                case OperatorCommand.AddPasskey(var name, var credentialId, var _, var _) ->
                    "AddPasskey[" + name + ", " + credentialId + "]";
                case OperatorCommand.SetPasskeyPolicy(var policy) -> "SetPasskeyPolicy" + policy.words();
                // The requested commands and the state were read only for this request, so they are left out.
                case ApprovalCommand onApproval ->
                    onApproval.getClass().getSimpleName() + "["
                            + onApproval.approval().id()
                            + (onApproval instanceof ApprovalCommand.Approve(var _, var versions) && versions != null
                                    ? ", " + new TreeSet<>(versions)
                                    : "")
                            + (onApproval instanceof ApprovalCommand.Decline(var _, var reason, var note)
                                    ? ", " + reason + ", " + note
                                    : "")
                            + "]";
                case Command.SetApprovalRules(var rules) ->
                    "SetApprovalRules[" + rules.words() + ", " + rules.bulkThreshold() + "]";
                // The secret is new each time.
                case WebhookCommand.CreateWebhook(var settings, var start, var _) ->
                    "CreateWebhook[" + settings + ", " + start + "]";
                case WebhookCommand.RotateWebhookSecret(var id, var overlap, var _) ->
                    "RotateWebhookSecret[" + id + ", " + overlap + "]";
                // The statuses are sorted, because the order of a set may differ between runs of the server.
                case Command.ExpectStatus(var statuses) -> "ExpectStatus" + new TreeSet<>(statuses);
                case Command.Register _,
                        Command.PutUser _,
                        Command.OnUser _,
                        Command.ExpireKey _,
                        Command.RevokeKey _,
                        OperatorCommand.NoteSignIn _,
                        OperatorCommand.EndSession _,
                        OperatorCommand.DisableOperator _,
                        OperatorCommand.EnableOperator _,
                        OperatorCommand.SignOutOperator _,
                        OperatorCommand.ChangeOperatorRole _,
                        OperatorCommand.DeleteOperator _,
                        Command.OnGroups _,
                        Command.OnPolicies _,
                        JobCommand.FreeJobId _,
                        JobCommand.GiveVerdict _,
                        JobCommand.ReviewJob _,
                        Command.SetQuotas _,
                        OperatorCommand.SignInOperator _,
                        OperatorCommand.RemoveSso _,
                        OperatorCommand.RemovePasskeys _,
                        JobCommand.EraseJob _,
                        WebhookCommand.UpdateWebhook _,
                        WebhookCommand.PauseWebhook _,
                        WebhookCommand.ResumeWebhook _,
                        WebhookCommand.DisableWebhook _,
                        WebhookCommand.DeleteWebhook _,
                        JobCommand.NoteEvidenceRead _,
                        JournalCommand _,
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
