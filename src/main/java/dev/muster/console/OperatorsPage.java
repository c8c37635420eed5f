package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.InvitationLinks;
import dev.muster.api.LinkBuilder;
import dev.muster.api.RefusedException;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.security.InvitationText;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The realm's operators, and the policy on who must use a passkey.
public record OperatorsPage(
        Credentials credentials, InvitationLinks links, RandomGenerator random, CommandSender sender, Pages pages) {
    private static final ErrorMessage TAKEN =
            new ErrorMessage(409, "Another operator has this username already.", "Choose another one.", "username");

    private static final List<Role> ROLES = List.of(Role.values());
    private static final int MAX_NAME_LENGTH_IN_PATH = 255;

    /// The content of the page.
    ///
    /// @param invitation an invitation that was just created, whose link is shown only once; null if there is
    ///     none
    /// @param policy which roles must use a passkey
    public record Model(List<Row> operators, @Nullable Invitation invitation, PasskeyPolicy policy) {
        public String policyText() {
            return policy.requiredFor().isEmpty()
                    ? "Passkeys are optional."
                    : "Passkeys are required for: " + String.join(", ", policy.words()) + ".";
        }
    }

    /// An invitation whose link is shown only once.
    ///
    /// @param until when the invitation expires
    public record Invitation(String username, String link, String until) {}

    /// An operator in the list, with all values formatted.
    ///
    /// @param href the path of the operator's actions
    /// @param method how the operator signs in
    /// @param isSelf whether this is the current operator
    public record Row(Operator operator, String href, String created, String state, String method, boolean isSelf) {}

    Reply show(PageVisit visit) {
        return show(visit, null);
    }

    private Reply show(PageVisit visit, @Nullable Invitation invitation) {
        List<Row> operators = unlessRefused(credentials.operators(visit.actor(), visit.realmId())).stream()
                .map(operator -> new Row(
                        operator,
                        href(visit, operator),
                        Labels.time(operator.createdAt()),
                        state(operator),
                        method(operator),
                        operator.id().equals(visit.visitor().operator().id())))
                .toList();
        PasskeyPolicy policy = unlessRefused(credentials.passkeyPolicy(visit.actor(), visit.realmId()));
        return pages.page(visit, "operators", "Operators", new Model(operators, invitation, policy));
    }

    private static String state(Operator operator) {
        if (!operator.isLive()) {
            return "disabled";
        }
        return operator.canSignIn() ? "active" : "invited";
    }

    /// Says how the operator signs in, and how long an invitation is valid.
    private static String method(Operator operator) {
        Operator.Invitation invitation = operator.invitation();
        String invited = invitation == null ? "" : "invitation until " + Labels.time(invitation.until());
        if (operator.identity() != null) {
            return "single sign-on";
        }
        return operator.hasPassword() ? "password" + (invited.isEmpty() ? "" : ", " + invited) : invited;
    }

    /// Returns the path of an operator's actions, as browsers request it.
    static String href(PageVisit visit, Operator operator) {
        return visit.base() + path(operator);
    }

    /// Like [#href], but relative to the realm's pages.
    static String path(Operator operator) {
        return "/operators/" + LinkBuilder.encoded(operator.username().text());
    }

    /// Creates an operator, and shows the link with which the operator chooses a password.
    Reply invite(PageVisit visit) {
        FormFields in = visit.fields();
        Identifier username = in.checks().operatorName(in.text("username"));
        if (username == null) {
            in.fault("username", "missing", "Is required.");
        }
        Role role = in.chosen("role", ROLES, Role::wireName);
        in.check();
        byte[] secret = InvitationText.newSecret(random);
        OperatorCommand.InviteOperator invite =
                new OperatorCommand.InviteOperator(Objects.requireNonNull(username), role, Digest.sha256(secret));
        try {
            return invited(visit, sender.carryOut(visit, invite), secret);
        } catch (RefusedException e) {
            if (e.refusal() instanceof Refusal.Taken) {
                return show(visit.with(TAKEN));
            }
            throw e;
        }
    }

    /// Creates a new invitation, which replaces an earlier one. This also helps operators who have lost their
    /// password.
    Reply inviteAgain(PageVisit visit) {
        byte[] secret = InvitationText.newSecret(random);
        return invited(
                visit,
                sender.carryOut(visit, new OperatorCommand.RenewInvitation(named(visit), Digest.sha256(secret))),
                secret);
    }

    /// Shows the invitation without a redirect, because only this response contains the link.
    private Reply invited(PageVisit visit, Change change, byte[] secret) {
        Operator operator = change.operator();
        String token = new InvitationText(visit.realmId(), operator.id(), secret).text();
        Operator.Invitation invitation = Objects.requireNonNull(operator.invitation());
        return show(
                visit,
                new Invitation(
                        operator.username().text(), links.of(visit.request(), token), Labels.time(invitation.until())));
    }

    Reply disable(PageVisit visit) {
        return isSelf(visit)
                ? notYourself(visit)
                : done(visit, new OperatorCommand.DisableOperator(named(visit)), Flash.DISABLED);
    }

    Reply enable(PageVisit visit) {
        return done(visit, new OperatorCommand.EnableOperator(named(visit)), Flash.ENABLED);
    }

    Reply changeRole(PageVisit visit) {
        if (isSelf(visit)) {
            return notYourself(visit);
        }
        FormFields in = visit.fields();
        Role role = in.chosen("role", ROLES, Role::wireName);
        in.check();
        return done(visit, new OperatorCommand.ChangeOperatorRole(named(visit), role), Flash.SAVED);
    }

    /// Removes all passkeys of an operator who has lost theirs.
    Reply removePasskeys(PageVisit visit) {
        return done(visit, new OperatorCommand.RemovePasskeys(named(visit), null), Flash.PASSKEYS_REMOVED);
    }

    /// Sets which roles must use a passkey.
    Reply setPasskeyPolicy(PageVisit visit) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : ROLES) {
            if (visit.form().all("role").contains(role.wireName())) {
                roles.add(role);
            }
        }
        return done(visit, new OperatorCommand.SetPasskeyPolicy(new PasskeyPolicy(roles)), Flash.SAVED);
    }

    /// Deletes an operator if their username was typed to confirm.
    Reply delete(PageVisit visit) {
        if (isSelf(visit)) {
            return notYourself(visit);
        }
        FormFields in = visit.fields();
        String username = visit.request().path("username");
        in.requireName(username, "Type the username, " + username + ", to confirm.");
        in.check();
        return done(visit, new OperatorCommand.DeleteOperator(named(visit)), Flash.DELETED);
    }

    /// Whether the operator in the path is the current one. Some actions are then refused, because the last admin
    /// could not undo them.
    private static boolean isSelf(PageVisit visit) {
        return named(visit).equals(visit.visitor().operator().username().key());
    }

    private Reply notYourself(PageVisit visit) {
        return show(visit.with(ErrorMessage.NOT_YOURSELF));
    }

    static Identifier.Key named(PageVisit visit) {
        String username = visit.request().path("username");
        // Such a text is longer than any username, and would be expensive to fold.
        if (username.length() > MAX_NAME_LENGTH_IN_PATH) {
            return new Identifier.Key(Identifier.Kind.USERNAME, "");
        }
        return new Identifier.Key(
                Identifier.Kind.USERNAME, Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(username)));
    }

    private Reply done(PageVisit visit, Command command, Flash done) {
        return visit.done("/operators", done.adjustedFor(sender.carryOut(visit, command)));
    }
}
