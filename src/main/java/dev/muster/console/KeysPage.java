package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.security.KeyGenerator;
import dev.muster.security.format.ApiKeyText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The realm's API keys.
public record KeysPage(
        Credentials credentials,
        KeyGenerator keyGenerator,
        CommandSender sender,
        Pages pages,
        Labels labels,
        InstantSource clock) {
    private static final List<Role> ROLES = List.of(Role.values());
    private static final int LONGEST_NAME = 200;

    /// The lifetime that the form proposes for a new key.
    private static final Duration DEFAULT_LIFETIME = Duration.ofDays(90);

    private static final List<Overlap> OVERLAPS = List.of(
            new Overlap(86_400, "24 hours"),
            new Overlap(604_800, "7 days"),
            new Overlap(3_600, "1 hour"),
            new Overlap(0, "no time: end it now"));

    /// The content of the page.
    ///
    /// @param created a key that was just created, with its secrets, which are shown only once; null if there is
    ///     none
    /// @param expires the proposed expiry of a new key, in UTC and in the format of a `datetime-local` field
    public record Model(List<Row> keys, @Nullable CreatedKey created, String expires) {
        public List<Overlap> overlaps() {
            return OVERLAPS;
        }
    }

    /// How long a key keeps working after it has been rotated.
    public record Overlap(long seconds, String text) {
        String wireName() {
            return Long.toString(seconds);
        }
    }

    /// A key in the list, with all values formatted.
    ///
    /// @param recognizable the parts of the key's text that are not secret: the prefix and the last four characters
    /// @param descendants the number of keys and operators created with this key, such as `2 keys, 1 operator`;
    ///     empty if there are none
    /// @param creator the creator, such as `by ann`; empty if unknown
    public record Row(
            ApiKey key,
            String recognizable,
            String addresses,
            String descendants,
            String role,
            String created,
            String creator,
            String expires,
            String lastUsed,
            String state,
            boolean live) {}

    public record CreatedKey(String name, String apiKey, String apiSecret) {}

    Reply show(PageVisit visit) {
        return show(visit, null);
    }

    private Reply show(PageVisit visit, @Nullable CreatedKey made) {
        Instant now = clock.instant();
        List<ApiKey> all = unlessRefused(credentials.keys(visit.actor(), visit.realmId()));
        List<Operator> operators = unlessRefused(credentials.operators(visit.actor(), visit.realmId()));
        Lineage lineage = new Lineage(all, operators);
        Set<UUID> operatorIds = operators.stream().map(Operator::id).collect(Collectors.toSet());
        List<Row> keys = all.stream()
                .map(key -> key(visit, key, descendants(lineage, key, operatorIds), now))
                .toList()
                .reversed();
        String expires = LocalDateTime.ofInstant(now.plus(DEFAULT_LIFETIME), ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
        return pages.page(visit, "keys", "Keys", new Model(keys, made, expires));
    }

    private static String descendants(Lineage lineage, ApiKey key, Set<UUID> operatorIds) {
        Set<UUID> ids = lineage.withDescendants(key.id());
        long operators = ids.stream().filter(operatorIds::contains).count();
        // The ids include the key itself.
        long keys = ids.size() - 1 - operators;
        return Stream.of(counted(keys, "key"), counted(operators, "operator"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String counted(long count, String what) {
        return count == 0 ? "" : count + " " + what + (count == 1 ? "" : "s");
    }

    private Row key(PageVisit visit, ApiKey key, String descendants, Instant now) {
        Role role = key.role();
        Creator creator = key.madeBy();
        AllowedAddresses addresses = key.addresses();
        boolean production = visit.realm().environment() == Environment.PRODUCTION;
        return new Row(
                key,
                ApiKeyText.prefix(production, visit.realmId(), key.id()) + "…"
                        + Objects.requireNonNullElse(key.lastFour(), ""),
                addresses == null ? "any address" : String.join(", ", addresses.texts()),
                descendants,
                role == null ? "custom scopes" : role.wireName(),
                Labels.time(key.createdAt()),
                creator == null ? "" : "by " + labels.actor(visit.realmId(), creator.by()),
                Labels.time(key.expiresAt(), "never"),
                Labels.time(key.lastUsedAt(), "never"),
                key.revokedAt() != null ? "revoked" : key.isLive(now) ? "active" : "expired",
                key.isLive(now));
    }

    Reply create(PageVisit visit) {
        FormFields in = visit.fields();
        String name = in.checks().visibleLine("name", in.text("name"), LONGEST_NAME);
        if (name == null) {
            in.fault("name", "missing", "Is required.");
        }
        Role role = in.chosen("role", ROLES, Role::wireName);
        Instant expires = in.moment("expires");
        boolean signs = "true".equals(in.text("signs"));
        String typed = in.text("addresses");
        AllowedAddresses addresses = typed == null
                ? null
                : in.checks()
                        .allowedAddresses("addresses", List.of(typed.strip().split("[\\s,;]+")));
        in.check();
        KeyGenerator.GeneratedKey minted =
                keyGenerator.generate(visit.realmId(), visit.realm().environment());
        Command.CreateKey create = minted.with(
                Objects.requireNonNull(name),
                role,
                EnumSet.copyOf(role.scopes()),
                role.rank(),
                signs,
                expires,
                addresses);
        sender.carryOut(visit, create);
        // There is no redirect, because only this response contains the secrets.
        return show(visit, new CreatedKey(create.name(), minted.apiKey(), minted.apiSecret()));
    }

    /// Creates a key that replaces another, and shows its secrets.
    Reply rotate(PageVisit visit) {
        FormFields in = visit.fields();
        Overlap overlap = in.chosen("overlap", OVERLAPS, Overlap::wireName);
        in.check();
        KeyGenerator.GeneratedKey minted =
                keyGenerator.generate(visit.realmId(), visit.realm().environment());
        Change change =
                sender.carryOut(visit, minted.inPlaceOf(visit.id("key"), Duration.ofSeconds(overlap.seconds()), null));
        return show(visit, new CreatedKey(change.key().name(), minted.apiKey(), minted.apiSecret()));
    }

    Reply revoke(PageVisit visit) {
        boolean descendants = "true".equals(visit.form().first("descendants"));
        sender.carryOut(visit, new Command.RevokeKey(visit.id("key"), descendants));
        return visit.done("/keys", descendants ? Flash.REVOKED_WITH_DESCENDANTS : Flash.REVOKED);
    }
}
