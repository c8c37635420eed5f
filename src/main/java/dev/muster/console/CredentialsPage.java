package dev.muster.console;

import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Maker;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.value.Identifier;
import dev.muster.security.Authenticator;
import dev.muster.security.KeyMint;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The realm's API keys and operators.
public final class CredentialsPage {
    private static final int NAME = 200;
    private static final int NAME_IN_PATH = 255;

    private final Credentials credentials;
    private final Authenticator authenticator;
    private final KeyMint mint;
    private final CommandSender sender;
    private final Pages pages;
    private final Labels words;
    private final InstantSource clock;

    CredentialsPage(
            Credentials credentials,
            Authenticator authenticator,
            KeyMint mint,
            CommandSender sender,
            Pages pages,
            Labels words,
            InstantSource clock) {
        this.credentials = credentials;
        this.authenticator = authenticator;
        this.mint = mint;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
        this.clock = clock;
    }

    /// What the page of keys shows.
    ///
    /// @param made a key that was made just now, with its secrets, which are shown this once
    public record Keys(
            List<Key> keys,
            @Nullable Made made,
            @Nullable ErrorMessage error,
            @Nullable String done) {
        public Role[] roles() {
            return Role.values();
        }
    }

    /// A key in words.
    ///
    /// @param maker such as `by ann`; empty where it was not kept
    public record Key(
            ApiKey key,
            String role,
            String created,
            String maker,
            String expires,
            String lastUsed,
            String state,
            boolean live) {}

    public record Made(String name, String apiKey, String apiSecret) {}

    public record Operators(
            List<Person> operators,
            @Nullable ErrorMessage error,
            @Nullable String done) {
        public Role[] roles() {
            return Role.values();
        }
    }

    /// An operator in the list.
    ///
    /// @param href where what changes this operator is sent
    /// @param isSelf whether it is who looks at the list
    public record Person(Operator operator, String href, String created, String state, boolean isSelf) {}

    // Keys.

    Reply keys(PageVisit visit) {
        return keys(visit, null, null);
    }

    private Reply keys(PageVisit visit, @Nullable Made made, @Nullable ErrorMessage error) {
        Instant now = clock.instant();
        return switch (credentials.keys(visit.actor(), visit.realm().id())) {
            case Result.Refused<List<ApiKey>>(var refusal) -> trouble(visit, NavSection.KEYS, refusal);
            case Result.Ok<List<ApiKey>>(var all) ->
                pages.page(
                        error == null ? 200 : error.status(),
                        "keys",
                        pages.frame(visit, NavSection.KEYS, "Keys"),
                        new Keys(
                                all.stream()
                                        .map(key -> key(visit, key, now))
                                        .toList()
                                        .reversed(),
                                made,
                                error,
                                visit.done()));
        };
    }

    private Key key(PageVisit visit, ApiKey key, Instant now) {
        Role role = key.role();
        return new Key(
                key,
                role == null ? "scopes of its own" : role.word(),
                Labels.time(key.createdAt()),
                maker(visit, key.madeBy()),
                Labels.time(key.expiresAt(), "never"),
                Labels.time(key.lastUsedAt(), "never"),
                key.revokedAt() != null ? "revoked" : key.isLive(now) ? "live" : "expired",
                key.isLive(now));
    }

    private String maker(PageVisit visit, @Nullable Maker maker) {
        return maker == null ? "" : "by " + words.actor(visit.realm().id(), maker.by());
    }

    private Reply trouble(PageVisit visit, NavSection section, Refusal refusal) {
        ErrorMessage error = words.error(refusal);
        return pages.page(error.status(), "trouble", pages.frame(visit, section, section.title()), error);
    }

    Reply createKey(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        String name = required(in, "name");
        Role role = in.choice("role", List.of(Role.values()), Role::word);
        Instant expires = in.moment("expires");
        boolean signs = "true".equals(in.text("signs"));
        if (role == null) {
            in.fault("role", "missing", "Must be chosen.");
        }
        Role chosen = role == null ? Role.VIEWER : role;
        KeyMint.Minted minted = mint.mint(visit.realm().id(), visit.realm().environment());
        Result<Change> result = in.result(() -> new Command.CreateKey(
                        minted.id(),
                        name,
                        chosen,
                        EnumSet.copyOf(chosen.scopes()),
                        chosen.rank(),
                        signs,
                        expires,
                        minted.textHash(),
                        minted.apiSecret()))
                .then(command -> sender.send(visit, command));
        return switch (result) {
            // Not by way of another page: the secrets are in this answer and nowhere else.
            case Result.Ok<Change> _ -> keys(visit, new Made(name, minted.apiKey(), minted.apiSecret()), null);
            case Result.Refused<Change>(var refusal) -> keys(visit, null, words.error(refusal));
        };
    }

    private static String required(FormFields in, String field) {
        String text = in.checks().visibleLine(field, in.text(field), NAME);
        if (text == null) {
            in.fault(field, "missing", "Must be given.");
            return "";
        }
        return text;
    }

    Reply revokeKey(PageVisit visit) {
        Id id = Id.of(visit.request().path("key"));
        boolean descendants = "true".equals(visit.form().first("descendants"));
        Result<Change> result = id == null
                ? Result.refused(new Refusal.NotFound("key", visit.request().path("key")))
                : sender.send(visit, new Command.RevokeKey(id.value(), descendants));
        return switch (result) {
            case Result.Ok<Change> _ ->
                visit.done(visit.base() + "/keys", descendants ? Flash.REVOKED_WITH_DESCENDANTS : Flash.REVOKED);
            case Result.Refused<Change>(var refusal) -> keys(visit, null, words.error(refusal));
        };
    }

