package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.GroupFields;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobFields;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Properties of a realm's groups, policies, jobs and users that hold after any sequence of requests.
class RealmLawsTest {
    @Provide
    Arbitrary<Script> scripts() {
        return Script.everything(3);
    }

    // Groups and policies

    @Property(tries = 300)
    void theCountsAreCounts(@ForAll("scripts") Script script) {
        script.run(asked -> {
            TestRealm realm = asked.realm();
            for (Group group : realm.groups.values()) {
                assertThat(group.members())
                        .as(group.name())
                        .isEqualTo(users(realm, group.id(), Affiliations::groups)
                                .filter(user -> !user.isRemoved())
                                .count());
            }
            for (Policy policy : realm.policies.values()) {
                assertThat(policy.users())
                        .as(policy.name())
                        .isEqualTo(users(realm, policy.id(), Affiliations::policies)
                                .count());
                assertThat(policy.groups())
                        .as(policy.name())
                        .isEqualTo(realm.policiesOfGroups.values().stream()
                                .filter(its -> its.contains(policy.id()))
                                .count());
            }
        });
    }

    private interface Ids {
        Set<UUID> of(Affiliations affiliations);
    }

    private static Stream<User> users(TestRealm realm, UUID id, Ids ids) {
        return realm.affiliations.entrySet().stream()
                .filter(entry -> ids.of(entry.getValue()).contains(id))
                .map(entry -> realm.get(entry.getKey()));
    }

    @Property(tries = 200)
    void namesAreUniqueOnceFolded(@ForAll("scripts") Script script) {
        script.run(asked -> {
            assertThat(asked.realm().groups.values())
                    .extracting(group -> Group.folded(group.name()))
                    .doesNotHaveDuplicates();
            assertThat(asked.realm().policies.values())
                    .extracting(policy -> Group.folded(policy.name()))
                    .doesNotHaveDuplicates();
        });
    }

    @Property(tries = 200)
    void guestsAndFormerUsersBelongNowhere(@ForAll("scripts") Script script) {
        script.run(asked -> asked.realm().affiliations.forEach((id, its) -> {
            User user = asked.realm().get(id);
            assertThat(user.tag()).isEqualTo(Tag.USER);
            assertThat(user.isBarred() || user.isErased()).isFalse();
        }));
    }

    @Property(tries = 200)
    void groupsInUseAreKeptAndOnlyALeavingUserDeletesAPolicy(@ForAll("scripts") Script script) {
        script.run(asked -> {
            asked.more()
                    .policiesOfGroups()
                    .forEach((group, its) -> assertThat(asked.realm().groups).containsKey(group));
            for (Policy policy : asked.more().policies().values()) {
                if (asked.realm().policies.containsKey(policy.id()) || asked.only() instanceof Command.DeletePolicy) {
                    continue;
                }
                assertThat(asked.events())
                        .anyMatch(event -> event.action() == Event.Action.USER_EXPELLED
                                || event.action() == Event.Action.USER_BARRED);
                assertThat(policy.users()).isEqualTo(1);
                assertThat(policy.groups()).isZero();
                User left = Objects.requireNonNull(asked.target());
                assertThat(asked.more().affiliations().get(left.id()).policies())
                        .contains(policy.id());
            }
        });
    }

    @Property(tries = 200)
    void expulsionsRecordTheRelationsThatEnded(@ForAll("scripts") Script script) {
        script.run(asked -> asked.events().stream()
                .filter(event -> event.action() == Event.Action.USER_EXPELLED)
                .forEach(event -> {
                    Affiliations left = asked.more()
                            .affiliations()
                            .getOrDefault(event.subject().id(), Affiliations.NONE);
                    assertThat(told(event, "groups")).isEqualTo(texts(left.groups()));
                    assertThat(told(event, "policies")).isEqualTo(texts(left.policies()));
                }));
    }

    private static Set<String> told(Event event, String field) {
        Changes.FieldChange change = event.changes().byField().get(field);
        Set<String> ids = new HashSet<>();
        if (change != null) {
            assertThat(change.after()).isNull();
            ((List<?>) Objects.requireNonNull(change.before()))
                    .forEach(each -> ids.add((String) ((Map<?, ?>) each).get("id")));
        }
        return ids;
    }

