package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import dev.muster.model.job.Job;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Identifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Jobs in the working set, and the users to whom stored jobs of an unknown user were assigned.
public final class JobState {
    private final WorkingSet set;
    private final OverlayMap<String, Job> jobs;

    /// The names under which storage has jobs without a user.
    private final OverlayMap<Fingerprint, Boolean> names;

    private final OverlayMap<Fingerprint, UUID> claims;

    /// Whether the realm had no jobs when the working set was loaded, in which case there are no stored jobs to
    /// assign.
    private final boolean isEmpty;

    /// @param below the base of this overlay; null if this is not an overlay
    JobState(WorkingSet set, @Nullable JobState below) {
        this.set = set;
        jobs = new OverlayMap<>("job", below == null ? null : below.jobs);
        names = new OverlayMap<>("name in jobs", below == null ? null : below.names);
        claims = new OverlayMap<>("claim", below == null ? null : below.claims);
        isEmpty = below == null ? set.counters().jobs() == 0 : below.isEmpty;
    }

    void merge() {
        jobs.merge();
        names.merge();
        claims.merge();
    }

    /// Which jobs of a realm to load.
    public static final class Plan {
        /// The job ids of the jobs to load, with their users.
        public final Set<String> ids = new LinkedHashSet<>();

        /// Names under which jobs may have been submitted before any user had them.
        public final Set<Fingerprint> names = new LinkedHashSet<>();
    }

    // Loading

    /// Whether the realm had no jobs when the working set was loaded, so that names in jobs need not be looked up.
    public boolean isEmpty() {
        return isEmpty;
    }

    public void loaded(Job job) {
        jobs.load(job.jobId(), job);
    }

    /// Records that the row of a job cannot be read. Looking the job up throws `cause`.
    public void loadedUnreadable(String jobId, UnreadableException cause) {
        jobs.loadUnreadable(jobId, cause);
    }

    /// Records a name under which storage has jobs without a user.
    public void loadedName(Fingerprint name) {
        names.load(name, true);
    }

    void loadedAll(Plan plan) {
        jobs.loadAbsent(plan.ids);
        names.loadAbsent(plan.names);
    }

    // Lookups and changes

    public @Nullable Job find(String jobId) {
        return jobs.find(jobId);
    }

    /// Takes the number for the next job.
    public long takeNumber() {
        set.put(set.counters().withAnotherJob());
        return set.counters().jobs();
    }

    public void put(Job job) {
        jobs.put(job.jobId(), job);
    }

    /// Assigns to a user all jobs without a user that were submitted under this name, in the working set and in
    /// storage.
    ///
    /// @param fingerprint the fingerprint of `name`
    public void claim(Identifier.Key name, Fingerprint fingerprint, UUID user) {
        if (!isEmpty && names.find(fingerprint) != null) {
            names.remove(fingerprint);
            claims.put(fingerprint, user);
        }
        for (Job job : jobs.all()) {
            if (name.equals(job.name())) {
                put(job.of(user));
            }
        }
    }

    /// Replaces every known job as if it had been loaded or changed that way. Storage changes the rows of all other
    /// jobs.
    public void replaceAll(UnaryOperator<Job> by) {
        jobs.replaceAll(by);
    }

    // Rows to write

    public List<WorkingSet.Changed<Job>> changed() {
        return jobs.changed();
    }

    /// The users to whom stored jobs were assigned, by the name in the jobs.
    public Map<Fingerprint, Optional<UUID>> claimed() {
        return claims.changes();
    }
}
