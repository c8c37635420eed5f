package dev.muster.storage;

import dev.muster.model.Tenant;
import java.util.ArrayList;
import java.util.List;

/// All that one transaction of a lane writes.
public final class Batch {
    public final List<Rows.BatchRow> batches = new ArrayList<>();
    public final List<Rows.UserRow> newUsers = new ArrayList<>();
    public final List<Rows.UserRow> changedUsers = new ArrayList<>();
    public final List<Rows.JournalRow> journal = new ArrayList<>();
    public final List<Rows.BarRow> newBars = new ArrayList<>();
    public final List<Rows.BarRow> annulledBars = new ArrayList<>();
    public final List<Rows.CardRow> newCards = new ArrayList<>();
    public final List<Rows.CardRow> lostCards = new ArrayList<>();
    public final List<Rows.KeyRow> newKeys = new ArrayList<>();
    public final List<Rows.KeyRow> changedKeys = new ArrayList<>();
    public final List<Rows.OperatorRow> newOperators = new ArrayList<>();
    public final List<Rows.OperatorRow> changedOperators = new ArrayList<>();
    public final List<Tenant> newTenants = new ArrayList<>();
    public final List<Rows.RealmRow> newRealms = new ArrayList<>();
    public final List<Rows.RetryRow> retries = new ArrayList<>();
}
