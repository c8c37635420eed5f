package dev.muster.api.allthenticate;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.api.WriteGateway;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.PageByName;
import dev.muster.directory.lane.WriteRequest.Retry;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.group.Group;
import dev.muster.model.user.Card;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Invites users, which is how this dialect registers them: each e-mail address becomes a user whose address is not
/// confirmed. Muster sends no mail; it records in the journal that an invitation was requested.
record Invites(Directory directory, Groups groups, WriteGateway gateway) {
    private static final int GROUPS_PER_PAGE = 1_000;

    /// An address as sent, and the cards for its user.
    record Invitee(String address, List<Card> cards) {}

    /// A client's reference to a group: by its id or, if that is null, by its name.
    record GroupName(@Nullable UUID id, @Nullable String name) {}

    // Inviting.

    /// Registers each address separately, in order. An error with an address is reported for that address. The
    /// request is refused only if no user was registered, in which case nothing has changed.
    Reply invite(Request request, Caller caller, AllthenticateFields in) {
        List<Invitee> invitees = in.invitees();
        List<GroupName> named = in.groups();
        boolean quiet = in.isSet("no_email");
        WriteHeaders headers = in.headers(request);
        in.check();
        InviteRequest parsed = new InviteRequest(invitees, found(caller, named), quiet);
        Outcome outcome = new Outcome();
        Refusal stopped = null;
        for (int i = 0; i < invitees.size(); i++) {
            Invitee invitee = invitees.get(i);
            Validator checks = new Validator();
            Identifier email = checks.email(invitee.address());
            if (email == null || !checks.passed()) {
                outcome.invalid.add(invitee.address());
            } else if (stopped != null) {
                outcome.failed.add(invitee.address());
            } else {
                Write write = new Write(caller.actor(), null, parsed.commands(email, invitee), null);
                Retry retry = retry(caller, headers, parsed, i);
                stopped = note(
                        outcome, invitee, gateway.send(request, caller.realm().id(), write, retry, headers.dryRun()));
                if (stopped != null && outcome.registered.isEmpty()) {
                    throw new RefusedException(stopped);
                }
            }
        }
        return outcome.isEmpty() ? noneInvited(outcome) : reply(parsed, outcome);
    }

    private record InviteRequest(List<Invitee> invitees, List<Group> groups, boolean quiet) {
        /// The commands for one address.
        List<Command> commands(Identifier email, Invitee invitee) {
            List<Command> commands = new ArrayList<>();
            commands.add(new Command.Register(email, null, null, null, null, null, Tag.USER, null));
            if (!invitee.cards().isEmpty()) {
                commands.add(new Command.ReplaceCards(invitee.cards(), false));
            }
            for (Group group : groups) {
                commands.add(
                        new Command.AddMember(group.id(), UserRef.identifier(Identifier.Kind.EMAIL, email.text())));
            }
            if (!quiet) {
                commands.add(new Command.RequestInvitation());
            }
            return commands;
        }
    }

    /// The results by address.
    private static final class Outcome {
        final List<String> registered = new ArrayList<>();
        final List<Long> numbers = new ArrayList<>();
        final List<String> exists = new ArrayList<>();
        final List<String> invalid = new ArrayList<>();
        final List<String> failed = new ArrayList<>();

        boolean isWhole() {
            return invalid.isEmpty() && failed.isEmpty();
        }

        boolean isEmpty() {
            return registered.isEmpty() && exists.isEmpty();
        }
    }

    /// Records the result for one address.
    ///
    /// @return the refusal because of which the remaining addresses must be skipped; null to continue
    private static @Nullable Refusal note(Outcome outcome, Invitee invitee, Result<Change> result) {
        switch (result) {
            case Result.Ok<Change>(var change) -> {
                outcome.registered.add(invitee.address());
                outcome.numbers.add(change.user().number());
            }
            case Result.Refused<Change>(Refusal.Taken(var field, var _, var byRemoved))
            when field.equals("email") && !byRemoved -> outcome.exists.add(invitee.address());
            case Result.Refused<Change>(var refusal) -> {
                outcome.failed.add(invitee.address());
                if (!(refusal instanceof Refusal.Taken) && !(refusal instanceof Refusal.Barred)) {
                    return refusal;
                }
            }
        }
        return null;
    }

