package dev.muster.model;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/// What must be known of a realm before requests can be judged: collected over many of them, so that storage can
/// load it with a few set-based statements.
public final class Needs {
    public final Set<UUID> usersById = new LinkedHashSet<>();
    public final Set<Long> usersByNumber = new LinkedHashSet<>();
    public final Set<Identifier.Key> usersByIdentifier = new LinkedHashSet<>();
    public final Set<Fingerprint> bars = new LinkedHashSet<>();
    public final Set<Fingerprint> cards = new LinkedHashSet<>();
    public final Set<UUID> keys = new LinkedHashSet<>();
    public final Set<UUID> operators = new LinkedHashSet<>();
    public final Set<Identifier.Key> operatorNames = new LinkedHashSet<>();
    public final Set<String> partners = new LinkedHashSet<>();
    public final Set<UUID> groups = new LinkedHashSet<>();
    public final Set<String> groupNames = new LinkedHashSet<>();
    public final Set<UUID> policies = new LinkedHashSet<>();
    public final Set<String> policyNames = new LinkedHashSet<>();
    public final Set<UUID> policiesOfGroups = new LinkedHashSet<>();
    public final Set<String> jobs = new LinkedHashSet<>();

    /// Names under which jobs may have been submitted while nobody had them.
    public final Set<Fingerprint> jobNames = new LinkedHashSet<>();
    private boolean allKeys;
    private boolean allOperators;
    private boolean affiliations;

    public void user(UserRef ref) {
        switch (ref) {
            case UserRef.ById(var id) -> usersById.add(id);
            case UserRef.ByNumber(var number) -> usersByNumber.add(number);
            case UserRef.ByIdentifier(var key) -> usersByIdentifier.add(key);
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                user(externalId);
                user(id);
            }
        }
    }

    public void bar(Fingerprint print) {
        bars.add(print);
    }

    public void card(Fingerprint print) {
        cards.add(print);
    }

    public void key(UUID id) {
        keys.add(id);
    }

    /// All of the realm's keys, revoked ones too: a realm has few.
    public void allKeys() {
        allKeys = true;
    }

    public boolean wantsAllKeys() {
        return allKeys;
    }

    /// All of the realm's operators, disabled ones too: a realm has few.
    public void allOperators() {
        allOperators = true;
    }

    public boolean wantsAllOperators() {
        return allOperators;
    }

    public void operator(UUID id) {
        operators.add(id);
    }

    public void operatorNamed(Identifier.Key username) {
        operatorNames.add(username);
    }

    public void partner(String partnerId) {
        partners.add(partnerId);
    }

    /// A group, and the policies that are assigned to it.
    public void group(UUID id) {
        groups.add(id);
        policiesOfGroups.add(id);
    }

    /// Whoever has this name.
    ///
    /// @param folded as [Group#folded] makes it
    public void groupNamed(String folded) {
        groupNames.add(folded);
    }

    public void policy(UUID id) {
        policies.add(id);
    }

    /// Whoever has this name.
    ///
    /// @param folded as [Group#folded] makes it
    public void policyNamed(String folded) {
        policyNames.add(folded);
    }

    /// The groups and policies of all the users that are needed, and these groups and policies themselves: of all,
    /// since a request may name a user by what an earlier one in the same transaction made theirs.
    public void affiliations() {
        affiliations = true;
    }

    public boolean wantsAffiliations() {
        return affiliations;
    }

    /// A job, and the user whose it is.
    public void job(String jobId) {
        jobs.add(jobId);
    }
}