    private static Set<String> texts(Set<UUID> ids) {
        Set<String> texts = new HashSet<>();
        ids.forEach(id -> texts.add(id.toString()));
        return texts;
    }

    // Jobs

    @Property(tries = 300)
    void enrolmentsComeFromJobsThatPassedWithoutAHold(@ForAll("scripts") Script script) {
        script.run(asked -> asked.realm().users.forEach((id, user) -> {
            User before = asked.before().get(id);
            boolean fresh = user.enrolment() instanceof Enrolment.Enrolled
                    && (before == null || !jobOf(before.enrolment()).equals(jobOf(user.enrolment())));
            if (fresh) {
                Job job = asked.realm().jobs.get(((Enrolment.Enrolled) user.enrolment()).jobId());
                Job.Completed completed = (Job.Completed) job.stage();
                assertThat(completed.outcome()).isEqualTo(Outcome.PASSED);
                assertThat(completed.verdict().outcome()).isEqualTo(Outcome.PASSED);
                assertThat(job.type().kind()).isEqualTo(JobType.Kind.ENROLMENT);
                assertThat(job.user()).isEqualTo(id);
                assertThat(completed.submission().heldBy()).isNull();
                assertThat(user.holds().decision(asked.realm().now)).isEqualTo(Decision.ALLOW);
                if (before != null && before.enrolment() instanceof Enrolment.Enrolled) {
                    assertThat(job.permitted()).isTrue();
                }
            }
        }));
    }

    /// Returns a text that identifies an enrolment.
    private static String jobOf(Enrolment enrolment) {
        return switch (enrolment) {
            case Enrolment.None() -> "";
            case Enrolment.Enrolled(var jobId, var at) -> jobId + at;
            case Enrolment.ReenrolmentAllowed(var previous) -> previous.jobId() + previous.at();
        };
    }

    @Property(tries = 300)
    void aJobGoesOnlyForward(@ForAll("scripts") Script script) {
        script.run(asked -> asked.more().jobs().forEach((jobId, before) -> {
            Job after = asked.realm().jobs.get(jobId);
            assertThat(after.id()).isEqualTo(before.id());
            assertThat(after.number()).isEqualTo(before.number());
            if (before.submission() != null) {
                assertThat(after.submission()).isNotNull();
                assertThat(after.type()).isEqualTo(before.type());
                if (before.user() != null) {
                    assertThat(after.user()).isEqualTo(before.user());
                } else if (after.user() != null) {
                    assertThat(asked.realm().users.get(after.user()))
                            .as("who was registered under its name")
                            .isNotNull();
                } else {
                    assertThat(after.userText()).isEqualTo(before.userText());
                }
            }
            if (before.stage() instanceof Job.Completed was) {
                Job.Completed is = (Job.Completed) after.stage();
                assertThat(after.extras()).isEqualTo(before.extras());
                assertThat(after.evidence()).isEqualTo(before.evidence());
                assertThat(is.submission()).isEqualTo(was.submission());
                if (was.isFinal()) {
                    assertThat(is.verdict()).isEqualTo(was.verdict());
                    assertThat(is.outcome()).isEqualTo(was.outcome());
                    assertThat(is.at()).isEqualTo(was.at());
                }
                if (was.review() instanceof Job.ClosedReview && was.isFinal()) {
                    assertThat(is).isEqualTo(was);
                }
            }
        }));
    }

    @Property(tries = 200)
    void aJobThatFailedByFraudAndNoOtherWaitsForReview(@ForAll("scripts") Script script) {
        script.run(asked -> asked.realm().jobs.values().forEach(job -> {
            if (job.stage() instanceof Job.Completed completed) {
                boolean byFraud = "fraud".equals(completed.reason());
                assertThat(!(completed.review() instanceof Job.NoReview)).isEqualTo(byFraud);
                if (completed.reason() != null) {
                    assertThat(completed.outcome()).isEqualTo(Outcome.FAILED);
                } else {
                    assertThat(completed.outcome())
                            .isEqualTo(completed.verdict().outcome());
                }
                if (completed.submission().heldBy() != null) {
                    assertThat(completed.reason())
                            .isEqualTo(completed.submission().heldBy().wireName());
                }
            }
        }));
    }

