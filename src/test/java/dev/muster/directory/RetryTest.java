package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests when two requests with the same idempotency key count as the same request.
final class RetryTest {
    private static final UserRef ANN = UserRef.number(1);
    private static final UserRef BOB = UserRef.number(2);
    private static final Identifier NAME = new Identifier(Identifier.Kind.USERNAME, "Ann", "ann");

    @Test
    void dialectTargetAndCommandsTellRequestsApart() {
        Digest digest = digest("rest", ANN, hold(HoldKind.BLOCKED));
        assertThat(digest("rest", ANN, hold(HoldKind.BLOCKED))).isEqualTo(digest);
        assertThat(digest("signet", ANN, hold(HoldKind.BLOCKED))).isNotEqualTo(digest);
        assertThat(digest("rest", BOB, hold(HoldKind.BLOCKED))).isNotEqualTo(digest);
        assertThat(digest("rest", ANN, hold(HoldKind.SUSPENDED))).isNotEqualTo(digest);
        assertThat(digest("rest", ANN, hold(HoldKind.BLOCKED), hold(HoldKind.BLOCKED)))
                .isNotEqualTo(digest);
    }

    @Test
    void randomValuesOfARequestDoNotCount() {
        assertThat(digest("rest", null, key("a", 1))).isEqualTo(digest("rest", null, key("a", 2)));
        assertThat(digest("rest", null, key("a", 1))).isNotEqualTo(digest("rest", null, key("b", 1)));
        assertThat(digest("rest", null, new OperatorCommand.CreateOperator(NAME, Role.VIEWER, "hash 1")))
                .isEqualTo(digest("rest", null, new OperatorCommand.CreateOperator(NAME, Role.VIEWER, "hash 2")))
                .isNotEqualTo(digest("rest", null, new OperatorCommand.CreateOperator(NAME, Role.ADMIN, "hash 1")));
        assertThat(digest("rest", null, new OperatorCommand.ChangePassword(NAME.key(), "hash 1")))
                .isEqualTo(digest("rest", null, new OperatorCommand.ChangePassword(NAME.key(), "hash 2")));
        assertThat(digest("rest", null, tenant("Acme", 1)))
                .isEqualTo(digest("rest", null, tenant("Acme", 2)))
                .isNotEqualTo(digest("rest", null, tenant("Bcme", 1)));
    }

    @Test
    void theOrderOfASetDoesNot() {
        Set<Status> one = new LinkedHashSet<>(List.of(Status.ACTIVE, Status.FRAUD));
        Set<Status> other = new LinkedHashSet<>(List.of(Status.FRAUD, Status.ACTIVE));
        assertThat(digest("signet", ANN, new Command.ExpectStatus(one)))
                .isEqualTo(digest("signet", ANN, new Command.ExpectStatus(other)));
    }

    private static Digest digest(String dialect, UserRef target, Command... commands) {
        Write write = new Write(Actor.ROOT, target, List.of(commands), null);
        return WriteRequest.Retry.of("key", dialect, write).request();
    }

    private static Command hold(HoldKind kind) {
        return new Command.PlaceHold(kind, "main", null, null, null);
    }

    private static Command.CreateKey key(String name, int drawn) {
        Set<Scope> scopes = new LinkedHashSet<>(
                drawn == 1 ? List.of(Scope.USERS_READ, Scope.KEYS_WRITE) : List.of(Scope.KEYS_WRITE, Scope.USERS_READ));
        return new Command.CreateKey(
                new UUID(0, drawn),
                name,
                null,
                scopes,
                Rank.REGULAR,
                true,
                null,
                new Digest(new byte[] {(byte) drawn}),
                "secret " + drawn);
    }

    private static Command tenant(String name, int drawn) {
        return new Command.CreateTenant("acme", name, drawn, key("admin", drawn), drawn + 7, key("admin", drawn));
    }
}
