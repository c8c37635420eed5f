package dev.muster.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A realm as far as it was loaded, in memory. Rules read and change it and nothing else. Each request works on an
/// [#overlay] that is [#merge]d only if the request succeeds, so a refused one leaves no trace on its neighbours.
/// Asking for something that was not loaded is a bug in what the command says it needs, and throws.
public final class Picture {
    private final @Nullable Picture below;
    private final Facts<UUID, Optional<User>> users;
    private final Facts<Long, Optional<UUID>> numbers;
    private final Facts<Identifier.Key, Optional<UUID>> owners;
    private final Facts<Fingerprint, Optional<UUID>> bars;
    private final Facts<Fingerprint, Set<UUID>> cardHolders;
    private final Facts<UUID, Optional<ApiKey>> keys;
    private final Facts<UUID, Optional<Operator>> operators;
    private final Facts<Identifier.Key, Optional<UUID>> operatorNames;
    private final Facts<String, Optional<Tenant>> tenants;
    private final Facts<UUID, Optional<Group>> groups;
    private final Facts<String, Optional<UUID>> groupNames;
    private final Facts<UUID, Optional<Policy>> policies;
    private final Facts<String, Optional<UUID>> policyNames;
    private final Facts<UUID, Set<UUID>> policiesOfGroups;
    private final Facts<UUID, Affiliations> affiliations;
    private final Facts<String, Optional<Job>> jobs;

    /// Users, groups and policies whose rows cannot be read, by id. A picture and its overlays share it.
    private final Map<UUID, UnreadableException> unreadable;

    /// As `unreadable`, by job id.
    private final Map<String, UnreadableException> unreadableJobs;

    /// Whether there was no job yet when the realm was loaded; then none waits for whoever registers.
    private final boolean withoutJobs;

    /// Whether storage has jobs that were submitted under a name and have no user.
    private final Facts<Fingerprint, Boolean> jobNames;

    private final Facts<Fingerprint, UUID> claims;
    private Counters counters;
    private long lastNumber;
    private Quotas quotas;
    private boolean quotasChanged;

    /// A realm of which nothing is loaded yet, with the default quotas.
    ///
    /// @param lastNumber the highest user number given so far
    public Picture(Counters counters, long lastNumber) {
        this(counters, lastNumber, Quotas.DEFAULT);
    }

    /// A realm of which nothing is loaded yet.
    ///
    /// @param lastNumber the highest user number given so far
    public Picture(Counters counters, long lastNumber, Quotas quotas) {
        below = null;
        users = new Facts<>("user", null);
        numbers = new Facts<>("number", null);
        owners = new Facts<>("identifier", null);
        bars = new Facts<>("bar", null);
        cardHolders = new Facts<>("card", null);
        keys = new Facts<>("key", null);
        operators = new Facts<>("operator", null);
        operatorNames = new Facts<>("operator name", null);
        tenants = new Facts<>("partner", null);
        groups = new Facts<>("group", null);
        groupNames = new Facts<>("group name", null);
        policies = new Facts<>("policy", null);
        policyNames = new Facts<>("policy name", null);
        policiesOfGroups = new Facts<>("policies of a group", null);
        affiliations = new Facts<>("affiliations", null);
        jobs = new Facts<>("job", null);
        unreadable = new HashMap<>(0);
        unreadableJobs = new HashMap<>(0);
        jobNames = new Facts<>("name in jobs", null);
        claims = new Facts<>("claim", null);
        withoutJobs = counters.jobs() == 0;
        this.counters = counters;
        this.lastNumber = lastNumber;
        this.quotas = quotas;
    }

    private Picture(Picture below) {
        this.below = below;
        users = new Facts<>("user", below.users);
        numbers = new Facts<>("number", below.numbers);
        owners = new Facts<>("identifier", below.owners);
        bars = new Facts<>("bar", below.bars);
        cardHolders = new Facts<>("card", below.cardHolders);
        keys = new Facts<>("key", below.keys);
        operators = new Facts<>("operator", below.operators);
        operatorNames = new Facts<>("operator name", below.operatorNames);
        tenants = new Facts<>("partner", below.tenants);
        groups = new Facts<>("group", below.groups);
        groupNames = new Facts<>("group name", below.groupNames);
        policies = new Facts<>("policy", below.policies);
        policyNames = new Facts<>("policy name", below.policyNames);
        policiesOfGroups = new Facts<>("policies of a group", below.policiesOfGroups);
        affiliations = new Facts<>("affiliations", below.affiliations);
        jobs = new Facts<>("job", below.jobs);
        unreadable = below.unreadable;
        unreadableJobs = below.unreadableJobs;
        jobNames = new Facts<>("name in jobs", below.jobNames);
        claims = new Facts<>("claim", below.claims);
        withoutJobs = below.withoutJobs;
        counters = below.counters;
        lastNumber = below.lastNumber;
        quotas = below.quotas;
    }

