package dev.muster.console.html;

import dev.muster.model.credential.Scope;

/// The parts of the console, in the order in which they are offered to those who may read them.
public enum NavSection {
    OVERVIEW(Icon.OVERVIEW, "Overview", "overview", Scope.USERS_READ),
    USERS(Icon.USERS, "Users", "users", Scope.USERS_READ),
    JOBS(Icon.JOBS, "Jobs", "jobs", Scope.JOBS_READ),
    GROUPS(Icon.GROUPS, "Groups", "groups", Scope.USERS_READ),
    POLICIES(Icon.POLICIES, "Policies", "policies", Scope.USERS_READ),
    JOURNAL(Icon.JOURNAL, "Journal", "journal", Scope.JOURNAL_READ),
    INTEGRITY(Icon.INTEGRITY, "Integrity", "integrity", Scope.JOURNAL_READ),
    APPROVALS(Icon.APPROVALS, "Approvals", "approvals", Scope.USERS_READ),
    KEYS(Icon.KEYS, "Keys", "keys", Scope.KEYS_WRITE),
    OPERATORS(Icon.OPERATORS, "Operators", "operators", Scope.KEYS_WRITE);

    private final Icon icon;
    private final String title;
    private final String path;
    private final Scope needs;

    NavSection(Icon icon, String title, String path, Scope needs) {
        this.icon = icon;
        this.title = title;
        this.path = path;
        this.needs = needs;
    }

    public Icon icon() {
        return icon;
    }

    public String title() {
        return title;
    }

    /// Below the realm's own path.
    public String path() {
        return path;
    }

    public Scope needs() {
        return needs;
    }
}
