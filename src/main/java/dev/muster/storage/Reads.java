package dev.muster.storage;

import dev.muster.storage.sql.Session;

/// What can be read, by subject, within one short read of [Database]. Every method of these is one statement
/// unless it says otherwise, and throws [dev.muster.storage.sql.StorageException] of kind `UNREACHABLE` when
/// the read's time is over. Not to be kept.
public final class Reads {
    private final Session session;

    Reads(Session session) {
        this.session = session;
    }

    public UserTables users() {
        return new UserTables(session);
    }

    public GroupTables groups() {
        return new GroupTables(session);
    }

    public JobTables jobs() {
        return new JobTables(session);
    }

    public CredentialTables credentials() {
        return new CredentialTables(session);
    }

    public ApprovalTables approvals() {
        return new ApprovalTables(session);
    }

    public RealmTables realms() {
        return new RealmTables(session);
    }

    public JournalTables journal() {
        return new JournalTables(session);
    }
}
