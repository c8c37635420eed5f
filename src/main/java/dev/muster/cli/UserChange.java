package dev.muster.cli;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of a command that changes users: which ones, of which server, and whether in earnest.
final class UserChange {
    @Mixin
    final AboutUser about;

    @Mixin
    final Rehearsal rehearsal = new Rehearsal();

    UserChange(Shell shell) {
        about = new AboutUser(shell);
    }

    /// Whether a change is made, or only judged.
    static final class Rehearsal {
        @Option(names = "--dry-run", order = 95, description = "Show what would be answered, and change nothing.")
        boolean dryRun;

        Call on(Call call) {
            return dryRun ? call.header("Muster-Dry-Run", "true") : call;
        }

        /// What to say once it is done, or would be.
        String said(String words) {
            return dryRun ? "Nothing was changed; in earnest: " + words : words;
        }
    }

    /// Why a change is made.
    static final class Why {
        @Option(names = "--reason", paramLabel = "CODE", description = "A short code, such as chargeback.")
        @Nullable
        String reason;

        @Option(names = "--note", paramLabel = "TEXT", description = "A free text for who reads it later.")
        @Nullable
        String note;

        boolean isGiven() {
            return reason != null || note != null;
        }

        /// Puts what was given into the body of a call.
        Call on(Call call) {
            return call.field("reason", reason).field("note", note);
        }
    }

    /// Carries out a call about each user, prints what it answers, and gives the exit code.
    int run(PerUser.Shape shape, Function<String, Call> call) {
        return new PerUser(about.remote, rehearsal).run(about.ref, shape, call);
    }

    /// Has the ref typed once more before a change that cannot be taken back, unless `--yes` or in a rehearsal.
    ///
    /// @param verb what is done to the user, such as `bars`
    /// @param not what was not done when it is not confirmed, such as `nobody was barred`
    void confirm(boolean yes, String verb, String not) {
        if (yes || rehearsal.dryRun) {
            return;
        }
        if (Refs.isInput(about.ref)) {
            throw CommandException.usage("users on the input are not confirmed one by one: give --yes");
        }
        about.remote.shell().confirm("This " + verb, about.ref, not);
    }
}
