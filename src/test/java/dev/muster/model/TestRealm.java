package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
import dev.muster.model.rules.Decider;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.Card;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A realm kept in maps, which replaces lanes and storage in tests. Each batch is decided on a working set that
/// contains exactly the facts in its requests' load plans, so a rule that reads anything else fails its tests. Each
/// request that is refused or changes nothing is also checked to leave the working set unchanged.
final class TestRealm {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    /// Makes fingerprints without a secret, because in tests they only need to be distinct.
    static final Fingerprint.Maker PRINTS = new Fingerprint.Maker() {
        @Override
        public Fingerprint of(Identifier.Key identifier) {
            return print(identifier.kind() + ":" + identifier.folded());
        }

        @Override
        public Fingerprint ofCard(String number) {
            return print("card:" + number);
        }
    };

    final Map<UUID, User> users = new LinkedHashMap<>();
    final Map<Fingerprint, UUID> bars = new HashMap<>();
    final Map<UUID, ApiKey> keys = new LinkedHashMap<>();
    final Map<UUID, Operator> operators = new LinkedHashMap<>();
    final Map<String, Tenant> tenants = new LinkedHashMap<>();
    final Map<UUID, Group> groups = new LinkedHashMap<>();
    final Map<UUID, Policy> policies = new LinkedHashMap<>();

    /// The group memberships and policies of each user, without deleted groups and policies.
    final Map<UUID, Affiliations> affiliations = new LinkedHashMap<>();

    /// The policies of each group.
    final Map<UUID, Set<UUID>> policiesOfGroups = new LinkedHashMap<>();

    final Map<String, Job> jobs = new LinkedHashMap<>();
    final List<Event> journal = new ArrayList<>();
    final Map<UUID, Approval> approvals = new LinkedHashMap<>();
    ApprovalRules approvalRules = ApprovalRules.NONE;
    Environment environment = Environment.PRODUCTION;
    Counters counters = Counters.ZERO;
    long lastNumber;
    Instant now = START;
    private long lastId;

    final Actor admin = key(Role.ADMIN).actor();
    final Actor manager = key(Role.MANAGER).actor();
    final Actor viewer = key(Role.VIEWER).actor();

    private static Fingerprint print(String of) {
        return new Fingerprint(of.getBytes(StandardCharsets.UTF_8));
    }

    static Identifier email(String text) {
        return new Identifier(Identifier.Kind.EMAIL, text, Identifier.fold(Identifier.Kind.EMAIL, text));
    }

    static Identifier externalId(String text) {
        return new Identifier(Identifier.Kind.EXTERNAL_ID, text, Identifier.fold(Identifier.Kind.EXTERNAL_ID, text));
    }

    static Identifier username(String text) {
        return new Identifier(Identifier.Kind.USERNAME, text, Identifier.fold(Identifier.Kind.USERNAME, text));
    }

    /// Returns a registration with only an email address.
    static Command.Register registration(String email) {
        return new Command.Register(email(email), null, null, null, null, null, Tag.USER, null);
    }

    // Existing state

    UUID freshId() {
        return new UUID(0x0199_0000_0000_7000L, 0x8000_0000_0000_0000L | ++lastId);
    }

    ApiKey key(Role role) {
        return key(role.scopes(), role.rank(), null);
    }

    ApiKey key(Set<Scope> scopes, Rank rank, @Nullable Instant expiresAt) {
        UUID id = freshId();
        Digest hash = new Digest(ByteBuffer.allocate(8).putLong(lastId).array());
        ApiKey key = new ApiKey(
                id, "key", null, scopes, rank, true, hash, null, "secret", null, now, expiresAt, null, null, null,
                null);
        keys.put(id, key);
        counters = counters.withKeys(1);
        return key;
    }

    Operator operator(String username, Role role) {
        Operator operator =
                new Operator(freshId(), username(username), role, "hash", 1, now, null, null, null, null, null);
        operators.put(operator.id(), operator);
        return operator;
    }