    /// Derives the idempotency key for one address. The key is bound to the whole request.
    private static @Nullable Retry retry(Caller caller, WriteHeaders headers, InviteRequest request, int index) {
        String key = headers.idempotencyKey();
        if (key == null) {
            return null;
        }
        List<Command> all = new ArrayList<>();
        for (Invitee invitee : request.invitees()) {
            String address = invitee.address();
            all.addAll(request.commands(new Identifier(Identifier.Kind.EMAIL, address, address), invitee));
        }
        Write whole = new Write(caller.actor(), null, all, null);
        // Clients' keys cannot contain a line feed.
        return new Retry(
                key + "\n" + index, Retry.of(key, AllthenticateApi.NAME, whole).request());
    }

    private static Reply noneInvited(Outcome outcome) {
        StringBuilder text = new StringBuilder("No user was invited.");
        if (!outcome.invalid.isEmpty()) {
            text.append(" Not an e-mail address: ")
                    .append(String.join(", ", outcome.invalid))
                    .append('.');
        }
        if (!outcome.failed.isEmpty()) {
            text.append(" Cannot be registered: ")
                    .append(String.join(", ", outcome.failed))
                    .append('.');
        }
        throw new RefusedException(new Refusal.Invalid("", "nobody_invited", text.toString()));
    }

    private static Reply reply(InviteRequest request, Outcome outcome) {
        int all = request.invitees().size();
        int there = outcome.registered.size() + outcome.exists.size();
        String success = outcome.isWhole()
                ? "Success! All members have been invited to join your organization."
                : "Success! " + there + " of " + all + " members have been invited to join your organization.";
        return Reply.json(200, json -> {
            json.object().field("success", success);
            json.texts("added", request.quiet() ? outcome.registered : List.of());
            json.texts("invited", request.quiet() ? List.of() : outcome.registered);
            json.texts("exists", outcome.exists);
            json.texts("invalid", outcome.invalid);
            json.texts("failed_invite", outcome.failed);
            json.array("add_ids");
            outcome.numbers.forEach(json::number);
            json.end();
            json.texts("group_names", request.groups().stream().map(Group::name).toList());
            json.field("send_email", !request.quiet()).end();
        });
    }

    /// Looks up the groups and drops duplicates.
    private List<Group> found(Caller caller, List<GroupName> named) {
        List<Group> found = new ArrayList<>();
        for (GroupName name : named) {
            Group group = find(caller, name);
            if (found.stream().noneMatch(known -> known.id().equals(group.id()))) {
                found.add(group);
            }
        }
        return found;
    }

    private Group find(Caller caller, GroupName wanted) {
        long realm = caller.realm().id();
        if (wanted.id() != null) {
            return unlessRefused(groups.group(caller.actor(), realm, wanted.id()));
        }
        String name = wanted.name() == null ? "" : wanted.name();
        String folded = Group.folded(name);
        String after = null;
        do {
            PageByName<Group> page = unlessRefused(groups.groups(caller.actor(), realm, GROUPS_PER_PAGE, after, 0));
            for (Group group : page.items()) {
                if (Group.folded(group.name()).equals(folded)) {
                    return group;
                }
            }
            after = page.next();
        } while (after != null);
        throw new RefusedException(new Refusal.NotFound("group", name));
    }

    // Users who have not confirmed their address.

    Reply pending(Supplier<Result<Caller>> proof) {
        return new UserStream(directory, proof, null, Invites::elements).reply();
    }

    private static UserStream.Writer elements(Caller caller, AsOf<Page<User>> users) {
        return json -> {
            for (User user : users.value().items()) {
                if (user.email() != null && user.emailConfirmedAt() == null && !AllthenticateApi.isGone(user)) {
                    json.object()
                            .field("email", user.email().text())
                            .field("added_date", UserStream.time(user.registeredAt()))
                            .end();
                }
            }
        };
    }
}
