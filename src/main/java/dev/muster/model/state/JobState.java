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

/// Jobs in the working set, and who claimed the jobs that were submitted under a name before anybody had it.
public final class JobState {
    private final WorkingSet set;
    private final OverlayMap<String, Job> jobs;

    /// The names under which storage has jobs without a user.
    private final OverlayMap<Fingerprint, Boolean> names;

    private final OverlayMap<Fingerprint, UUID> claims;

    /// Whether the realm had no job when it was loaded: then none waits for a user who registers.
    private final boolean isEmpty;

    /// @param below what this is an overlay of; null for none
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

    /// What to load of a realm's jobs.
    public static final class Plan {
        /// Jobs with their users, by job id.
        public final Set<String> ids = new LinkedHashSet<>();

        /// Names under which jobs may have been submitted before anybody had them.
        public final Set<Fingerprint> names = new LinkedHashSet<>();
    }

    // Loading.

    /// Whether the realm had no job when it was loaded, so that names in jobs need not be looked up.
    public boolean isEmpty() {
        return isEmpty;
    }

    public void loaded(Job job) {
        jobs.load(job.jobId(), job);
    }

    /// A job whose row cannot be read: a rule that asks for it throws `why`.
    public void loadedUnreadable(String jobId, UnreadableException why) {
        jobs.loadUnreadable(jobId, why);
    }

    /// Jobs without a user were submitted under a name.
    public void loadedName(Fingerprint name) {
        names.load(name, true);
    }

    void loadedAll(Plan plan) {
        jobs.loadAbsent(plan.ids);
        names.loadAbsent(plan.names);
    }

    // What rules ask and change.

    public @Nullable Job find(String jobId) {
        return jobs.find(jobId);
    }

    /// The number for the next job.
    public long takeNumber() {
        set.put(set.counters().withAnotherJob());
        return set.counters().jobs();
    }

    public void put(Job job) {
        jobs.put(job.jobId(), job);
    }

    /// Gives a user all jobs that have no user and name this one: those in the working set, and those in
    /// storage.
    ///
    /// @param print the fingerprint of `name`
    public void claim(Identifier.Key name, Fingerprint print, UUID user) {
        if (!isEmpty && names.find(print) != null) {
            names.remove(print);
            claims.put(print, user);
        }
        for (Job job : jobs.all()) {
            if (name.equals(job.name())) {
                put(job.of(user));
            }
        }
    }

    /// Replaces every job that is known, as if it had been loaded or changed like that: what storage does to
    /// rows that no request named.
    public void replaceAll(UnaryOperator<Job> by) {
        jobs.replaceAll(by);
    }

    // What storage has to write.

    public List<WorkingSet.Changed<Job>> changed() {
        return jobs.changed();
    }

    /// By name, the user to whom the jobs in storage belong from now on that were submitted under it.
    public Map<Fingerprint, Optional<UUID>> claimed() {
        return claims.changes();
    }
}
