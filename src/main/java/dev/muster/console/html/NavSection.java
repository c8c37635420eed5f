package dev.muster.console.html;

import dev.muster.model.credential.Scope;

/// The sections of the console, in the order of the menu. Operators see only the sections that they may read.
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
    WEBHOOKS(Icon.WEBHOOKS, "Webhooks", "webhooks", Scope.WEBHOOKS_WRITE),
    OPERATORS(Icon.OPERATORS, "Operators", "operators", Scope.KEYS_WRITE),
    /// The operator's own account, which is in the account menu rather than the side menu.
    ACCOUNT(Icon.ACCOUNT, "Your account", "account", Scope.USERS_READ);

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

    /// The path, relative to the realm's pages.
    public String path() {
        return path;
    }

    /// Whether this section is in the side menu.
    public boolean isInMenu() {
        return this != ACCOUNT;
    }

    public Scope needs() {
        return needs;
    }
}