    /// Whether the realm had no job when it was loaded, so that names in jobs need not be looked up.
    public boolean isWithoutJobs() {
        return withoutJobs;
    }

    public Picture overlay() {
        return new Picture(this);
    }

    /// Makes what was changed on this overlay part of the picture below it.
    public void merge() {
        Picture base = Objects.requireNonNull(below, "only an overlay is merged");
        users.mergeInto(base.users);
        numbers.mergeInto(base.numbers);
        owners.mergeInto(base.owners);
        bars.mergeInto(base.bars);
        cardHolders.mergeInto(base.cardHolders);
        keys.mergeInto(base.keys);
        operators.mergeInto(base.operators);
        operatorNames.mergeInto(base.operatorNames);
        tenants.mergeInto(base.tenants);
        groups.mergeInto(base.groups);
        groupNames.mergeInto(base.groupNames);
        policies.mergeInto(base.policies);
        policyNames.mergeInto(base.policyNames);
        policiesOfGroups.mergeInto(base.policiesOfGroups);
        affiliations.mergeInto(base.affiliations);
        jobs.mergeInto(base.jobs);
        jobNames.mergeInto(base.jobNames);
        claims.mergeInto(base.claims);
        base.counters = counters;
        base.lastNumber = lastNumber;
        base.quotas = quotas;
        base.quotasChanged |= quotasChanged;
    }

    // What storage says.