    /// Adds a user who existed before the test.
    UUID user(Consumer<User.Draft> as) {
        User.Draft draft = new User.Draft(freshId(), ++lastNumber, now);
        draft.version = 1;
        as.accept(draft);
        User user = draft.build();
        users.put(user.id(), user);
        counters = counters.moved(null, user);
        return user.id();
    }

    UUID user(String email) {
        return user(draft -> draft.email = email(email));
    }

    // Requests

    Result<Change> ask(Actor actor, @Nullable UserRef target, Command... commands) {
        return ask(new Write(actor, target, List.of(commands), null));
    }

    Result<Change> ask(Write write) {
        return batch(List.of(write)).getFirst();
    }

    /// Executes `commands` on an existing user and returns the change; fails if they are refused.
    Change done(UUID user, Command... commands) {
        return ok(ask(admin, UserRef.id(user), commands));
    }

    Refusal refused(UUID user, Command... commands) {
        return no(ask(admin, UserRef.id(user), commands));
    }

    /// Whether the commands succeed without changing anything.
    boolean isIdle(UUID user, Command... commands) {
        return done(user, commands).events().isEmpty();
    }

    User get(UUID user) {
        return users.get(user);
    }

    Standing standing(UUID user) {
        return get(user).standing(now);
    }

    Event last() {
        return journal.getLast();
    }

    /// Decides several requests in one transaction.
    List<Result<Change>> batch(List<Write> writes) {
        LoadPlan needs = new LoadPlan();
        writes.forEach(write -> Decider.plan(write, needs, PRINTS));
        WorkingSet workingSet = load(needs);
        List<Result<Change>> results = new ArrayList<>();
        for (Write write : writes) {
            WorkingSet overlay = workingSet.overlay();
            Seen before = Seen.of(workingSet);
            Result<Change> result = new Decider(overlay, environment, PRINTS, now).decide(write, this::freshId);
            assertThat(Seen.of(workingSet)).isEqualTo(before);
            if (result instanceof Result.Ok<Change>(var change)) {
                overlay.merge();
                if (change.events().isEmpty()) {
                    assertThat(Seen.of(workingSet)).isEqualTo(before);
                } else if (change.about() instanceof Change.OfUser(var user)) {
                    assertThat(workingSet.people().find(UserRef.id(user.id()))).isEqualTo(user);
                }
                journal.addAll(change.events());
            }
            results.add(result);
        }
        save(workingSet);
        return results;
    }

