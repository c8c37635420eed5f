package dev.muster.directory.journal;

import dev.muster.directory.keys.JobDetails;
import dev.muster.directory.keys.JobKeys;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.group.Group;
import dev.muster.model.group.GroupFields;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobFields;
import dev.muster.model.user.Card;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.JobRow;
import dev.muster.storage.JobTables.JobSealRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.StandbyReads;
import dev.muster.storage.UserRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Converts rows to users and jobs by unsealing their sealed parts, and reconstructs earlier states of users,
/// jobs, groups and policies from the journal. Not thread-safe; create one per read.
public final class HistoryReader {
    private static final int UNDO_PAGE = 500;

    private final RealmKeys.Entry realm;
    private @Nullable EntrySealer sealer;

    public HistoryReader(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// The sealer, which is created on first use because most users have nothing sealed.
    private EntrySealer sealer() {
        EntrySealer made = sealer;
        if (made == null) {
            made = new EntrySealer();
            sealer = made;
        }
        return made;
    }

    /// Returns the users in the rows that can be read, as of `at`. Other rows are logged and omitted.
    public List<User> readable(Collection<UserRow> rows, Instant at) {
        List<User> users = new ArrayList<>(rows.size());
        Unreadable.readable(rows).forEach(row -> users.add(user(row).at(at)));
        return users;
    }

    /// Converts a row to a user with cards and all stored holds. Cards that cannot be unsealed are replaced by
    /// [Card#UNREADABLE].
    ///
    /// @throws UnreadableException if the row cannot be read
    public User user(UserRow row) {
        if (row.seed() == null || row.sealedCards() == null) {
            return row.user();
        }
        User.Draft draft = row.user().draft();
        try {
            draft.cards = sealer().openCards(realm.key(), row.user().id(), row.seed(), row.sealedCards());
        } catch (TamperedException e) {
            Unreadable.report(
                    realm.realm().id(), "the cards of user", row.user().id(), e);
            draft.cards = List.of(Card.UNREADABLE);
        }
        return draft.build();
    }

    /// Returns a user as of journal entry `seq`. Refuses: Erased if the user was erased after that entry.
    public Result<User> asOfSeq(Reads reads, UserRow row, long seq) {
        if (row.seed() == null && isNewest(reads, row.user().id(), seq)) {
            return Result.ok(row.user());
        }
        return undo(reads, row, (plain, _) -> plain.seq() > seq ? Undo.YES : Undo.DONE);
    }

    /// Whether the journal contains nothing about `subject` after entry `seq`, which means that the row has not
    /// changed since then.
    private boolean isNewest(Reads reads, UUID subject, long seq) {
        return reads.journal().history(realm.realm().id(), subject, Long.MAX_VALUE, 1).stream()
                .allMatch(newest -> newest.seq() <= seq);
    }

    /// Returns a user as they were at `at`. Entries about the end of a hold are journalled late, with the time at
    /// which it ended. All other entries are ordered by time, so the search ends at the first of them that is not
    /// after `at`. Refuses: Erased.
    public Result<User> asOf(Reads reads, UserRow row, Instant at) {
        return undo(reads, row, (plain, ending) -> {
            if (plain.at().isAfter(at)) {
                return Undo.YES;
            }
            return ending ? Undo.NO : Undo.DONE;
        });
    }

    private enum Undo {
        YES,
        NO,
        DONE
    }

    private interface UndoRule {
        Undo judge(EntryFormat.Plain plain, boolean ending);
    }

    private Result<User> undo(Reads reads, UserRow row, UndoRule undoing) {
        User user = user(row);
        if (row.seed() == null) {
            return Result.refused(new Refusal.Erased());
        }
        SealingKey key = realm.key().person(row.seed());
        long before = Long.MAX_VALUE;
        while (true) {
            List<JournalRow> page = reads.journal().history(realm.realm().id(), user.id(), before, UNDO_PAGE);
            for (JournalRow entry : page) {
                EntryFormat.Plain plain = sealer().plain(entry);
                boolean ending = plain.action().equals(Event.Action.USER_HOLD_ENDED.wireName());
                switch (undoing.judge(plain, ending)) {
                    case YES ->
                        user = UserFields.undo(user, sealer().open(plain, key).changes());
                    case NO -> {}
                    case DONE -> {
                        return Result.ok(user);
                    }
                }
                before = entry.seq();
            }
            if (page.size() < UNDO_PAGE) {
                return Result.ok(user);
            }
        }
    }

    /// Returns the jobs in the rows that can be read. Other rows are logged and omitted.
    public List<Job> readableJobs(StandbyReads reads, List<JobRow> rows) {
        return jobs(reads, Unreadable.readable(rows));
    }

    /// Converts rows to jobs. The sealed details of a job are missing if the job or its user was erased. The keys
    /// of all users are read together.
    ///
    /// @throws UnreadableException if a row cannot be read
    public List<Job> jobs(StandbyReads reads, List<JobRow> rows) {
        JobKeys keys = jobKeys(realm, reads, rows.stream().map(JobRow::seal).toList());
        return rows.stream().map(row -> job(row, keys)).toList();
    }

    /// Returns the keys of jobs. The seeds of all users are read together.
    static JobKeys jobKeys(RealmKeys.Entry realm, StandbyReads reads, Collection<JobSealRow> jobs) {
        Set<UUID> users = new HashSet<>();
        for (JobSealRow job : jobs) {
            if (job.user() != null && job.seed() == null) {
                users.add(job.user());
            }
        }
        return new JobKeys(realm.key(), reads.users().seeds(realm.realm().id(), users)::get);
    }

    private Job job(JobRow row, JobKeys keys) {
        byte[] sealed = row.sealed();
        SealingKey key = sealed == null ? null : keys.of(row.seal());
        return (sealed == null || key == null ? JobDetails.NONE : details(row.job(), key, sealed)).addTo(row.job());
    }

    private JobDetails details(Job job, SealingKey key, byte[] sealed) {
        try {
            return sealer().openJob(realm.key(), job.id(), key, sealed, job.jobId(), job.type());
        } catch (TamperedException e) {
            Unreadable.report(realm.realm().id(), "the details of job", job.id(), e);
            return JobDetails.UNREADABLE;
        }
    }

    /// Returns a job as of journal entry `seq`. Refuses: Erased if the job or its user was erased after that entry.
    public Result<Job> jobAsOf(Reads reads, JobRow row, long seq) {
        SealingKey key = jobKeys(realm, reads, List.of(row.seal())).of(row.seal());
        // This does not work if its user was erased: erasing a user writes no entry about the job, so the row may
        // contain less than the job did.
        if (key == null && row.job().erasedAt() != null && isNewest(reads, row.id(), seq)) {
            return Result.ok(jobs(reads, List.of(row)).getFirst());
        }
        return key == null
                ? Result.refused(new Refusal.Erased())
                : Result.ok(
                        JobFields.job(row.id(), fold(reads, row.id(), seq, key).fields()));
    }

    /// Returns who last submitted a job, as of journal entry `seq`.
    ///
    /// @throws IllegalStateException if the job had not been submitted by then
    public ActorRef submitter(Reads reads, UUID job, long seq) {
        long before = seq + 1;
        while (true) {
            List<JournalRow> page = reads.journal().history(realm.realm().id(), job, before, UNDO_PAGE);
            for (JournalRow entry : page) {
                EntryFormat.Plain plain = sealer().plain(entry);
                if (SUBMISSIONS.contains(plain.action())) {
                    return plain.actor();
                }
                before = entry.seq();
            }
            if (page.size() < UNDO_PAGE) {
                throw new IllegalStateException("job " + job + " was not submitted before entry " + seq);
            }
        }
    }

    private static final Set<String> SUBMISSIONS =
            Set.of(Event.Action.JOB_SUBMITTED.wireName(), Event.Action.JOB_RESUBMITTED.wireName());

    public Group groupAsOf(Reads reads, UUID id, long seq) {
        Folded folded = fold(reads, id, seq, realm.key().own());
        return GroupFields.group(id, folded.fields(), folded.first(), folded.last());
    }

    public Policy policyAsOf(Reads reads, UUID id, long seq) {
        Folded folded = fold(reads, id, seq, realm.key().own());
        return GroupFields.policy(id, folded.fields(), folded.first(), folded.last());
    }

    /// The actions that count as changes of a group or policy. Assigning and deleting do not count.
    private static final Set<String> EDITS = Set.of(
            Event.Action.GROUP_CREATED.wireName(),
            Event.Action.GROUP_UPDATED.wireName(),
            Event.Action.POLICY_CREATED.wireName(),
            Event.Action.POLICY_UPDATED.wireName());

    private record Folded(Map<String, Object> fields, Instant first, Instant last) {}

    /// Replays the journal of a subject up to entry `seq`.
    private Folded fold(Reads reads, UUID subject, long seq, SealingKey key) {
        List<EntryFormat.Plain> newestFirst = new ArrayList<>();
        long before = seq + 1;
        List<JournalRow> page;
        do {
            page = reads.journal().history(realm.realm().id(), subject, before, UNDO_PAGE);
            for (JournalRow entry : page) {
                newestFirst.add(sealer().plain(entry));
                before = entry.seq();
            }
        } while (page.size() == UNDO_PAGE);
        Map<String, Object> fields = new HashMap<>();
        for (EntryFormat.Plain entry : newestFirst.reversed()) {
            sealer().open(entry, isOwn(entry) ? realm.key().own() : key)
                    .changes()
                    .applyTo(fields);
        }
        Instant last = newestFirst.stream()
                .filter(entry -> EDITS.contains(entry.action()))
                .findFirst()
                .orElse(newestFirst.getLast())
                .at();
        return new Folded(fields, newestFirst.getLast().at(), last);
    }

    /// Whether an entry about a job is sealed with the realm's own key because it has no personal data.
    static boolean isOwn(EntryFormat.Plain entry) {
        return entry.action().equals(Event.Action.JOB_RESERVED.wireName());
    }
}
