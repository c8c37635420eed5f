package dev.muster.demo;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What the people of the demonstration belong to and have done: groups, policies, and jobs of every outcome,
/// among them some that failed under a fraud hold and wait for somebody to look at them.
record DemoActivity(Doing doing, Actor operator) {
    private static final List<String> GROUPS =
            List.of("Employees", "Contractors", "Risk desk", "Night shift", "Zürich branch");

    /// Carries out a command of somebody's.
    interface Doing {
        Change execute(Actor actor, Command command);
    }

    /// Puts people into groups, gives out policies and submits jobs.
    ///
    /// @param users in order of their numbers, before anything is done here
    void happen(List<User> users) {
        List<User> staff = users.stream().filter(DemoActivity::mayJoin).toList();
        List<UUID> groups = groups(staff);
        policies(staff, groups);
        jobs(users);
    }

    private static boolean mayJoin(User user) {
        return user.tag() == Tag.USER && !user.isRemoved() && !user.isBarred() && !user.isErased();
    }

    private List<UUID> groups(List<User> staff) {
        List<UUID> groups = new ArrayList<>();
        for (String name : GROUPS) {
            groups.add(done(new Command.CreateGroup(name, null)).group().id());
        }
        List<Runnable> joining = new ArrayList<>();
        for (int i = 0; i < staff.size(); i++) {
            int nth = i;
            UserRef ref = UserRef.id(staff.get(i).id());
            joining.add(() -> done(new Command.AddMember(groups.get(nth % 7 == 3 ? 1 : 0), ref)));
            if (nth % 11 == 2) {
                joining.add(() -> done(new Command.AddMember(groups.get(2 + nth % 3), ref)));
            }
        }
        all(joining);
        return groups;
    }

    private void policies(List<User> staff, List<UUID> groups) {
        UUID remote = policy("Remote access", "vpn.example.com", "mail.example.com");
        done(new Command.AssignGroup(remote, groups.getFirst()));
        UUID office = policy("Back office", "payments.example.com/refunds", "payments.example.com/limits");
        done(new Command.AssignGroup(office, groups.get(2)));
        UUID building = policy("Building A", "door:a-main", "door:a-garage");
        done(new Command.AssignGroup(building, groups.get(0)));
        done(new Command.AssignGroup(building, groups.get(1)));
        // Disappears with the one person who has it, should they be expelled.
        UUID audit = policy("Audit room", "door:a-417");
        done(new Command.AssignUser(audit, UserRef.id(staff.get(4).id())));
    }

    private UUID policy(String name, String... resources) {
        return done(new Command.CreatePolicy(name, null, List.of(resources)))
                .policy()
                .id();
    }

    /// In a test realm each has its verdict at once.
    private void jobs(List<User> users) {
        List<Runnable> submitting = new ArrayList<>();
        int enrolled = 0;
        for (User user : users) {
            boolean fraud = user.holds().has(HoldKind.FRAUD);
            boolean clear = user.holds().isEmpty();
            if ((clear && user.number() % 4 == 1) || (fraud && enrolled > 0)) {
                int nth = ++enrolled;
                submitting.add(() -> submit(user, nth, clear));
            }
        }
        all(submitting);
        users.stream()
                .filter(user -> user.holds().has(HoldKind.FRAUD))
                .findFirst()
                .ifPresent(user -> done(new Command.ReviewJob(
                        "enrol-" + user.number(), "Second passport with this portrait; stays flagged.")));
    }

    private void submit(User user, int nth, boolean clear) {
        submit(user, "enrol-" + user.number(), 4, enrolment(nth));
        if (clear && enrolment(nth) == Outcome.PASSED && user.number() % 8 == 1) {
            submit(user, "login-" + user.number(), 2, nth % 5 == 0 ? Outcome.FAILED : Outcome.PASSED);
        }
    }

    private static void all(List<Runnable> doings) {
        atOnce(doings.stream().map(Executors::callable).toList());
    }

    /// What each of `makings` gives, in their order. They run at once, so that many share a commit.
    static <T> List<T> atOnce(List<Callable<T>> makings) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> made = new ArrayList<>(makings.size());
            for (Future<T> each : threads.invokeAll(makings)) {
                made.add(each.get());
            }
            return made;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the demonstration cannot be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Outcome enrolment(int nth) {
        return switch (nth % 12) {
            case 5 -> Outcome.FAILED;
            case 9 -> Outcome.PROVISIONAL;
            default -> Outcome.PASSED;
        };
    }

    private void submit(User user, String jobId, int type, Outcome outcome) {
        Identifier externalId = user.externalId();
        String text = externalId == null ? user.id().toString() : externalId.text();
        JobRequest.ForUser whose = new JobRequest.ForUser(UserRef.id(user.id()), text, null);
        done(new Command.SubmitJob(
                new JobRequest(jobId, new JobType(type), whose, null, null, false, false, outcome), null, null));
    }

    private Change done(Command command) {
        return doing.execute(operator, command);
    }
}
