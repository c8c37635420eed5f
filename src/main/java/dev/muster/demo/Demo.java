package dev.muster.demo;

import dev.muster.demo.DemoPeople.Person;
import dev.muster.directory.Credentials;
import dev.muster.directory.Directory;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.KeyMint;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What `serve --demo` has in it: a tenant with 500 made-up people in assorted standing, an operator, and commands to
/// try. All of it passes the one door like anybody's writes, and ids, keys and the password are fresh at every start.
public record Demo(
        Directory directory, Credentials credentials, Authenticator authenticator, KeyMint mint, InstantSource clock) {
    private static final String PARTNER = "demo";
    private static final String OPERATOR = "demo";
    private static final int PEOPLE = 500;
    private static final Origin ORIGIN = new Origin("demo", "demo", null);

    /// Fills an empty register.
    ///
    /// @param server the address that the printed commands call, without a slash at its end
    /// @return what to print: keys, the operator's password, commands to try
    public String fill(URI server) {
        Tenancy tenancy = makeTenant();
        String password = password(tenancy.realm());
        Actor operator = makeOperator(tenancy, password);
        List<User> users = makeUsers(tenancy, operator);
        new DemoActivity((actor, command) -> execute(tenancy.realm(), actor, null, List.of(command)), operator)
                .happen(users);
        return new DemoText(
                        server,
                        PARTNER,
                        tenancy.test().apiKey(),
                        tenancy.test().apiSecret(),
                        tenancy.production().apiKey(),
                        OPERATOR,
                        password,
                        users)
                .text();
    }

    /// The demonstration's tenant: its test realm, and what opens that.
    private record Tenancy(long realm, KeyMint.Minted test, KeyMint.Minted production, Actor admin) {}

    private Tenancy makeTenant() {
        long test = mint.drawRealm();
        long production = mint.drawRealm();
        KeyMint.Minted testKey = mint.mint(test, Environment.TEST);
        KeyMint.Minted productionKey = mint.mint(production, Environment.PRODUCTION);
        execute(
                Realm.SYSTEM,
                Actor.ROOT,
                null,
                List.of(new Command.CreateTenant(
                        PARTNER,
                        "Demonstration",
                        test,
                        testKey.admin("first admin key", true),
                        production,
                        productionKey.admin("first admin key", true))));
        ApiKey key = Objects.requireNonNull(credentials.key(test, testKey.id()), "the key that was just made");
        return new Tenancy(test, testKey, productionKey, key.actor());
    }

    /// Twenty random letters and digits: those of a secret that is used for nothing else.
    private String password(long realm) {
        String secret = mint.mint(realm, Environment.TEST).apiSecret();
        return secret.substring(secret.length() - 26, secret.length() - 6);
    }

    private Actor makeOperator(Tenancy tenancy, String password) {
        Identifier username =
                new Identifier(Identifier.Kind.USERNAME, OPERATOR, Identifier.fold(Identifier.Kind.USERNAME, OPERATOR));
        Realm realm = Objects.requireNonNull(credentials.realm(tenancy.realm()), "the realm that was just made");
        Validator checks = new Validator();
        NewPassword drawn = authenticator.passwords().read(checks, realm, OPERATOR, password);
        if (drawn == null) {
            throw new IllegalStateException("a random password was refused: " + checks.faults());
        }
        String hash = got(authenticator.passwords().hash(tenancy.realm(), drawn));
        execute(
                tenancy.realm(),
                tenancy.admin(),
                null,
                List.of(new Command.CreateOperator(username, Role.ADMIN, hash)));
        Operator operator = Objects.requireNonNull(
                credentials.operator(tenancy.realm(), username.key()), "the operator that was just made");
        return operator.actor();
    }

    /// All at once, so that many share a commit. In the order of the people, whatever order they were written in.
    private List<User> makeUsers(Tenancy tenancy, Actor operator) {
        return DemoActivity.atOnce(DemoPeople.first(PEOPLE).stream()
                .map(person -> (Callable<User>) () -> makeUser(tenancy, operator, person))
                .toList());
    }

    private User makeUser(Tenancy tenancy, Actor operator, Person person) {
        User user = execute(tenancy.realm(), tenancy.admin(), null, List.of(person.register()))
                .user();
        UserRef ref = UserRef.id(user.id());
        List<Command> belongings = belongings(person);
        if (!belongings.isEmpty()) {
            user = execute(tenancy.realm(), tenancy.admin(), ref, belongings).user();
        }
        List<Command> fate = fate(person, clock.instant());
        if (!fate.isEmpty()) {
            user = execute(tenancy.realm(), operator, ref, fate).user();
        }
        return user;
    }

    private static List<Command> belongings(Person person) {
        List<Command> commands = new ArrayList<>(4);
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
        return commands;
    }

    /// What became of a person: nothing for most, and for each kind of standing a few.
    private static List<Command> fate(Person person, Instant now) {
        int number = person.number();
        if (person.rank() != Rank.REGULAR) {
            return List.of();
        }
        if (number == 100) {
            return List.of(new Command.Bar("identity_theft", "Registered with somebody else's passport."));
        }
        if (number == 200) {
            return List.of(new Command.Erase("erasure_request", "Asked for by letter."));
        }
        if (number == 300) {
            Instant end = now.plus(Duration.ofMinutes(5));
            return List.of(hold(HoldKind.SUSPENDED, "cooling_off", "Ends while you watch.", end));
        }
        if (number % 83 == 17) {
            return stacked(number, now);
        }
        return switch (number % 41) {
            case 3, 24 ->
                List.of(hold(
                        HoldKind.SUSPENDED,
                        "payment_overdue",
                        "Third reminder sent.",
                        now.plus(Duration.ofDays(3 + number % 25))));
            case 7 -> List.of(hold(HoldKind.BLOCKED, "chargeback", "Disputed by the card's owner.", null));
            case 12 -> List.of(hold(HoldKind.DEACTIVATED, "left_company", null, null));
            case 18 -> List.of(hold(HoldKind.FRAUD, "document_forged", "Two portraits on one passport.", null));
            case 29 -> List.of(new Command.Remove("account_closed", null));
            case 35 -> person.register().tag() == Tag.GUEST ? List.of(new Command.Promote()) : List.of();
            default -> List.of();
        };
    }

    private static List<Command> stacked(int number, Instant now) {
        return List.of(
                new Command.PlaceHold(HoldKind.SUSPENDED, "legal", "court_order", "File 4 O 117/26.", null),
                new Command.PlaceHold(
                        HoldKind.SUSPENDED,
                        "billing",
                        "invoice_overdue",
                        null,
                        now.plus(Duration.ofDays(1 + number % 9))),
                hold(HoldKind.DEACTIVATED, "parental_leave", null, now.plus(Duration.ofDays(120))));
    }

    private static Command hold(HoldKind kind, String reason, @Nullable String note, @Nullable Instant until) {
        return new Command.PlaceHold(kind, Hold.MAIN, reason, note, until);
    }

    private Change execute(long realm, Actor actor, @Nullable UserRef target, List<Command> commands) {
        Write write = new Write(actor, target, commands, null);
        WriteRequest request = new WriteRequest(realm, write, ORIGIN, null, false, 256);
        Result<Change> result = directory.execute(request);
        while (result instanceof Result.Refused<Change>(Refusal.Busy(var pause))) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            result = directory.execute(request);
        }
        return got(result);
    }

    private static <T> T got(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) ->
                throw new IllegalStateException("the demonstration is refused: " + refusal);
        };
    }
}
