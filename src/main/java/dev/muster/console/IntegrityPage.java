package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.muster.directory.Journal;
import dev.muster.directory.JournalVerifier;
import dev.muster.http.Reply;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Shows whether the journal is intact, as a verdict that can be printed, and offers the files that others need to
/// verify the journal themselves.
public record IntegrityPage(Journal journal, JournalVerifier verifications, Pages pages) {
    /// The content of the page.
    ///
    /// @param verification the state of the last verification; null if it cannot be read
    /// @param lastAt when the last verification finished; empty if there was none
    /// @param checkpoint the last signed checkpoint, as a sentence; empty if nothing was signed yet
    /// @param keyId the id of the key that signs checkpoints; empty if it cannot be read
    /// @param files the realm's part of the names of downloaded files
    public record Model(
            Journal.@Nullable Head head,
            JournalVerifier.@Nullable State verification,
            @Nullable String verified,
            String lastAt,
            String checkpoint,
            String keyId,
            String files) {
        public boolean isRunning() {
            return verification != null && verification.running();
        }

        public boolean isValid() {
            return last() != null && last().valid();
        }

        /// How many entries were added after the last verification.
        public long unverified() {
            return head == null ? 0 : IntegrityPage.unverified(head, verification);
        }

        /// Such as ` up to entry 2,312`; empty if no newer entries are left to verify.
        public String upTo() {
            JournalVerifier.Found last = last();
            return last == null || unverified() == 0 ? "" : " up to entry " + Labels.number(last.entries());
        }

        /// A number as the sentences of the page write it.
        public String number(long number) {
            return Labels.number(number);
        }

        public JournalVerifier.@Nullable Found last() {
            return verification == null ? null : verification.last();
        }
    }

    Reply show(PageVisit visit) {
        Actor actor = visit.actor();
        long realm = visit.realmId();
        JournalVerifier.State state =
                verifications.state(actor, realm) instanceof Result.Ok<JournalVerifier.State>(var known) ? known : null;
        JournalVerifier.Found last = state == null ? null : state.last();
        Journal.Signed signed =
                journal.signed(actor, realm) instanceof Result.Ok<Journal.Signed>(var found) ? found : null;
        return pages.page(
                visit,
                "integrity",
                "Integrity",
                new Model(
                        journal.head(actor, realm) instanceof Result.Ok<Journal.Head>(var head) ? head : null,
                        state,
                        verified(state),
                        last == null ? "" : Labels.time(last.at()),
                        signed == null ? "" : sentence(signed),
                        signed == null ? "" : signed.keyId(),
                        visit.fileName()));
    }

    private static String sentence(Journal.Signed signed) {
        Instant at = signed.at();
        return at == null
                ? ""
                : "This server last signed the journal on " + Labels.time(at) + ", up to entry "
                        + Labels.number(signed.seq()) + ".";
    }

    /// Returns the number of entries that are newer than the last verification; 0 if there was none.
    static long unverified(Journal.Head head, JournalVerifier.@Nullable State state) {
        JournalVerifier.Found last = state == null ? null : state.last();
        return last == null ? 0 : Math.max(0, head.seq() - last.entries());
    }

    /// Returns the result of the last verification as a sentence; null if there was none.
    static @Nullable String verified(JournalVerifier.@Nullable State state) {
        JournalVerifier.Found last = state == null ? null : state.last();
        if (last == null) {
            return null;
        }
        return last.valid()
                ? "All " + Labels.number(last.entries()) + " entries are valid, as of " + Labels.time(last.at()) + "."
                : "Broken at entry " + last.firstBad() + ": " + last.reason() + " Found " + Labels.time(last.at())
                        + ".";
    }

    /// Starts a verification; the page shows its progress.
    Reply verify(PageVisit visit) {
        unlessRefused(verifications.begin(visit.actor(), visit.realmId()));
        return Pages.seeOther(visit.base() + "/integrity");
    }

    /// Returns the signed checkpoints of the journal, one per line, in the format that `muster journal verify
    /// --checkpoints` reads.
    Reply checkpoints(PageVisit visit) {
        unlessRefused(journal.signed(visit.actor(), visit.realmId()));
        return Pages.guarded(Reply.stream(200, "text/plain; charset=us-ascii", out -> {
                    BufferedOutputStream lines = new BufferedOutputStream(out);
                    if (journal.bestCheckpoints(visit.actor(), visit.realmId(), lines)
                            instanceof Result.Refused<Boolean>(var refusal)) {
                        throw new IOException("the checkpoints were refused half way: " + refusal);
                    }
                    lines.flush();
                }))
                .with("Content-Disposition", Pages.attachment("checkpoints-" + visit.fileName() + ".txt"));
    }

    /// Returns the public key that verifies the checkpoints, as PEM.
    Reply publicKey(PageVisit visit) {
        Journal.Signed signed = unlessRefused(journal.signed(visit.actor(), visit.realmId()));
        return Pages.guarded(Reply.of(
                        200, "application/x-pem-file", signed.publicKeyPem().getBytes(US_ASCII)))
                .with("Content-Disposition", Pages.attachment("checkpoint.key.pub"));
    }
}
