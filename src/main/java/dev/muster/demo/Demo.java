package dev.muster.demo;

import dev.muster.directory.Credentials;
import dev.muster.directory.Directory;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.job.Evidence;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.KeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fills the register for `serve --demo`: a tenant with 500 fictional people in various standings, 90 days of
/// history, operators, and commands to try. Everything is written through the directory, like any other
/// write. Ids, keys and the password are new at every start.
public record Demo(
        Directory directory,
        Credentials credentials,
        EvidenceFiles evidence,
        Authenticator authenticator,
        KeyGenerator keyGenerator,
        DemoClock clock) {
    private static final String PARTNER = "demo";
    private static final String OPERATOR = "demo";
    private static final int MAX_PEOPLE = 500;
    private static final Origin ORIGIN = new Origin("demo", "demo", null);

    /// Fills an empty register with 90 days of history.
    ///
    /// @param server the server's address for the printed commands, without a trailing slash
    /// @return the text to print: keys, the operator's password, and commands to try
    public String fill(URI server) {
        Tenancy tenancy = createTenant();
        String password = password(tenancy.realm());
        Actor operator = createOperator(tenancy, OPERATOR, password, Role.ADMIN);
        List<Actor> staff = Stream.of("maria", "otto", "priya")
                .map(name -> createOperator(tenancy, name, password(tenancy.realm()), Role.MANAGER))
                .toList();
        DemoCalendar calendar = new DemoCalendar(clock, Instant.now());
        DemoHistory past = new DemoHistory(
                (actor, target, commands) -> execute(tenancy.realm(), actor, target, commands),
                (face, use) -> keep(tenancy.realm(), face, use),
                calendar,
                tenancy.admin(),
                operator,
                staff,
                Instant.now());
        List<User> users = past.create(DemoPeople.first(MAX_PEOPLE));
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

    /// The demo tenant: its test realm, the keys of both realms, and the test realm's admin.
    private record Tenancy(
            long realm, KeyGenerator.GeneratedKey test, KeyGenerator.GeneratedKey production, Actor admin) {}

    private Tenancy createTenant() {
        long test = keyGenerator.newRealmId();
        long production = keyGenerator.newRealmId();
        KeyGenerator.GeneratedKey testKey = keyGenerator.generate(test, Environment.TEST);
        KeyGenerator.GeneratedKey productionKey = keyGenerator.generate(production, Environment.PRODUCTION);
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

    /// Returns twenty random letters and digits, taken from a secret that is not used for anything else.
    private String password(long realm) {
        String secret = keyGenerator.generate(realm, Environment.TEST).apiSecret();
        return secret.substring(secret.length() - 26, secret.length() - 6);
    }

    private Actor createOperator(Tenancy tenancy, String name, String password, Role role) {
        Identifier username =
                new Identifier(Identifier.Kind.USERNAME, name, Identifier.fold(Identifier.Kind.USERNAME, name));
        Realm realm = Objects.requireNonNull(credentials.realm(tenancy.realm()), "the realm that was just made");
        Validator checks = new Validator();
        NewPassword drawn = authenticator.passwords().read(checks, realm, name, password);
        if (drawn == null) {
            throw new IllegalStateException("a random password was refused: " + checks.faults());
        }
        String hash = unwrap(authenticator.passwords().hash(tenancy.realm(), drawn));
        execute(
                tenancy.realm(),
                tenancy.admin(),
                null,
                List.of(new OperatorCommand.CreateOperator(username, role, hash)));
        Operator operator = Objects.requireNonNull(
                credentials.operator(tenancy.realm(), username.key()), "the operator that was just made");
        return operator.actor();
    }

    /// Stores evidence and passes it to `use`, which must submit it with a job.
    private void keep(long realm, DemoFace face, Function<Evidence, Change> use) {
        try (EvidenceFiles.Sink sink = retryWhileBusy(() -> evidence.take(realm, 0))) {
            sink.settle(Result.ok(use.apply(unwrap(sink.fill(face::writeTo)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Change execute(long realm, Actor actor, @Nullable UserRef target, List<Command> commands) {
        // The clock moves through months, so each write is treated as if it were made right after a sign-in.
        Write write = new Write(actor.withProofAt(clock.instant()), target, commands, null);
        WriteRequest request = new WriteRequest(realm, write, ORIGIN, null, false, 256);
        return retryWhileBusy(() -> directory.execute(request));
    }

    /// Retries while the server is busy, because the histories of many people are written concurrently.
    private static <T> T retryWhileBusy(Supplier<Result<T>> attempt) {
        Result<T> result = attempt.get();
        while (result instanceof Result.Refused<T>(Refusal.Busy(var pause))) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            result = attempt.get();
        }
        return unwrap(result);
    }

    private static <T> T unwrap(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) ->
                throw new IllegalStateException("a write of the demonstration was refused: " + refusal);
        };
    }
}