    private WorkingSet load(LoadPlan needs) {
        WorkingSet workingSet = new WorkingSet(counters, lastNumber, Quotas.DEFAULT);
        for (Job job : jobs.values()) {
            boolean named = job.name() != null && needs.jobs.names.contains(PRINTS.of(job.name()));
            if (named || needs.jobs.ids.contains(job.jobId())) {
                workingSet.jobs().loaded(job);
                if (job.user() != null) {
                    needs.people.user(UserRef.id(job.user()));
                }
            }
        }
        Set<UUID> wantedGroups = new HashSet<>(needs.memberships.groups);
        Set<UUID> wantedPolicies = new HashSet<>(needs.memberships.policies);
        for (User user : users.values()) {
            boolean named = Arrays.stream(Identifier.Kind.values())
                    .map(user::identifier)
                    .anyMatch(identifier -> identifier != null && needs.people.identifiers.contains(identifier.key()));
            if (named || needs.people.ids.contains(user.id()) || needs.people.numbers.contains(user.number())) {
                workingSet.people().loaded(user);
                if (needs.memberships.affiliations) {
                    Affiliations its = affiliationsOf(user.id());
                    its.groups().forEach(group -> workingSet.memberships().loadedMembership(user.id(), group));
                    its.policies().forEach(policy -> workingSet.memberships().loadedAssignment(user.id(), policy));
                    wantedGroups.addAll(its.groups());
                    wantedPolicies.addAll(its.policies());
                }
            }
            for (Card card : user.cards()) {
                Fingerprint fingerprint = PRINTS.ofCard(card.number());
                if (needs.people.cards.contains(fingerprint)) {
                    workingSet.people().loadedCard(fingerprint, user.id());
                }
            }
        }
        bars.forEach((fingerprint, user) -> {
            if (needs.people.bars.contains(fingerprint)) {
                workingSet.people().loadedBar(fingerprint, user);
            }
        });
        for (ApiKey key : keys.values()) {
            if (needs.credentials.keys.contains(key.id()) || needs.credentials.allKeys) {
                workingSet.credentials().loaded(key);
            }
        }
        for (Operator operator : operators.values()) {
            if (needs.credentials.allOperators
                    || needs.credentials.operators.contains(operator.id())
                    || needs.credentials.operatorNames.contains(
                            operator.username().key())) {
                workingSet.credentials().loaded(operator);
            }
        }
        for (Approval approval : approvals.values()) {
            if (needs.approvals.ids.contains(approval.id())) {
                workingSet.approvals().loaded(approval);
            }
        }
        if (needs.approvals.wantsRules()) {
            workingSet.approvals().loaded(approvalRules);
        }
        tenants.values().stream()
                .filter(tenant -> needs.credentials.partners.contains(tenant.partnerId()))
                .forEach(workingSet.credentials()::loaded);
        loadGroups(workingSet, needs, wantedGroups, wantedPolicies);
        workingSet.loadedAll(needs);
        return workingSet;
    }

    private void loadGroups(WorkingSet workingSet, LoadPlan needs, Set<UUID> wantedGroups, Set<UUID> wantedPolicies) {
        for (UUID group : needs.memberships.policiesOfGroups) {
            for (UUID policy : policiesOfGroups.getOrDefault(group, Set.of())) {
                workingSet.memberships().loadedPolicyOfGroup(group, policy);
                wantedPolicies.add(policy);
            }
        }
        for (Group group : groups.values()) {
            if (wantedGroups.contains(group.id())
                    || needs.memberships.groupNames.contains(Group.folded(group.name()))) {
                workingSet.memberships().groups.load(group);
            }
        }
        for (Policy policy : policies.values()) {
            if (wantedPolicies.contains(policy.id())
                    || needs.memberships.policyNames.contains(Group.folded(policy.name()))) {
                workingSet.memberships().policies.load(policy);
            }
        }
    }

    Affiliations affiliationsOf(UUID user) {
        return affiliations.getOrDefault(user, Affiliations.NONE);
    }

    private void save(WorkingSet workingSet) {
        for (WorkingSet.Changed<User> changed : workingSet.people().changed()) {
            assertThat(changed.before()).isEqualTo(users.get(changed.after().id()));
            users.put(changed.after().id(), changed.after());
        }
        workingSet
                .people()
                .changedBars()
                .forEach((fingerprint, user) ->
                        user.ifPresentOrElse(whose -> bars.put(fingerprint, whose), () -> bars.remove(fingerprint)));
        workingSet
                .credentials()
                .changedKeys()
                .forEach(changed -> keys.put(changed.after().id(), changed.after()));
        workingSet
                .credentials()
                .changedOperators()
                .forEach(changed -> operators.put(changed.after().id(), changed.after()));
        workingSet
                .credentials()
                .changedTenants()
                .forEach(changed -> tenants.put(changed.after().partnerId(), changed.after()));
        saveGroups(workingSet);
        for (WorkingSet.Changed<Job> changed : workingSet.jobs().changed()) {
            assertThat(changed.before()).isEqualTo(jobs.get(changed.after().jobId()));
            jobs.put(changed.after().jobId(), changed.after());
        }
        workingSet
                .approvals()
                .changed()
                .forEach(changed -> approvals.put(changed.after().id(), changed.after()));
        if (workingSet.approvals().changedRules() != null) {
            approvalRules = workingSet.approvals().changedRules();
        }
        counters = workingSet.counters();
        lastNumber = workingSet.lastNumber();
    }

