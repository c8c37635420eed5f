package dev.muster.storage;

/// What a standby may be asked, within one read of [PrimaryOrStandby]: everything that is the result of journalled
/// changes of one realm and decides nothing by itself. Credentials, approvals, leases and the state of deliveries are
/// missing on purpose: they are always read from the primary.
public sealed interface StandbyReads permits Reads {
    UserTables users();

    GroupTables groups();

    JobTables jobs();

    JournalTables journal();

    FilteredJournal filteredJournal();

    ActorTables actors();
}
