package dev.muster.demo;

import dev.muster.demo.DemoPeople.Person;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.ReviewDecision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Ninety days in the life of a company: people register, enrol, join groups, pay late, are suspected of
/// fraud, and leave. The same people have the same fate at every start; ids and dates differ.
final class DemoHistory {
    private static final int LAST_DAY = DemoClock.DAYS - 1;
    private static final int AUDITOR = 5;
    private static final List<String> GROUPS =
            List.of("Employees", "Contractors", "Risk desk", "Night shift", "Zürich branch");

    private static final Map<String, List<String>> POLICIES = Map.of(
            "Remote access", List.of("vpn.example.com", "mail.example.com"),
            "Back office", List.of("payments.example.com/refunds", "payments.example.com/limits"),
            "Building A", List.of("door:a-main", "door:a-garage"),
            "Audit room", List.of("door:a-417"));

    private final Sender sender;
    private final EvidenceKeeper keeper;
    private final DemoCalendar calendar;
    private final Actor signup;
    private final Actor operator;
    private final List<Actor> staff;
    private final Instant present;
    private final List<UUID> groups = new ArrayList<>();
    private @Nullable UUID auditRoom;

    /// The users by number, in the state that the last response about each of them contained.
    private final Map<Integer, User> users = new ConcurrentHashMap<>();

    /// Executes an actor's commands.
    interface Sender {
        Change send(Actor actor, @Nullable UserRef target, List<Command> commands);
    }

    /// Stores a drawing of a face as evidence, and passes it to `use`.
    interface EvidenceKeeper {
        void keep(DemoFace face, Function<Evidence, Change> use);
    }

    /// @param signup the API key that registers people
    /// @param operator an operator with all permissions
    /// @param staff the operators who do the daily work
    DemoHistory(
            Sender sender,
            EvidenceKeeper keeper,
            DemoCalendar calendar,
            Actor signup,
            Actor operator,
            List<Actor> staff,
            Instant present) {
        this.sender = sender;
        this.keeper = keeper;
        this.calendar = calendar;
        this.signup = signup;
        this.operator = operator;
        this.staff = staff;
        this.present = present;
    }

    /// Creates the whole history.
    ///
    /// @return the users as they are now, in the order of their numbers
    List<User> create(List<Person> people) {
        createGroups();
        int day = 0;
        int arrived = 0;
        for (Person person : people) {
            while (day < LAST_DAY && arrived >= calendar.arrivals(day)) {
                day++;
                arrived = 0;
            }
            arrived++;
            live(person, day);
        }
        calendar.run();
        coolOff();
        return people.stream()
                .map(person -> Objects.requireNonNull(users.get(person.number())))
                .toList();
    }

    private void live(Person person, int day) {
        int number = person.number();
        calendar.on(day, number, number, () -> register(person));
        boolean guest = person.register().tag() == Tag.GUEST;
        if (!guest) {
            calendar.on(day, number, number, () -> join(person));
        }
        DemoScenario scenario = DemoScenario.of(person);
        if (scenario == DemoScenario.NONE && number % 4 == 1) {
            calendar.on(soon(day, 1), number + 2, number, () -> enrol(person, enrolment(number / 4)));
        }
        int later = soon(day, 2 + number * 11 % 40);
        int recently = Math.max(day, LAST_DAY - 1 - number % 9);
        Actor who = staff.get(number % staff.size());
        switch (scenario) {
            case NONE -> ordinary(person, day);
            case LEFT -> on(later, person, who, new Command.Remove("account_closed", null));
            case BARRED ->
                on(
                        later,
                        person,
                        operator,
                        new Command.Bar("identity_theft", "Registered with another person's passport."));
            case ERASED -> on(later, person, operator, new Command.Erase("erasure_request", "Asked for by letter."));
            case BLOCKED ->
                on(later, person, who, hold(HoldKind.BLOCKED, "chargeback", "Disputed by the card's owner.", null));
            case DEACTIVATED -> on(later, person, who, hold(HoldKind.DEACTIVATED, "left_company", null, null));
            case PROMOTED -> on(later, person, who, new Command.Promote());
            case OVERDUE ->
                on(
                        recently,
                        person,
                        who,
                        hold(
                                HoldKind.SUSPENDED,
                                "payment_overdue",
                                "Third reminder sent.",
                                present.plus(Duration.ofHours(20 + number * 31 % 500))));
            case FRAUD -> {
                on(later, person, who, hold(HoldKind.FRAUD, "document_forged", "Two portraits on one passport.", null));
                calendar.on(soon(later, 1), number, number, () -> enrol(person, Outcome.PASSED));
                if (number % 3 == 0) {
                    calendar.on(soon(later, 3), number, number, () -> review(person, who));
                }
            }
            case STACKED -> {
                on(
                        later,
                        person,
                        operator,
                        new Command.PlaceHold(HoldKind.SUSPENDED, "legal", "court_order", "File 4 O 117/26.", null));
                on(
                        recently,
                        person,
                        who,
                        new Command.PlaceHold(
                                HoldKind.SUSPENDED,
                                "billing",
                                "invoice_overdue",
                                null,
                                present.plus(Duration.ofDays(1 + number % 9))));
                on(
                        recently,
                        person,
                        who,
                        hold(HoldKind.DEACTIVATED, "parental_leave", null, present.plus(Duration.ofDays(120))));
            }
            case COOLING_OFF -> {}
        }
    }

