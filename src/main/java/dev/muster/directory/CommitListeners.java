package dev.muster.directory;

import dev.muster.directory.callbacks.CallbackSender;
import dev.muster.directory.chores.CheckpointSigner;
import dev.muster.directory.chores.Cleanup;
import dev.muster.directory.chores.RewindRecorder;
import dev.muster.directory.chores.SearchIndexer;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.GroupCommit;
import dev.muster.directory.lane.JournalRewind;
import dev.muster.directory.lane.RealmBatch;
import java.time.Duration;
import java.util.List;

/// Tells everything that follows the journal what the lanes have committed, and which journals the database has
/// lost entries of.
///
/// @param wakeCleanup runs the cleanup now
record CommitListeners(
        ReadClock now,
        RealmKeys realmKeys,
        Credentials credentials,
        Cleanup cleanup,
        Runnable wakeCleanup,
        SearchIndexer indexer,
        CheckpointSigner signer,
        CallbackSender callbackSender,
        Deliveries deliveries,
        JournalHeads journalHeads,
        RewindRecorder rewinds,
        Core.Watch watch)
        implements GroupCommit.Committed {
    @Override
    public void committed(List<RealmBatch> works, int requests, Duration took) {
        for (RealmBatch work : works) {
            now.committed(work.now);
            realmKeys.seen(work.repeats.newSignatures());
            credentials.committed(work);
            if (cleanup.committed(work)) {
                wakeCleanup.run();
            }
            indexer.committed(work);
            signer.committed(work);
            callbackSender.committed(work);
            deliveries.committed(work);
            journalHeads.committed(work.realm.realm().id(), work.ended().seq(), work::added);
        }
        watch.committed(requests, took);
    }

    @Override
    public void rewound(JournalRewind rewind) {
        rewinds.found(rewind);
    }
}