    // Operators.

    Reply operators(PageVisit visit) {
        return operators(visit, null);
    }

    private Reply operators(PageVisit visit, @Nullable ErrorMessage error) {
        return switch (credentials.operators(visit.actor(), visit.realm().id())) {
            case Result.Refused<List<Operator>>(var refusal) -> trouble(visit, NavSection.OPERATORS, refusal);
            case Result.Ok<List<Operator>>(var all) ->
                pages.page(
                        error == null ? 200 : error.status(),
                        "operators",
                        pages.frame(visit, NavSection.OPERATORS, "Operators"),
                        new Operators(
                                all.stream()
                                        .map(operator -> new Person(
                                                operator,
                                                visit.base() + "/operators/"
                                                        + LinkBuilder.encoded(operator.username()
                                                                .text()),
                                                Labels.time(operator.createdAt()),
                                                operator.isLive() ? "live" : "disabled",
                                                operator.id()
                                                        .equals(visit.visitor()
                                                                .operator()
                                                                .id())))
                                        .toList(),
                                error,
                                visit.done()));
        };
    }

    Reply createOperator(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        Identifier username = in.checks().operatorName(in.text("username"));
        if (username == null) {
            in.fault("username", "missing", "Must be given.");
        }
        Role role = in.choice("role", List.of(Role.values()), Role::word);
        if (role == null) {
            in.fault("role", "missing", "Must be chosen.");
        }
        return operator(
                visit,
                password(visit, in, username == null ? "" : username.text())
                        .then(hash -> username == null || role == null
                                ? Result.refused(new Refusal.Invalid(in.checks().faults()))
                                : sender.send(visit, new Command.CreateOperator(username, role, hash))),
                Flash.SAVED);
    }

    Reply changePassword(PageVisit visit) {
        FormFields in = new FormFields(visit.form()::first);
        return operator(
                visit,
                password(visit, in, named(visit).folded())
                        .then(hash -> sender.send(visit, new Command.ChangePassword(named(visit), hash))),
                Flash.SAVED);
    }

    Reply disable(PageVisit visit) {
        if (isSelf(visit)) {
            return operators(visit, ErrorMessage.NOT_YOURSELF);
        }
        return operator(visit, sender.send(visit, new Command.DisableOperator(named(visit))), Flash.DISABLED);
    }

    Reply changeRole(PageVisit visit) {
        if (isSelf(visit)) {
            return operators(visit, ErrorMessage.NOT_YOURSELF);
        }
        FormFields in = new FormFields(visit.form()::first);
        Role role = in.choice("role", List.of(Role.values()), Role::word);
        if (role == null) {
            in.fault("role", "missing", "Must be chosen.");
        }
        Role chosen = role == null ? Role.VIEWER : role;
        return operator(
                visit,
                in.result(() -> new Command.ChangeOperatorRole(named(visit), chosen))
                        .then(command -> sender.send(visit, command)),
                Flash.SAVED);
    }

    /// Deletes an operator, once their username was typed.
    Reply delete(PageVisit visit) {
        if (isSelf(visit)) {
            return operators(visit, ErrorMessage.NOT_YOURSELF);
        }
        FormFields in = new FormFields(visit.form()::first);
        String username = visit.request().path("username");
        if (!TextComparison.of(in.text("name"), username)) {
            in.checks()
                    .fault(
                            "name",
                            "mismatch",
                            "Type the username, " + username + ", to say that you mean this operator.");
        }
        return operator(
                visit,
                in.result(() -> new Command.DeleteOperator(named(visit))).then(command -> sender.send(visit, command)),
                Flash.DELETED);
    }

    /// Whether operators act on themselves. They may be the last admin, who could not undo it.
    private static boolean isSelf(PageVisit visit) {
        return named(visit).equals(visit.visitor().operator().username().key());
    }

    Reply enable(PageVisit visit) {
        return operator(visit, sender.send(visit, new Command.EnableOperator(named(visit))), Flash.ENABLED);
    }

    private static Identifier.Key named(PageVisit visit) {
        String username = visit.request().path("username");
        // Longer than any name is, and long to fold.
        if (username.length() > NAME_IN_PATH) {
            return new Identifier.Key(Identifier.Kind.USERNAME, "");
        }
        return new Identifier.Key(
                Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username)));
    }

    /// @param username whose password it is to be
    private Result<String> password(PageVisit visit, FormFields in, String username) {
        String password = visit.form().first("password");
        if (password == null || password.isEmpty()) {
            in.fault("password", "missing", "Must be given.");
            return in.result(() -> "");
        }
        NewPassword sound = authenticator.passwords().read(in.checks(), visit.realm(), username, password);
        return in.result(() -> Objects.requireNonNull(sound))
                .then(known -> authenticator.passwords().hash(visit.realm().id(), known));
    }

    private Reply operator(PageVisit visit, Result<Change> result, Flash done) {
        return switch (result) {
            case Result.Ok<Change>(var change) -> visit.done(visit.base() + "/operators", done.unlessNothing(change));
            case Result.Refused<Change>(var refusal) -> operators(visit, words.error(refusal));
        };
    }
}