    @Property(tries = 200)
    void jobsAreCountedFromOne(@ForAll("scripts") Script script) {
        TestRealm realm = script.run(_ -> {});
        assertThat(realm.jobs.values())
                .extracting(Job::number)
                .doesNotHaveDuplicates()
                .allMatch(number -> number >= 1 && number <= realm.counters.jobs());
        assertThat(realm.counters.jobs()).isEqualTo(realm.jobs.size());
        assertThat(realm.jobs.values()).extracting(Job::id).doesNotHaveDuplicates();
    }

    // All subjects

    @Property(tries = 250)
    void refusedRequestsLeaveNoTrace(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (asked.result() instanceof Result.Refused<Change>) {
                TestRealm realm = asked.realm();
                assertThat(realm.users).isEqualTo(asked.before());
                assertThat(realm.bars).isEqualTo(asked.barsBefore());
                assertThat(realm.counters).isEqualTo(asked.countersBefore());
                assertThat(Script.More.of(realm)).isEqualTo(asked.more());
                assertThat(realm.ask(asked.write())).isEqualTo(asked.result());
            }
        });
    }

    @Property(tries = 200)
    void requestsWithoutAnEntryChangeNothing(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (asked.events().isEmpty()) {
                assertThat(asked.realm().users).isEqualTo(asked.before());
                assertThat(Script.More.of(asked.realm())).isEqualTo(asked.more());
            }
        });
    }

    @Property(tries = 250)
    void batchingIsInvisible(@ForAll("scripts") Script script, @ForAll @IntRange(min = 2, max = 12) int size) {
        TestRealm alone = Script.peopled();
        TestRealm together = Script.peopled();
        for (List<Script.Ask> group : script.groups(size)) {
            alone.now = alone.now.plusSeconds(group.getFirst().waitSeconds());
            together.now = alone.now;
            // The generated requests refer to groups and policies that exist before the batch.
            List<Write> writes = group.stream().map(ask -> ask.write(together)).toList();
            List<Result<Change>> apart = new ArrayList<>();
            writes.forEach(write -> apart.add(alone.ask(write)));
            assertThat(together.batch(writes)).isEqualTo(apart);
        }
        assertThat(together.users).isEqualTo(alone.users);
        assertThat(together.counters).isEqualTo(alone.counters);
        assertThat(together.journal).isEqualTo(alone.journal);
        assertThat(Script.More.of(together)).isEqualTo(Script.More.of(alone));
    }

    @Property(tries = 250)
    void countersAreACount(@ForAll("scripts") Script script) {
        script.run(asked -> {
            Counters counted = Counters.ZERO;
            for (User user : asked.realm().users.values()) {
                counted = counted.moved(null, user);
            }
            for (int i = 0; i < asked.realm().jobs.size(); i++) {
                counted = counted.withAnotherJob();
            }
            counted = counted.withGroups(asked.realm().groups.size())
                    .withPolicies(asked.realm().policies.size())
                    .withKeys((int) asked.realm().keys.values().stream()
                            .filter(key -> key.revokedAt() == null)
                            .count());
            assertThat(present(asked.realm().counters)).isEqualTo(present(counted));
            // The current state reveals only the difference between placed and ended holds.
            assertThat(asked.realm().counters.holdsPlaced()
                            - asked.realm().counters.holdsEnded())
                    .isEqualTo(counted.holdsPlaced());
            assertThat(asked.realm().lastNumber).isEqualTo(asked.realm().users.size());
        });
    }

    @Property(tries = 250)
    void aVersionIsOneStepForEachRequestThatChangedTheUser(@ForAll("scripts") Script script) {
        script.run(asked -> asked.realm().users.forEach((id, after) -> {
            User before = asked.before().get(id);
            if (before == null) {
                assertThat(after.version()).isEqualTo(1);
            } else if (!before.equals(after)) {
                // The same request may have changed something else, such as a job of the user.
                boolean byItself = asked.events().stream()
                        .filter(event -> event.subject().id().equals(id))
                        .map(Event::action)
                        // A request for an invitation does not change the user.
                        .allMatch(
                                Set.of(Event.Action.USER_HOLD_ENDED, Event.Action.USER_INVITATION_REQUESTED)::contains);
                assertThat(after.version()).isEqualTo(before.version() + (byItself ? 0 : 1));
            }
        }));
    }

    @Property(tries = 300)
    void nothingTakesTheLastSuper(@ForAll("scripts") Script script) {
        script.run(asked -> {
            if (asked.countersBefore().supersInService() > 0) {
                assertThat(asked.realm().counters.supersInService()).isPositive();
            }
        });
    }

    // The journal

    @Property(tries = 300)
    void allEntriesAboutSomethingMakeItAgain(@ForAll("scripts") Script script) {
        TestRealm realm = script.run(_ -> {});
        Map<UUID, Map<String, Object>> fields = new HashMap<>();
        Map<UUID, Instant> made = new HashMap<>();
        Map<UUID, Instant> edited = new HashMap<>();
        for (Event event : realm.journal) {
            UUID id = event.subject().id();
            event.changes().applyTo(fields.computeIfAbsent(id, _ -> new HashMap<>()));
            made.putIfAbsent(id, event.at());
            if (event.action().wireName().endsWith(".created")
                    || event.action().wireName().endsWith(".updated")) {
                edited.put(id, event.at());
            }
        }
        realm.groups.forEach(
                (id, group) -> assertThat(GroupFields.group(id, fields.get(id), made.get(id), edited.get(id)))
                        .isEqualTo(group.withMembers(0)));
        realm.policies.forEach(
                (id, policy) -> assertThat(GroupFields.policy(id, fields.get(id), made.get(id), edited.get(id)))
                        .isEqualTo(policy.withUsers(0).withGroups(0)));
        for (Job job : realm.jobs.values()) {
            if (job.submission() != null) {
                assertThat(JobFields.job(job.id(), fields.get(job.id()))).isEqualTo(asTold(job));
            }
        }
    }

    /// Returns the job as the journal records it, without evidence keys and reservations.
    private static Job asTold(Job job) {
        Evidence evidence = job.evidence();
        Evidence told = evidence == null
                ? null
                : new Evidence(
                        evidence.id(),
                        evidence.size(),
                        evidence.sha256(),
                        new Evidence.Key(new byte[0]),
                        evidence.keptUntil());
        Job.Stage stage = job.stage() instanceof Job.Awaiting(var submission, var _)
                ? new Job.Awaiting(submission, null)
                : job.stage();
        return new Job(
                job.id(),
                job.jobId(),
                job.number(),
                job.type(),
                // A user registered later is recorded only in the journal entry of that registration.
                job.userText() == null ? job.user() : null,
                job.userText(),
                job.extras(),
                job.callbackUrl(),
                job.permitted(),
                stage,
                told,
                null);
    }

    /// Entries that are not sealed with a person's key contain nothing about a person, such as who joined a group
    /// or for whom a job is reserved.
    @Property(tries = 200)
    void entriesAboutOtherSubjectsNameNoPerson(@ForAll("scripts") Script script) {
        script.run(asked -> asked.events().forEach(event -> {
            boolean ofAPerson = switch (event.subject().type()) {
                case USER, OPERATOR -> true;
                case JOB -> event.action() != Event.Action.JOB_RESERVED;
                case KEY, TENANT, REALM, SSO, GROUP, POLICY, APPROVAL, WEBHOOK -> false;
            };
            if (ofAPerson) {
                return;
            }
            String told = event.changes() + " " + event.reason() + " " + event.note();
            asked.realm().users.keySet().forEach(id -> assertThat(told).doesNotContain(id.toString()));
            assertThat(told).doesNotContain("secret", "x.org", "stranger");
            if (event.action() == Event.Action.JOB_RESERVED) {
                assertThat(event.changes().byField().keySet()).isSubsetOf("jobId", "number", "type");
                assertThat(event.note()).isNull();
            }
        }));
    }

    @Property(tries = 200)
    void eachRequestIsOneMomentAndOneActor(@ForAll("scripts") Script script) {
        script.run(asked -> asked.events().forEach(event -> {
            if (event.action() != Event.Action.USER_HOLD_ENDED) {
                assertThat(event.at()).isEqualTo(asked.realm().now);
                assertThat(event.actor()).isEqualTo(asked.write().actor().ref());
            }
        }));
    }

    /// Returns the counters without those of past events.
    private static List<String> present(Counters counters) {
        return Stream.of(counters.text().split(",", -1))
                .filter(counter -> !counter.startsWith("holds"))
                .toList();
    }
}
