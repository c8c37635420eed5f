package dev.muster.storage;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.UserRef;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads and writes jobs.
public final class JobTables {
    private final Session session;

    JobTables(Session session) {
        this.session = session;
    }

    /// The inputs for deriving the key of a job. See [JobRow].
    public record JobSealRow(
            UUID id,
            @Nullable UUID user,
            byte @Nullable [] seed,
            boolean realmKey,
            @Nullable Instant erasedAt) {
        private static JobSealRow read(Row row) throws SQLException {
            return new JobSealRow(row.uuid(), row.uuidOrNull(), row.seedOrNull(), row.bool(), row.instantOrNull());
        }
    }

    /// Assigns a user to the jobs that were submitted under the user's name.
    ///
    /// @param fingerprint the keyed fingerprint of the name
    public record ClaimRow(long realm, byte[] fingerprint, UUID user) {
        private void write(Parameters to) throws SQLException {
            to.uuid(user).number(realm).bytes(fingerprint);
        }
    }

    /// A name under which jobs without a user were submitted.
    public record JobNameRow(long realm, byte[] fingerprint) {
        private static JobNameRow read(Row row) throws SQLException {
            return new JobNameRow(row.number(), row.bytes());
        }
    }

    /// An erased user.
    public record ErasedRow(long realm, UUID user) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(user);
        }
    }

    /// A job's reference to its evidence.
    public record EvidenceRef(long realm, UUID job, UUID evidence) {
        static EvidenceRef read(Row row) throws SQLException {
            return new EvidenceRef(row.number(), row.uuid(), row.uuid());
        }

        void write(Parameters to) throws SQLException {
            to.number(realm).uuid(job).uuid(evidence);
        }
    }

    /// A job, even if it is only reserved; null if there is none.
    public @Nullable JobRow job(long realm, String jobId) {
        return session.one("job_by_job_id", JobRow::read, realm, jobId);
    }

    /// A job, even if it is only reserved; null if there is none.
    public @Nullable JobRow job(long realm, UUID id) {
        return session.one("job_by_id", JobRow::read, realm, id);
    }

    /// A page of jobs, newest first.
    public List<JobRow> jobs(JobFilter filter, int limit, long offset) {
        return filter.page(session, limit, offset);
    }

    /// The number of matching jobs; counting stops at `upTo`.
    public long count(JobFilter filter, int upTo) {
        return filter.count(session, upTo);
    }

    /// The inputs for deriving the jobs' keys, by job id.
    public Map<UUID, JobSealRow> sealsOfJobs(long realm, Collection<UUID> jobs) {
        Map<UUID, JobSealRow> seals = new HashMap<>();
        session.list("seals_of_jobs", JobSealRow::read, new LinkedHashSet<>(jobs), realm)
                .forEach(seal -> seals.put(seal.id, seal));
        return seals;
    }

    /// The partner's ids of up to `limit` jobs that were submitted under a name and have no user.
    public List<String> jobsNamed(long realm, Fingerprint name, int limit) {
        return session.list("job_ids_named", Row::text, realm, name.bytes(), limit);
    }

    /// Returns those of the given pieces of evidence that are named by a job.
    public Set<UUID> namedEvidence(long realm, Collection<UUID> evidence) {
        return Set.copyOf(session.list("job_evidence_named", Row::uuid, new LinkedHashSet<>(evidence), realm));
    }

    // Loading and saving for lanes

    /// Loads jobs and adds their users to the plans. Must be called before users are loaded.
    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.jobs.addAll(
                session.list("jobs_by_job_id", JobRow::read, LoadedRows.wanted(plans, plan -> plan.jobs.ids)));
        for (JobRow job : loaded.jobs) {
            if (job.user() != null) {
                Objects.requireNonNull(plans.get(job.realm())).people.user(UserRef.id(job.user()));
            }
        }
        loaded.jobNames.addAll(session.list(
                "names_of_jobs",
                JobNameRow::read,
                LoadedRows.wanted(plans, plan -> UserTables.bytes(plan.jobs.names))));
    }

    void save(Batch batch) {
        session.batch("jobs_claim", batch.claimedJobs, -1, ClaimRow::write);
        session.batch("job_update", batch.changedJobs, 1, JobRow::update);
        session.batch("job_insert", batch.newJobs, 1, JobRow::insert);
        session.batch("jobs_erase", batch.erasedUsers, -1, ErasedRow::write);
    }
}
