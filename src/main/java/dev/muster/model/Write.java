package dev.muster.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One request to change a realm: all of its commands are done, or none.
///
/// @param target the user it is about; null where it makes one, or is about keys, operators or tenants
/// @param ifMatch the version that the target must have; null for any
public record Write(
        Actor actor,
        @Nullable UserRef target,
        List<Command> commands,
        @Nullable Long ifMatch) {
    public Write {
        commands = List.copyOf(commands);
    }

    /// Notes all that the rules will ask of the realm to judge this.
    public void needs(Needs needs, Fingerprint.Maker prints) {
        switch (actor.ref().kind()) {
            case API_KEY -> needs.key(actor.ref().id());
            case OPERATOR -> needs.operator(actor.ref().id());
            case ROOT, SYSTEM -> {}
        }
        if (target != null) {
            needs.user(target);
            if (target instanceof UserRef.ByIdentifier(var key) && key.kind().barrable()) {
                needs.bar(prints.of(key));
            }
        }
        for (Command command : commands) {
            needs(command, needs, prints);
        }
    }

    private static void needs(Command command, Needs needs, Fingerprint.Maker prints) {
        switch (command) {
            case Command.Register register -> {
                for (Identifier.Kind kind : Identifier.Kind.values()) {
                    identifier(register.identifier(kind), needs, prints);
                }
            }
            case Command.Update update -> {
                for (Identifier.Kind kind : Identifier.Kind.values()) {
                    Edit<@Nullable Identifier> edit = update.identifier(kind);
                    identifier(edit == null ? null : edit.value(), needs, prints);
                }
            }
            case Command.ReplaceCards(var cards, var duplicates) -> {
                if (!duplicates) {
                    cards.forEach(card -> needs.card(prints.ofCard(card.number())));
                }
            }
            case Command.CreateKey key -> needs.key(key.id());
            case Command.RevokeKey(var id) -> {
                // By its id too: that it was revoked before is no fault.
                needs.key(id);
                needs.allKeys();
            }
            case Command.CreateOperator operator ->
                needs.operatorNamed(operator.username().key());
            case Command.DisableOperator(var username) -> needs.operatorNamed(username);
            case Command.EnableOperator(var username) -> needs.operatorNamed(username);
            case Command.ChangePassword(var username, var _) -> needs.operatorNamed(username);
            case Command.CreateTenant tenant -> needs.partner(tenant.partnerId());
            case Command.OnUser _ -> {}
        }
    }

    private static void identifier(@Nullable Identifier identifier, Needs needs, Fingerprint.Maker prints) {
        if (identifier == null) {
            return;
        }
        needs.user(new UserRef.ByIdentifier(identifier.key()));
        if (identifier.kind().barrable()) {
            needs.bar(prints.of(identifier.key()));
        }
        UUID likeAnId = idLike(identifier);
        if (likeAnId != null) {
            needs.user(UserRef.id(likeAnId));
        }
    }

    /// The id that an external id looks like: such a one must not be another user's id.
    static @Nullable UUID idLike(Identifier identifier) {
        if (identifier.kind() != Identifier.Kind.EXTERNAL_ID
                || identifier.text().length() != 36) {
            return null;
        }
        try {
            return UUID.fromString(identifier.text());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