    public void loaded(User user) {
        users.load(user.id(), Optional.of(user));
        numbers.load(user.number(), Optional.of(user.id()));
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null) {
                owners.load(identifier.key(), Optional.of(user.id()));
            }
        }
    }

    public void loaded(ApiKey key) {
        keys.load(key.id(), Optional.of(key));
    }

    public void loaded(Operator operator) {
        operators.load(operator.id(), Optional.of(operator));
        if (!operator.isDeleted()) {
            operatorNames.load(operator.username().key(), Optional.of(operator.id()));
        }
    }

    /// An operator whose row was altered: there is nobody of that id, and yet the name is not free.
    public void loadedAltered(Operator operator) {
        operators.load(operator.id(), Optional.empty());
        if (!operator.isDeleted()) {
            operatorNames.load(operator.username().key(), Optional.of(operator.id()));
        }
    }

    public void loaded(Tenant tenant) {
        tenants.load(tenant.partnerId(), Optional.of(tenant));
    }

    /// A bar's fingerprint, and whose bar it is.
    public void loadedBar(Fingerprint print, UUID user) {
        bars.load(print, Optional.of(user));
    }

    /// A card's fingerprint, and one of those who hold it.
    public void loadedCard(Fingerprint print, UUID holder) {
        Set<UUID> holders = cardHolders.peek(print);
        Set<UUID> more = holders == null ? new HashSet<>() : new HashSet<>(holders);
        more.add(holder);
        cardHolders.load(print, more);
    }

    public void loaded(Group group) {
        groups.load(group.id(), Optional.of(group));
        groupNames.load(Group.folded(group.name()), Optional.of(group.id()));
    }

    public void loaded(Policy policy) {
        policies.load(policy.id(), Optional.of(policy));
        policyNames.load(Group.folded(policy.name()), Optional.of(policy.id()));
    }

    public void loaded(Job job) {
        jobs.load(job.jobId(), Optional.of(job));
    }

    /// A user whose row cannot be read. Their number and identifiers are taken, and a rule that asks for them throws
    /// `why`.
    public void loadedUnreadable(UUID user, long number, Collection<Identifier.Key> names, UnreadableException why) {
        unreadable.put(user, why);
        users.load(user, Optional.empty());
        numbers.load(number, Optional.of(user));
        names.forEach(name -> owners.load(name, Optional.of(user)));
    }

    /// As [#loadedUnreadable], of a group.
    public void loadedUnreadableGroup(UUID group, String name, UnreadableException why) {
        unreadable.put(group, why);
        groups.load(group, Optional.empty());
        groupNames.load(Group.folded(name), Optional.of(group));
    }

    /// As [#loadedUnreadable], of a policy.
    public void loadedUnreadablePolicy(UUID policy, String name, UnreadableException why) {
        unreadable.put(policy, why);
        policies.load(policy, Optional.empty());
        policyNames.load(Group.folded(name), Optional.of(policy));
    }

    /// As [#loadedUnreadable], of a job.
    public void loadedUnreadableJob(String jobId, UnreadableException why) {
        unreadableJobs.put(jobId, why);
        jobs.load(jobId, Optional.empty());
    }

    /// What is known of something, unless its row cannot be read.
    private <T> Optional<T> readable(Facts<UUID, Optional<T>> facts, UUID id) {
        UnreadableException why = unreadable.get(id);
        if (why != null) {
            throw why;
        }
        return facts.get(id);
    }

    /// That jobs without a user were submitted under a name.
    public void loadedJobName(Fingerprint name) {
        jobNames.load(name, true);
    }

    /// That a user is in a group.
    public void loadedMembership(UUID user, UUID group) {
        affiliations.load(user, affiliationsOr(user, Affiliations.NONE).withGroup(group));
    }

    /// That a policy is assigned to a user.
    public void loadedAssignment(UUID user, UUID policy) {
        affiliations.load(user, affiliationsOr(user, Affiliations.NONE).withPolicy(policy));
    }

    private Affiliations affiliationsOr(UUID user, Affiliations otherwise) {
        Affiliations known = affiliations.peek(user);
        return known == null ? otherwise : known;
    }

    /// That a policy is assigned to a group.
    public void loadedPolicyOfGroup(UUID group, UUID policy) {
        Set<UUID> known = policiesOfGroups.peek(group);
        policiesOfGroups.load(group, Affiliations.with(known == null ? Set.of() : known, policy));
    }

    /// Says that all of `needs` was looked up: what was not found is not there.
    public void loadedAll(Needs needs) {
        needs.usersById.forEach(id -> users.loadIfAbsent(id, Optional.empty()));
        needs.usersByNumber.forEach(number -> numbers.loadIfAbsent(number, Optional.empty()));
        needs.usersByIdentifier.forEach(key -> owners.loadIfAbsent(key, Optional.empty()));
        needs.bars.forEach(print -> bars.loadIfAbsent(print, Optional.empty()));
        needs.cards.forEach(print -> cardHolders.loadIfAbsent(print, Set.of()));
        needs.keys.forEach(id -> keys.loadIfAbsent(id, Optional.empty()));
        needs.operators.forEach(id -> operators.loadIfAbsent(id, Optional.empty()));
        needs.operatorNames.forEach(name -> operatorNames.loadIfAbsent(name, Optional.empty()));
        needs.partners.forEach(partner -> tenants.loadIfAbsent(partner, Optional.empty()));
        needs.groups.forEach(id -> groups.loadIfAbsent(id, Optional.empty()));
        needs.groupNames.forEach(name -> groupNames.loadIfAbsent(name, Optional.empty()));
        needs.policies.forEach(id -> policies.loadIfAbsent(id, Optional.empty()));
        needs.policyNames.forEach(name -> policyNames.loadIfAbsent(name, Optional.empty()));
        needs.policiesOfGroups.forEach(id -> policiesOfGroups.loadIfAbsent(id, Set.of()));
        needs.jobs.forEach(jobId -> jobs.loadIfAbsent(jobId, Optional.empty()));
        needs.jobNames.forEach(name -> jobNames.loadIfAbsent(name, false));
        if (needs.wantsAffiliations()) {
            users.loaded.forEach((id, user) -> affiliations.loadIfAbsent(id, Affiliations.NONE));
        }
    }

    // What rules ask.

    public @Nullable User find(UserRef ref) {
        return switch (ref) {
            case UserRef.ById(var id) -> readable(users, id).orElse(null);
            case UserRef.ByNumber(var number) -> byId(numbers.get(number));
            case UserRef.ByIdentifier(var key) -> byId(owners.get(key));
            case UserRef.ByExternalIdOrId(var externalId, var id) -> {
                User user = find(externalId);
                yield user == null ? find(id) : user;
            }
        };
    }

    private @Nullable User byId(Optional<UUID> id) {
        return id.isEmpty() ? null : readable(users, id.get()).orElse(null);
    }

    public boolean isBarred(Fingerprint print) {
        return bars.get(print).isPresent();
    }

    public Set<UUID> holdersOfCard(Fingerprint print) {
        return cardHolders.get(print);
    }

    public @Nullable ApiKey key(UUID id) {
        return keys.get(id).orElse(null);
    }

    /// The keys that were loaded: all of the realm's, where a request said it needs them.
    public Collection<ApiKey> keys() {
        return keys.all().stream().flatMap(Optional::stream).toList();
    }

    /// The operators that were loaded: all of the realm's, where a request said it needs them.
    public Collection<Operator> operators() {
        return operators.all().stream().flatMap(Optional::stream).toList();
    }

    public @Nullable Operator operator(UUID id) {
        return operators.get(id).orElse(null);
    }

    public @Nullable Operator operatorNamed(Identifier.Key username) {
        Optional<UUID> id = operatorNames.get(username);
        return id.isEmpty() ? null : operators.get(id.get()).orElse(null);
    }

    /// The id under which a name is stored; null when the name is free.
    public @Nullable UUID operatorIdNamed(Identifier.Key username) {
        return operatorNames.get(username).orElse(null);
    }

    public @Nullable Tenant tenant(String partnerId) {
        return tenants.get(partnerId).orElse(null);
    }

    public @Nullable Group group(UUID id) {
        return readable(groups, id).orElse(null);
    }

    public @Nullable Group groupNamed(String folded) {
        Optional<UUID> id = groupNames.get(folded);
        return id.isEmpty() ? null : group(id.get());
    }

    public @Nullable Policy policy(UUID id) {
        return readable(policies, id).orElse(null);
    }

    public @Nullable Policy policyNamed(String folded) {
        Optional<UUID> id = policyNames.get(folded);
        return id.isEmpty() ? null : policy(id.get());
    }

    /// The policies that are assigned to a group.
    public Set<UUID> policiesOfGroup(UUID group) {
        return policiesOfGroups.get(group);
    }

    public Affiliations affiliations(UUID user) {
        return affiliations.get(user);
    }

    public @Nullable Job job(String jobId) {
        UnreadableException why = unreadableJobs.get(jobId);
        if (why != null) {
            throw why;
        }
        return jobs.get(jobId).orElse(null);
    }

    public Counters counters() {
        return counters;
    }

    public long lastNumber() {
        return lastNumber;
    }

    public Quotas quotas() {
        return quotas;
    }

    // What rules change.

    /// The number for the next user to be registered.
    public long takeNumber() {
        return ++lastNumber;
    }

    public void put(User user) {
        Optional<User> was = users.peek(user.id());
        User before = was == null ? null : was.orElse(null);
        counters = counters.moved(before, user);
        if (before == null) {
            affiliations.change(user.id(), Affiliations.NONE);
        }
        users.change(user.id(), Optional.of(user));
        numbers.change(user.number(), Optional.of(user.id()));
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier old = before == null ? null : before.identifier(kind);
            Identifier now = user.identifier(kind);
            if (old != null && (now == null || !old.key().equals(now.key()))) {
                owners.change(old.key(), Optional.empty());
            }
            if (now != null) {
                owners.change(now.key(), Optional.of(user.id()));
            }
        }
    }

    /// Notes who holds the cards of these fingerprints after a change of `user`'s list.
    public void putCards(UUID user, Collection<Fingerprint> before, Collection<Fingerprint> after) {
        for (Fingerprint print : before) {
            Set<UUID> holders = cardHolders.peek(print);
            if (holders != null && !after.contains(print)) {
                Set<UUID> fewer = new HashSet<>(holders);
                fewer.remove(user);
                cardHolders.change(print, fewer);
            }
        }
        for (Fingerprint print : after) {
            Set<UUID> holders = cardHolders.peek(print);
            if (holders != null) {
                Set<UUID> more = new HashSet<>(holders);
                more.add(user);
                cardHolders.change(print, more);
            }
        }
    }

    public void bar(Fingerprint print, UUID user) {
        bars.change(print, Optional.of(user));
    }

    public void annulBar(Fingerprint print) {
        bars.change(print, Optional.empty());
    }

    public void put(Quotas next) {
        quotas = next;
        quotasChanged = true;
    }

    public void put(ApiKey key) {
        Optional<ApiKey> was = keys.peek(key.id());
        int before = was != null && was.isPresent() && was.get().revokedAt() == null ? 1 : 0;
        counters = counters.withKeys((key.revokedAt() == null ? 1 : 0) - before);
        keys.change(key.id(), Optional.of(key));
    }

    public void put(Operator operator) {
        operators.change(operator.id(), Optional.of(operator));
        operatorNames.change(
                operator.username().key(), operator.isDeleted() ? Optional.empty() : Optional.of(operator.id()));
    }

    public void put(Tenant tenant) {
        tenants.change(tenant.partnerId(), Optional.of(tenant));
    }

    /// The number for the next job.
    public long takeJobNumber() {
        counters = counters.withAnotherJob();
        return counters.jobs();
    }

    public void put(Group group) {
        Optional<Group> before = groups.peek(group.id());
        String name = Group.folded(group.name());
        if (before != null && before.isPresent()) {
            String old = Group.folded(before.get().name());
            if (!old.equals(name)) {
                groupNames.change(old, Optional.empty());
            }
        }
        counters = counters.withGroups(isThere(groups, group.id()) ? 0 : 1);
        groups.change(group.id(), Optional.of(group));
        groupNames.change(name, Optional.of(group.id()));
    }

    public void delete(Group group) {
        counters = counters.withGroups(isThere(groups, group.id()) ? -1 : 0);
        groups.change(group.id(), Optional.empty());
        groupNames.change(Group.folded(group.name()), Optional.empty());
    }

    public void put(Policy policy) {
        Optional<Policy> before = policies.peek(policy.id());
        String name = Group.folded(policy.name());
        if (before != null && before.isPresent()) {
            String old = Group.folded(before.get().name());
            if (!old.equals(name)) {
                policyNames.change(old, Optional.empty());
            }
        }
        counters = counters.withPolicies(isThere(policies, policy.id()) ? 0 : 1);
        policies.change(policy.id(), Optional.of(policy));
        policyNames.change(name, Optional.of(policy.id()));
    }

    public void delete(Policy policy) {
        counters = counters.withPolicies(isThere(policies, policy.id()) ? -1 : 0);
        policies.change(policy.id(), Optional.empty());
        policyNames.change(Group.folded(policy.name()), Optional.empty());
    }

    private static <T> boolean isThere(Facts<UUID, Optional<T>> facts, UUID id) {
        Optional<T> fact = facts.peek(id);
        return fact != null && fact.isPresent();
    }

    public void putPoliciesOfGroup(UUID group, Set<UUID> assigned) {
        policiesOfGroups.change(group, assigned);
    }

    public void put(UUID user, Affiliations next) {
        affiliations.change(user, next);
    }

    public void put(Job job) {
        jobs.change(job.jobId(), Optional.of(job));
    }

    /// Makes all jobs that have no user and name this one theirs: those in this picture, and those in storage.
    ///
    /// @param print the fingerprint of `name`
    void claimJobs(Identifier.Key name, Fingerprint print, UUID user) {
        if (!withoutJobs && jobNames.get(print)) {
            jobNames.change(print, false);
            claims.change(print, user);
        }
        for (Optional<Job> known : jobs.all()) {
            if (known.isPresent() && name.equals(known.get().name())) {
                put(known.get().of(user));
            }
        }
    }

    /// Puts another in the place of each job that is known, as if it had been loaded or changed so: what storage does
    /// to rows that nobody names.
    public void replaceJobs(UnaryOperator<Job> by) {
        jobs.replaceAll(job -> job.map(by));
    }

    // What storage has to write.

    /// The users that were changed, each with what was loaded (null: is new), in order of their first change.
    public List<Changed<User>> changedUsers() {
        return changed(users);
    }

    public List<Changed<ApiKey>> changedKeys() {
        return changed(keys);
    }

    public List<Changed<Operator>> changedOperators() {
        return changed(operators);
    }

    public List<Changed<Tenant>> changedTenants() {
        return changed(tenants);
    }

    /// The realm's quotas where they were changed; null where they were not.
    public @Nullable Quotas changedQuotas() {
        return quotasChanged ? quotas : null;
    }

    /// The bars that were made (with whose they are) or annulled (empty).
    public Map<Fingerprint, Optional<UUID>> changedBars() {
        return bars.changedValues();
    }

    /// The groups that were changed; those that were deleted have no `after`.
    public List<Altered<Group>> changedGroups() {
        return altered(groups);
    }

    public List<Altered<Policy>> changedPolicies() {
        return altered(policies);
    }

    /// By name, the user whose jobs those in storage are from now on that were submitted under it.
    public Map<Fingerprint, UUID> claimedJobs() {
        return claims.changedValues();
    }

    public List<Changed<Job>> changedJobs() {
        return changed(jobs);
    }

    /// By user, what was loaded and what is now.
    public Map<UUID, Changed<Affiliations>> changedAffiliations() {
        Map<UUID, Changed<Affiliations>> all = new LinkedHashMap<>();
        affiliations.changed.forEach((user, after) -> {
            Affiliations before = affiliations.loaded.get(user);
            all.put(user, new Changed<>(before == null ? Affiliations.NONE : before, after));
        });
        return all;
    }

    /// By group, the policies that were assigned to it and those that are now.
    public Map<UUID, Changed<Set<UUID>>> changedPoliciesOfGroups() {
        Map<UUID, Changed<Set<UUID>>> all = new LinkedHashMap<>();
        policiesOfGroups.changed.forEach((group, after) -> {
            Set<UUID> before = policiesOfGroups.loaded.get(group);
            all.put(group, new Changed<>(before == null ? Set.of() : before, after));
        });
        return all;
    }

    private static <T> List<Altered<T>> altered(Facts<?, Optional<T>> facts) {
        List<Altered<T>> all = new ArrayList<>(facts.changed.size());
        facts.eachChanged((before, after) -> {
            T was = before == null ? null : before.orElse(null);
            T is = after.orElse(null);
            if (was != null || is != null) {
                all.add(new Altered<>(was, is));
            }
        });
        return all;
    }

    /// A thing as it was loaded (null: it is new) and as it is now (null: it is deleted); never both null.
    public record Altered<T>(@Nullable T before, @Nullable T after) {}

    private static <T> List<Changed<T>> changed(Facts<?, Optional<T>> facts) {
        List<Changed<T>> all = new ArrayList<>(facts.changed.size());
        facts.eachChanged((before, after) ->
                all.add(new Changed<>(before == null ? null : before.orElse(null), after.orElseThrow())));
        return all;
    }

    /// A thing as it was loaded (null: it is new) and as it is now.
    public record Changed<T>(@Nullable T before, T after) {}

    /// Facts of one sort: those loaded, and over them those changed; an overlay looks below itself.
    private static final class Facts<K, V> {
        private final String what;
        private final @Nullable Facts<K, V> below;

        // Made when something is put into them: of the many facts that a request could change it changes one or two.
        private Map<K, V> loaded = Map.of();
        private Map<K, V> changed = Map.of();

        Facts(String what, @Nullable Facts<K, V> below) {
            this.what = what;
            this.below = below;
        }

        void load(K key, V value) {
            if (loaded.isEmpty()) {
                loaded = new HashMap<>();
            }
            loaded.put(key, value);
        }

        void loadIfAbsent(K key, V value) {
            if (!loaded.containsKey(key)) {
                load(key, value);
            }
        }

        void change(K key, V value) {
            if (changed.isEmpty()) {
                changed = new LinkedHashMap<>();
            }
            changed.put(key, value);
        }

        @Nullable
        V peek(K key) {
            V value = changed.get(key);
            if (value == null) {
                value = loaded.get(key);
            }
            return value == null && below != null ? below.peek(key) : value;
        }

        V get(K key) {
            V value = peek(key);
            if (value == null) {
                throw new IllegalStateException("not loaded: " + what);
            }
            return value;
        }

        Collection<V> all() {
            Map<K, V> all = new LinkedHashMap<>();
            addAllTo(all);
            return all.values();
        }

        private void addAllTo(Map<K, V> all) {
            if (below != null) {
                below.addAllTo(all);
            }
            all.putAll(loaded);
            all.putAll(changed);
        }

        void replaceAll(UnaryOperator<V> by) {
            if (!loaded.isEmpty()) {
                loaded.replaceAll((_, value) -> by.apply(value));
            }
            if (!changed.isEmpty()) {
                changed.replaceAll((_, value) -> by.apply(value));
            }
        }

        void mergeInto(Facts<K, V> base) {
            changed.forEach(base::change);
        }

        void eachChanged(BiConsumer<@Nullable V, V> each) {
            changed.forEach((key, after) -> each.accept(loaded.get(key), after));
        }

        Map<K, V> changedValues() {
            return changed;
        }
    }
}
