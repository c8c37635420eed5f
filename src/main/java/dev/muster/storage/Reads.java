package dev.muster.storage;

import dev.muster.storage.sql.Session;

/// Gives access to the tables, by subject, within one short read of [Database]. Unless documented otherwise, each
/// method of a table runs one statement. It throws a [dev.muster.storage.sql.StorageException] of kind `UNREACHABLE`
/// after the read's deadline. Do not use this object after the read has ended.
public final class Reads implements StandbyReads {
    private final Session session;

    Reads(Session session) {
        this.session = session;
    }

    @Override
    public UserTables users() {
        return new UserTables(session);
    }

    @Override
    public GroupTables groups() {
        return new GroupTables(session);
    }

    @Override
    public JobTables jobs() {
        return new JobTables(session);
    }

    public CallbackTables callbacks() {
        return new CallbackTables(session);
    }

    public CredentialTables credentials() {
        return new CredentialTables(session);
    }

    public PasskeyTables passkeys() {
        return new PasskeyTables(session);
    }

    public ApprovalTables approvals() {
        return new ApprovalTables(session);
    }

    public DeliveryTables deliveries() {
        return new DeliveryTables(session);
    }

    public WebhookTables webhooks() {
        return new WebhookTables(session);
    }

    public RealmTables realms() {
        return new RealmTables(session);
    }

    /// The cells. Only PostgreSQL has them.
    public CellTables cells() {
        return new CellTables(session);
    }

    @Override
    public JournalTables journal() {
        return new JournalTables(session);
    }

    @Override
    public FilteredJournal filteredJournal() {
        return new FilteredJournal(session);
    }

    @Override
    public ActorTables actors() {
        return new ActorTables(session);
    }
}
