package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Card;
import dev.muster.model.Checks;
import dev.muster.model.Command;
import dev.muster.model.Digest;
import dev.muster.model.Edit;
import dev.muster.model.HoldKind;
import dev.muster.model.Identifier;
import dev.muster.model.Rank;
import dev.muster.model.Role;
import dev.muster.model.Tag;
import dev.muster.model.UserRef;
import dev.muster.model.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Random requests that get in each other's way: few people, few identifiers, few cards, every command.
final class Scenario {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final Random random;
    private final Actor actor;

    Scenario(long seed, Actor actor) {
        this.random = new Random(seed);
        this.actor = actor;
    }

    List<Request> requests(int count, long... realms) {
        List<Request> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(request(i, realms[random.nextInt(realms.length)]));
        }
        return all;
    }

    private Request request(int number, long realm) {
        boolean registers = random.nextInt(3) == 0;
        List<Command> commands = new ArrayList<>();
        if (registers) {
            commands.add(register());
        } else {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                commands.add(onUser());
            }
        }
        Write write = new Write(actor, registers ? null : target(), commands, random.nextInt(10) == 0 ? 1L : null);
        Request.Retry retry = random.nextInt(4) == 0
                ? new Request.Retry("key-" + random.nextInt(6), new Digest(new byte[] {(byte) random.nextInt(2)}))
                : null;
        Request.Origin origin =
                new Request.Origin("test", "request-" + number, random.nextInt(5) == 0 ? "ana@example.com" : null);
        return new Request(realm, write, origin, retry, random.nextInt(8) == 0, 100);
    }

    private UserRef target() {
        return switch (random.nextInt(4)) {
            case 0 -> UserRef.number(1 + random.nextInt(8));
            case 1 -> UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "ext-" + random.nextInt(8));
            default -> UserRef.identifier(Identifier.Kind.EMAIL, "user" + random.nextInt(8) + "@example.com");
        };
    }

    private Command register() {
        return new Command.Register(
                identifier(Identifier.Kind.EMAIL),
                random.nextBoolean() ? identifier(Identifier.Kind.EXTERNAL_ID) : null,
                null,
                "Name " + random.nextInt(100),
                null,
                null,
                random.nextInt(5) == 0 ? Tag.GUEST : Tag.USER,
                random.nextBoolean() ? "{\"a\":" + random.nextInt(10) + "}" : null);
    }

    private Identifier identifier(Identifier.Kind kind) {
        String text = switch (kind) {
            case EMAIL -> "User" + random.nextInt(8) + "@example.com";
            case EXTERNAL_ID -> "ext-" + random.nextInt(8);
            case USERNAME -> "user " + random.nextInt(8);
        };
        return new Checks().identifier(kind, text);
    }

    private Command onUser() {
        HoldKind kind = List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.DEACTIVATED, HoldKind.FRAUD)
                .get(random.nextInt(4));
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> new Command.PlaceHold(kind, label(), word(), null, until());
            case 3, 4 -> new Command.ReleaseHold(kind, label(), word());
            case 5 -> new Command.AssertHold(kind);
            case 6 -> new Command.LiftHold(kind);
            case 7 -> new Command.ToggleSuspension();
            case 8 -> new Command.Reinstate(word(), null);
            case 9 -> new Command.Remove(word(), null);
            case 10 -> new Command.Restore(null, null);
            case 11 -> random.nextInt(4) == 0 ? new Command.Bar(word(), null) : new Command.Expel(null, null);
            case 12 -> random.nextInt(3) == 0 ? new Command.Erase(word(), null) : new Command.ConfirmEmail();
            case 13 -> new Command.ChangeRank(Rank.values()[random.nextInt(3)]);
            case 14 -> new Command.Promote();
            case 15, 16 ->
                new Command.ReplaceCards(List.of(new Card("100" + random.nextInt(4), word())), random.nextBoolean());
            case 17 -> new Command.ReplaceWorkstations(List.of("desk-" + random.nextInt(3)));
            case 18 -> new Command.EndHolds();
            default ->
                new Command.Update(
                        random.nextBoolean() ? new Edit<>(identifier(Identifier.Kind.EMAIL)) : null,
                        random.nextInt(4) == 0 ? new Edit<>(identifier(Identifier.Kind.EXTERNAL_ID)) : null,
                        random.nextInt(4) == 0 ? new Edit<>(identifier(Identifier.Kind.USERNAME)) : null,
                        random.nextBoolean() ? new Edit<>("Renamed " + random.nextInt(50)) : null,
                        null,
                        null,
                        null,
                        null);
        };
    }

    private String label() {
        return random.nextInt(3) == 0 ? "legal" : "main";
    }

    private @Nullable String word() {
        return random.nextBoolean() ? "reason-" + random.nextInt(3) : null;
    }

    private @Nullable Instant until() {
        return random.nextBoolean() ? START.plus(Duration.ofSeconds(random.nextInt(1, 600))) : null;
    }

    /// A key that may do everything, and the command that makes it.
    static Command.CreateKey adminKey(UUID id) {
        return new Command.CreateKey(
                id,
                "admin",
                Role.ADMIN,
                Set.copyOf(Role.ADMIN.scopes()),
                Rank.SUPER,
                true,
                null,
                new Digest(new byte[32]),
                "mss_secret");
    }

    static Command.CreateTenant tenant(long test, long production, UUID key) {
        return new Command.CreateTenant("partner-" + test, "Partner", test, adminKey(key), production, adminKey(key));
    }
}
