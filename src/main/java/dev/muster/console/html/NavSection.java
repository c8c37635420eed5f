package dev.muster.console.html;

import dev.muster.model.credential.Scope;

/// The parts of the console, in the order in which they are offered to those who may read them.
public enum NavSection {
    OVERVIEW("Overview", "overview", Scope.USERS_READ),
    USERS("Users", "users", Scope.USERS_READ),
    JOBS("Jobs", "jobs", Scope.JOBS_READ),
    GROUPS("Groups", "groups", Scope.USERS_READ),
    POLICIES("Policies", "policies", Scope.USERS_READ),
    JOURNAL("Journal", "journal", Scope.JOURNAL_READ),
    APPROVALS("Approvals", "approvals", Scope.USERS_READ),
    KEYS("Keys", "keys", Scope.KEYS_WRITE),
    OPERATORS("Operators", "operators", Scope.KEYS_WRITE);

    private final String title;
    private final String path;
    private final Scope needs;

    NavSection(String title, String path, Scope needs) {
        this.title = title;
        this.path = path;
        this.needs = needs;
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