    private void saveGroups(WorkingSet workingSet) {
        for (WorkingSet.Altered<Group> altered : workingSet.memberships().groups.altered()) {
            if (altered.after() != null) {
                assertThat(altered.before())
                        .isEqualTo(groups.get(altered.after().id()));
                groups.put(altered.after().id(), altered.after());
            } else {
                assertThat(altered.before())
                        .isEqualTo(groups.remove(altered.before().id()));
            }
        }
        for (WorkingSet.Altered<Policy> altered :
                workingSet.memberships().policies.altered()) {
            if (altered.after() != null) {
                assertThat(altered.before())
                        .isEqualTo(policies.get(altered.after().id()));
                policies.put(altered.after().id(), altered.after());
            } else {
                assertThat(altered.before())
                        .isEqualTo(policies.remove(altered.before().id()));
            }
        }
        workingSet.memberships().changedAffiliations().forEach((user, changed) -> {
            assertThat(changed.before()).isEqualTo(affiliationsOf(user));
            affiliations.put(user, changed.after());
        });
        workingSet.memberships().changedPoliciesOfGroups().forEach((group, changed) -> {
            assertThat(changed.before()).isEqualTo(policiesOfGroups.getOrDefault(group, Set.of()));
            policiesOfGroups.put(group, changed.after());
        });
        // Readers no longer see the relations of a deleted group or policy, so they are removed here.
        affiliations.replaceAll(
                (_, its) -> new Affiliations(only(its.groups(), groups), only(its.policies(), policies)));
        policiesOfGroups.replaceAll((_, its) -> only(its, policies));
        policiesOfGroups.keySet().retainAll(groups.keySet());
        affiliations.values().removeIf(Affiliations::isEmpty);
        policiesOfGroups.values().removeIf(Set::isEmpty);
    }

    private static Set<UUID> only(Set<UUID> ids, Map<UUID, ?> there) {
        Set<UUID> kept = new LinkedHashSet<>(ids);
        kept.retainAll(there.keySet());
        return kept;
    }

    /// Everything in a working set that would be stored.
    private record Seen(
            List<WorkingSet.Changed<User>> users,
            List<WorkingSet.Changed<ApiKey>> keys,
            List<WorkingSet.Changed<Operator>> operators,
            List<WorkingSet.Changed<Tenant>> tenants,
            Map<Fingerprint, Optional<UUID>> bars,
            Collection<ApiKey> allKeys,
            Collection<Operator> allOperators,
            List<WorkingSet.Altered<Group>> groups,
            List<WorkingSet.Altered<Policy>> policies,
            Map<UUID, WorkingSet.Changed<Affiliations>> affiliations,
            Map<UUID, WorkingSet.Changed<Set<UUID>>> policiesOfGroups,
            List<WorkingSet.Changed<Job>> jobs,
            Counters counters,
            long lastNumber) {
        static Seen of(WorkingSet workingSet) {
            return new Seen(
                    workingSet.people().changed(),
                    workingSet.credentials().changedKeys(),
                    workingSet.credentials().changedOperators(),
                    workingSet.credentials().changedTenants(),
                    new HashMap<>(workingSet.people().changedBars()),
                    new HashSet<>(workingSet.credentials().keys()),
                    new HashSet<>(workingSet.credentials().operators()),
                    workingSet.memberships().groups.altered(),
                    workingSet.memberships().policies.altered(),
                    workingSet.memberships().changedAffiliations(),
                    workingSet.memberships().changedPoliciesOfGroups(),
                    workingSet.jobs().changed(),
                    workingSet.counters(),
                    workingSet.lastNumber());
        }
    }

    // Results

    static Change ok(Result<Change> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<Change>) result).value();
    }

    static Refusal no(Result<Change> result) {
        assertThat(result).isInstanceOf(Result.Refused.class);
        return ((Result.Refused<Change>) result).refusal();
    }
}
