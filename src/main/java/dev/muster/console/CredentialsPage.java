package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.InvitationLinks;
import dev.muster.api.LinkBuilder;
import dev.muster.console.html.ErrorMessage;
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
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.security.InvitationText;
import dev.muster.security.KeyMint;
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
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The realm's API keys and operators.
public record CredentialsPage(
        Credentials credentials,
        KeyMint mint,
        InvitationLinks links,
        RandomGenerator random,
        CommandSender sender,
        Pages pages,
        Labels labels,
        InstantSource clock) {
    private static final List<Role> ROLES = List.of(Role.values());
    private static final Duration EXPIRES_AFTER = Duration.ofDays(90);
    private static final List<Overlap> OVERLAPS = List.of(
            new Overlap(86_400, "24 hours"),
            new Overlap(604_800, "7 days"),
            new Overlap(3_600, "1 hour"),
            new Overlap(0, "not at all: end the old key now"));
    private static final int NAME = 200;
    private static final int NAME_IN_PATH = 255;

    /// What the page of keys shows.
    ///
    /// @param made a key that was made just now, with its secrets, which are shown this once
    /// @param expires what the form proposes as the end of a new key: [#EXPIRES_AFTER] from now, in UTC
    public record Keys(List<Key> keys, @Nullable Made made, String expires) {
        public List<Overlap> overlaps() {
            return OVERLAPS;
        }
    }

    /// How long a key and its successor can both be used.
    public record Overlap(long seconds, String text) {
        String word() {
            return Long.toString(seconds);
        }
    }

    /// A key in words.
    ///
    /// @param found its text as far as it is no secret: its beginning, and its last four characters
    /// @param addresses from where it may be used
    /// @param descendants what it made, such as `2 keys, 1 operator`; empty for nothing
    /// @param creator such as `by ann`; empty where it was not kept
    public record Key(
            ApiKey key,
            String found,
            String addresses,
            String descendants,
            String role,
            String created,
            String creator,
            String expires,
            String lastUsed,
            String state,
            boolean live) {}

    public record Made(String name, String apiKey, String apiSecret) {}

    /// What the page of operators shows.
    ///
    /// @param invitation one that was made just now, whose link is shown this once; null for none
    public record Operators(
            List<Person> operators, @Nullable Invitation invitation) {}

    /// An invitation whose link is shown once.
    ///
    /// @param until when it expires
    public record Invitation(String username, String link, String until) {}

    /// An operator in the list.
    ///
    /// @param href where what changes this operator is sent
    /// @param isSelf whether it is who looks at the list
    public record Person(Operator operator, String href, String created, String state, boolean isSelf) {}

    // Keys.

    Reply keys(PageVisit visit) {
        return keys(visit, null);
    }

    private Reply keys(PageVisit visit, @Nullable Made made) {
        Instant now = clock.instant();
        List<ApiKey> all = unlessRefused(credentials.keys(visit.actor(), visit.realmId()));
        List<Operator> operators = unlessRefused(credentials.operators(visit.actor(), visit.realmId()));
        Lineage lineage = new Lineage(all, operators);
        Set<UUID> people = operators.stream().map(Operator::id).collect(Collectors.toSet());
        List<Key> keys = all.stream()
                .map(key -> key(visit, key, descendants(lineage, key, people), now))
                .toList()
                .reversed();
        String expires = LocalDateTime.ofInstant(now.plus(EXPIRES_AFTER), ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
        return pages.page(visit, "keys", "Keys", new Keys(keys, made, expires));
    }

    private static String descendants(Lineage lineage, ApiKey key, Set<UUID> operators) {
        Set<UUID> made = lineage.withDescendants(key.id());
        long people = made.stream().filter(operators::contains).count();
        long keys = made.size() - 1 - people;
        return Stream.of(counted(keys, "key"), counted(people, "operator"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String counted(long count, String what) {
        return count == 0 ? "" : count + " " + what + (count == 1 ? "" : "s");
    }

    private Key key(PageVisit visit, ApiKey key, String descendants, Instant now) {
        Role role = key.role();
        Creator creator = key.madeBy();
        AllowedAddresses addresses = key.addresses();
        boolean production = visit.realm().environment() == Environment.PRODUCTION;
        return new Key(
                key,
                ApiKeyText.prefix(production, visit.realmId(), key.id()) + "…"
                        + Objects.requireNonNullElse(key.lastFour(), ""),
                addresses == null ? "any address" : String.join(", ", addresses.texts()),
                descendants,
                role == null ? "scopes of its own" : role.word(),
                Labels.time(key.createdAt()),
                creator == null ? "" : "by " + labels.actor(visit.realmId(), creator.by()),
                Labels.time(key.expiresAt(), "never"),
                Labels.time(key.lastUsedAt(), "never"),
                key.revokedAt() != null ? "revoked" : key.isLive(now) ? "live" : "expired",
                key.isLive(now));
    }

    Reply createKey(PageVisit visit) {
        FormFields in = visit.fields();
        String name = in.checks().visibleLine("name", in.text("name"), NAME);
        if (name == null) {
            in.fault("name", "missing", "Is required.");
        }
        Role role = in.chosen("role", ROLES, Role::word);
        Instant expires = in.moment("expires");
        boolean signs = "true".equals(in.text("signs"));
        String typed = in.text("addresses");
        AllowedAddresses addresses = typed == null
                ? null
                : in.checks()
                        .allowedAddresses("addresses", List.of(typed.strip().split("[\\s,;]+")));
        in.check();
        KeyMint.Minted minted = mint.mint(visit.realmId(), visit.realm().environment());
        Command.CreateKey create = minted.with(
                Objects.requireNonNull(name),
                role,
                EnumSet.copyOf(role.scopes()),
                role.rank(),
                signs,
                expires,
                addresses);
        sender.carryOut(visit, create);
        // Not via another page: the secrets are in this answer and nowhere else.
        return keys(visit, new Made(create.name(), minted.apiKey(), minted.apiSecret()));
    }

    /// Makes a key in the place of another, and shows it.
    Reply rotateKey(PageVisit visit) {
        FormFields in = visit.fields();
        Overlap overlap = in.chosen("overlap", OVERLAPS, Overlap::word);
        in.check();
        KeyMint.Minted minted = mint.mint(visit.realmId(), visit.realm().environment());
        Change change =
                sender.carryOut(visit, minted.inPlaceOf(visit.id("key"), Duration.ofSeconds(overlap.seconds()), null));
        return keys(visit, new Made(change.key().name(), minted.apiKey(), minted.apiSecret()));
    }

    Reply revokeKey(PageVisit visit) {
        boolean descendants = "true".equals(visit.form().first("descendants"));
        sender.carryOut(visit, new Command.RevokeKey(visit.id("key"), descendants));
        return visit.done("/keys", descendants ? Flash.REVOKED_WITH_DESCENDANTS : Flash.REVOKED);
    }

    // Operators.

    Reply operators(PageVisit visit) {
        return operators(visit, null);
    }

    private Reply operators(PageVisit visit, @Nullable Invitation invitation) {
        List<Person> operators = unlessRefused(credentials.operators(visit.actor(), visit.realmId())).stream()
                .map(operator -> new Person(
                        operator,
                        href(visit, operator),
                        Labels.time(operator.createdAt()),
                        state(operator),
                        operator.id().equals(visit.visitor().operator().id())))
                .toList();
        return pages.page(visit, "operators", "Operators", new Operators(operators, invitation));
    }

    private static String state(Operator operator) {
        if (!operator.isLive()) {
            return "disabled";
        }
        Operator.Invitation invitation = operator.invitation();
        String invited = invitation == null ? "" : "invited until " + Labels.time(invitation.until());
        return operator.hasPassword() ? (invitation == null ? "live" : "live, " + invited) : invited;
    }

    /// Where what changes an operator is sent.
    static String href(PageVisit visit, Operator operator) {
        return visit.base() + path(operator);
    }

    /// As [#href], below the realm's own path.
    static String path(Operator operator) {
        return "/operators/" + LinkBuilder.encoded(operator.username().text());
    }

    /// Makes an operator, and shows the link by which they choose a password.
    Reply invite(PageVisit visit) {
        FormFields in = visit.fields();
        Identifier username = in.checks().operatorName(in.text("username"));
        if (username == null) {
            in.fault("username", "missing", "Is required.");
        }
        Role role = in.chosen("role", ROLES, Role::word);
        in.check();
        byte[] secret = InvitationText.drawSecret(random);
        Command.InviteOperator invite =
                new Command.InviteOperator(Objects.requireNonNull(username), role, Digest.sha256(secret));
        return invited(visit, sender.carryOut(visit, invite), secret);
    }

    /// Makes an operator a new invitation in the place of an earlier one, also where they have lost the password.
    Reply inviteAgain(PageVisit visit) {
        byte[] secret = InvitationText.drawSecret(random);
        return invited(
                visit,
                sender.carryOut(visit, new Command.RenewInvitation(named(visit), Digest.sha256(secret))),
                secret);
    }

    /// Not via another page: the link is in this answer and nowhere else.
    private Reply invited(PageVisit visit, Change change, byte[] secret) {
        Operator operator = change.operator();
        String token = new InvitationText(visit.realmId(), operator.id(), secret).text();
        Operator.Invitation invitation = Objects.requireNonNull(operator.invitation());
        return operators(
                visit,
                new Invitation(
                        operator.username().text(), links.of(visit.request(), token), Labels.time(invitation.until())));
    }

    Reply disable(PageVisit visit) {
        return isSelf(visit)
                ? notYourself(visit)
                : done(visit, new Command.DisableOperator(named(visit)), Flash.DISABLED);
    }

    Reply enable(PageVisit visit) {
        return done(visit, new Command.EnableOperator(named(visit)), Flash.ENABLED);
    }

    Reply changeRole(PageVisit visit) {
        if (isSelf(visit)) {
            return notYourself(visit);
        }
        FormFields in = visit.fields();
        Role role = in.chosen("role", ROLES, Role::word);
        in.check();
        return done(visit, new Command.ChangeOperatorRole(named(visit), role), Flash.SAVED);
    }

    /// Removes an operator's passkeys, for somebody who has lost theirs.
    Reply removePasskeys(PageVisit visit) {
        return done(visit, new Command.RemovePasskeys(named(visit), null), Flash.PASSKEYS_REMOVED);
    }

    /// Deletes an operator, once their username was typed.
    Reply delete(PageVisit visit) {
        if (isSelf(visit)) {
            return notYourself(visit);
        }
        FormFields in = visit.fields();
        String username = visit.request().path("username");
        in.mustName(username, "Type the username, " + username + ", to confirm.");
        in.check();
        return done(visit, new Command.DeleteOperator(named(visit)), Flash.DELETED);
    }

    /// Whether operators act on themselves. They may be the last admin, who could not undo it.
    private static boolean isSelf(PageVisit visit) {
        return named(visit).equals(visit.visitor().operator().username().key());
    }

    private Reply notYourself(PageVisit visit) {
        return operators(visit.with(ErrorMessage.NOT_YOURSELF));
    }

    static Identifier.Key named(PageVisit visit) {
        String username = visit.request().path("username");
        // Longer than any name is, and long to fold.
        if (username.length() > NAME_IN_PATH) {
            return new Identifier.Key(Identifier.Kind.USERNAME, "");
        }
        return new Identifier.Key(
                Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username)));
    }

    private Reply done(PageVisit visit, Command command, Flash done) {
        return visit.done("/operators", done.unlessNothing(sender.carryOut(visit, command)));
    }
}
