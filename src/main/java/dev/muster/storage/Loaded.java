package dev.muster.storage;

import dev.muster.model.Tenant;
import java.util.ArrayList;
import java.util.List;

/// What was found of all that a transaction needs, over all of its realms.
public final class Loaded {
    public final List<Rows.UserRow> users = new ArrayList<>();
    public final List<Rows.BarRow> bars = new ArrayList<>();
    public final List<Rows.CardRow> cards = new ArrayList<>();
    public final List<Rows.KeyRow> keys = new ArrayList<>();
    public final List<Rows.OperatorRow> operators = new ArrayList<>();
    public final List<Tenant> tenants = new ArrayList<>();
    public final List<Rows.RetryRow> retries = new ArrayList<>();
}