    /// Schedules the history of a person who is in good standing today.
    private void ordinary(Person person, int day) {
        int number = person.number();
        Actor who = staff.get(number % staff.size());
        int suspended = day + 4 + number % 13;
        if (number % 5 == 4 && suspended + 16 < LAST_DAY) {
            Instant end = present.minus(Duration.ofDays(DemoClock.DAYS - suspended - 7));
            on(suspended, person, who, hold(HoldKind.SUSPENDED, "payment_overdue", "First reminder sent.", end));
            switch (number % 3) {
                // The hold expires.
                case 0 -> calendar.on(suspended + 7, number + 5, number, () -> end(person));
                case 1 ->
                    on(
                            suspended + 3,
                            person,
                            staff.getFirst(),
                            new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, null, "Paid."));
                default -> {
                    on(
                            suspended + 6,
                            person,
                            staff.getLast(),
                            hold(
                                    HoldKind.SUSPENDED,
                                    "payment_overdue",
                                    "Second reminder sent.",
                                    end.plus(Duration.ofDays(7))));
                    on(
                            suspended + 9,
                            person,
                            who,
                            new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, null, "Paid by bank transfer."));
                }
            }
        } else if (number % 6 == 2 && day + 20 < LAST_DAY) {
            on(day + 9 + number % 9, person, signup, Command.Update.of(edits -> {
                if (number % 4 == 0) {
                    edits.name = new Edit<>(person.register().name() + " Jr.");
                }
                edits.metadata = new Edit<>("{\"department\":\"Operations\"}");
            }));
        }
    }

    /// Returns the day that is `days` later, but at most yesterday.
    private static int soon(int day, int days) {
        return Math.min(LAST_DAY, day + days);
    }

    private void on(int day, Person person, Actor who, Command command) {
        calendar.on(day, person.number() + 3, person.number(), () -> send(who, person, List.of(command)));
    }

    private static Command hold(HoldKind kind, String reason, @Nullable String note, @Nullable Instant until) {
        return new Command.PlaceHold(kind, Hold.MAIN, reason, note, until);
    }

    private void send(Actor who, Person person, List<Command> commands) {
        users.put(person.number(), sender.send(who, ref(person), commands).user());
    }

    private UserRef ref(Person person) {
        return UserRef.id(Objects.requireNonNull(users.get(person.number())).id());
    }

    private void register(Person person) {
        users.put(
                person.number(),
                sender.send(signup, null, List.of(person.register())).user());
        List<Command> commands = new ArrayList<>();
        if (person.confirmed()) {
            commands.add(new Command.ConfirmEmail());
        }
        if (!person.cards().isEmpty()) {
            commands.add(new Command.ReplaceCards(person.cards(), false));
        }
        if (!person.workstations().isEmpty()) {
            commands.add(new Command.ReplaceWorkstations(person.workstations()));
        }
        if (person.rank() != Rank.REGULAR) {
            commands.add(new Command.ChangeRank(person.rank()));
        }
        if (!commands.isEmpty()) {
            send(signup, person, commands);
        }
    }

    /// Journals expired holds, as the background task does when the clock is real.
    private void end(Person person) {
        send(Actor.SYSTEM, person, List.of(new Command.EndHolds()));
    }

    /// Places a suspension that ends within minutes, so that a visitor can watch it end.
    private void coolOff() {
        User user = Objects.requireNonNull(users.get(300));
        users.put(
                300,
                sender.send(
                                operator,
                                UserRef.id(user.id()),
                                List.of(hold(
                                        HoldKind.SUSPENDED,
                                        "cooling_off",
                                        "Ends while you watch.",
                                        Instant.now().plus(Duration.ofMinutes(5)))))
                        .user());
    }

    // Groups and policies.

    private void createGroups() {
        for (String name : GROUPS) {
            groups.add(done(new Command.CreateGroup(name, null)).group().id());
        }
        POLICIES.forEach((name, resources) -> {
            UUID id = done(new Command.CreatePolicy(name, null, resources))
                    .policy()
                    .id();
            switch (name) {
                case "Remote access" -> done(new Command.AssignGroup(id, groups.getFirst()));
                case "Back office" -> done(new Command.AssignGroup(id, groups.get(2)));
                case "Building A" -> {
                    done(new Command.AssignGroup(id, groups.get(0)));
                    done(new Command.AssignGroup(id, groups.get(1)));
                }
                // This policy is deleted if the only person who has it is expelled.
                case "Audit room" -> auditRoom = id;
                default -> throw new IllegalStateException("no assignment for the policy " + name);
            }
        });
    }

    private void join(Person person) {
        int number = person.number();
        done(new Command.AddMember(groups.get(number % 7 == 3 ? 1 : 0), ref(person)));
        if (number == AUDITOR) {
            done(new Command.AssignUser(Objects.requireNonNull(auditRoom), ref(person)));
        }
        if (number % 11 == 2) {
            done(new Command.AddMember(groups.get(2 + number % 3), ref(person)));
        }
    }

    private Change done(Command command) {
        return sender.send(operator, null, List.of(command));
    }

    // Jobs. In a test realm, each job gets its verdict immediately.

    private void enrol(Person person, Outcome outcome) {
        submit(person, "enrol-" + person.number(), 4, outcome);
        // A user under a fraud hold is not enrolled and cannot log in.
        boolean isEnrolled = outcome == Outcome.PASSED && DemoScenario.of(person) != DemoScenario.FRAUD;
        if (isEnrolled && person.number() % 8 == 1) {
            submit(person, "login-" + person.number(), 2, person.number() % 5 == 0 ? Outcome.FAILED : Outcome.PASSED);
        }
    }

    private static Outcome enrolment(int nth) {
        return switch (nth % 12) {
            case 5 -> Outcome.FAILED;
            case 9 -> Outcome.PROVISIONAL;
            default -> Outcome.PASSED;
        };
    }

    private void submit(Person person, String jobId, int type, Outcome outcome) {
        User user = Objects.requireNonNull(users.get(person.number()));
        Identifier externalId = user.externalId();
        String text = externalId == null ? user.id().toString() : externalId.text();
        JobRequest.ForUser whose = new JobRequest.ForUser(UserRef.id(user.id()), text, null);
        JobRequest job = new JobRequest(jobId, new JobType(type), whose, null, null, false, false, outcome);
        if (DemoScenario.of(person) == DemoScenario.FRAUD) {
            // A fraud review needs evidence to look at.
            keeper.keep(new DemoFace(person.number()), evidence -> done(new JobCommand.SubmitJob(job, null, evidence)));
        } else {
            done(new JobCommand.SubmitJob(job, null, null));
        }
    }

    private void review(Person person, Actor who) {
        sender.send(
                who,
                null,
                List.of(new JobCommand.ReviewJob(
                        "enrol-" + person.number(),
                        "Second passport with this portrait; stays flagged.",
                        ReviewDecision.FRAUD)));
    }
}
