package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Approvals;
import dev.muster.directory.Approvals.Seen;
import dev.muster.directory.Directory;
import dev.muster.directory.PageByName;
import dev.muster.http.Reply;
import dev.muster.model.Approval;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.WaitingCommand;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.value.WireNamed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The realm's requests for approval, and its approval rules.
public record ApprovalsPage(
        Approvals approvals, Directory directory, CommandSender sender, Pages pages, Labels labels) {
    private static final int MAX_SHOWN = 50;
    private static final List<Approval.State> STATES = List.of(Approval.State.values());

    /// The content of the page.
    ///
    /// @param state the state of the requests shown; null for all
    /// @param next the link to the next page; null on the last page
    /// @param isAboutOne whether only the requests about one user are shown
    public record Model(
            List<Row> rows,
            @Nullable String state,
            @Nullable String next,
            ApprovalRules rules,
            boolean isAboutOne) {
        /// The states by which the list can be filtered.
        public List<String> states() {
            return STATES.stream().map(Approval.State::wireName).toList();
        }

        public List<Choice> actions() {
            return List.of(
                    new Choice("bar", "Bar a user", rules.actions().contains(ApprovalRules.Action.BAR)),
                    new Choice("erase", "Erase a user or a job", rules.actions().contains(ApprovalRules.Action.ERASE)),
                    new Choice("annul-bar", "Annul a bar", rules.actions().contains(ApprovalRules.Action.ANNUL_BAR)));
        }
    }

    public record Choice(String wireName, String text, boolean chosen) {}

    /// A request in the list, with all values formatted.
    ///
    /// @param what the requested commands, one line of text per command
    /// @param user the link to the user's page; null if the request is not about a user
    /// @param name the user's name; empty if the request is not about a user
    /// @param version the user's current version, which the form sends back; empty if the request is not about a
    ///     user
    /// @param warning what the approver should know; may be empty
    /// @param decided when and by whom the request was decided; empty while it is pending
    /// @param isOwn whether the current operator requested it
    public record Row(
            String id,
            String title,
            List<String> what,
            @Nullable String user,
            String name,
            String version,
            String warning,
            String requested,
            String lapses,
            String state,
            String decided,
            boolean pending,
            boolean isOwn) {}

    Reply show(PageVisit visit) {
        FormFields query = visit.query();
        Approval.State chosen = query.choice("state", STATES, Approval.State::wireName);
        Approval.State state = visit.request().query("state") == null ? Approval.State.PENDING : chosen;
        UUID after = query.id("after");
        UUID about = query.id("user");
        PageByName<Seen> page = about == null
                ? unlessRefused(approvals.list(visit.actor(), visit.realmId(), state, after, MAX_SHOWN))
                : about(visit, about);
        List<UUID> ids = page.items().stream()
                .map(seen -> seen.approval().user())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<UUID, User> users = unlessRefused(directory.find(visit.actor(), visit.realmId(), ids))
                .value();
        ApprovalRules rules = unlessRefused(approvals.rules(visit.actor(), visit.realmId()));
        String word = state == null ? null : state.wireName();
        return pages.page(
                visit,
                "approvals",
                "Approvals",
                new Model(
                        page.items().stream()
                                .map(seen -> row(visit, seen, users))
                                .toList(),
                        word,
                        visit.next("/approvals?state=" + (word == null ? "" : word), page.next()),
                        rules,
                        about != null));
    }

    private PageByName<Seen> about(PageVisit visit, UUID user) {
        List<Seen> pending = unlessRefused(approvals.pendingAbout(visit.actor(), visit.realmId(), user, MAX_SHOWN));
        return new PageByName<>(pending, pending.size(), false, null);
    }

    /// A pending request on the page of the user it is about, with all values formatted.
    ///
    /// @param what the requested commands
    /// @param isOwn whether the current operator requested it
    public record PendingRequest(String title, List<String> what, String requested, String lapses, boolean isOwn) {}

    /// Returns the pending requests about a user; empty if they cannot be read, so that the user's page can still
    /// be shown.
    List<PendingRequest> waiting(PageVisit visit, UUID user) {
        return approvals.pendingAbout(visit.actor(), visit.realmId(), user, MAX_SHOWN)
                        instanceof Result.Ok<List<Seen>>(var pending)
                ? pending.stream().map(seen -> waiting(visit, seen.approval())).toList()
                : List.of();
    }

    private PendingRequest waiting(PageVisit visit, Approval approval) {
        return new PendingRequest(
                title(approval.kind()),
                describe(approval),
                requested(visit, approval),
                Labels.time(approval.lapsesAt()),
                approval.requestedBy().by().equals(visit.actor().ref()));
    }

    /// Says when and by whom the change was requested.
    private String requested(PageVisit visit, Approval approval) {
        return Labels.time(approval.requestedAt()) + " by "
                + labels.actor(visit.realmId(), approval.requestedBy().by());
    }

    /// Describes the requested commands, one line of text per command.
    private static List<String> describe(Approval approval) {
        List<Command.Deferrable> commands = approval.commands();
        return commands == null
                ? List.of("The user has been erased since, so the request can no longer be read.")
                : commands.stream()
                        .map(command -> details(approval.kind(), command))
                        .filter(text -> !text.isEmpty())
                        .toList();
    }

    private Row row(PageVisit visit, Seen seen, Map<UUID, User> users) {
        Approval approval = seen.approval();
        UUID user = approval.user();
        User found = user == null ? null : users.get(user);
        boolean pending = approval.state() == Approval.State.PENDING;
        String decidedBy =
                approval.decidedBy() == null ? "" : " by " + labels.actor(visit.realmId(), approval.decidedBy());
        return new Row(
                approval.id().toString(),
                title(approval.kind()),
                describe(approval),
                user == null ? null : visit.base() + "/users/" + user,
                found == null ? "" : Labels.name(found),
                seen.version() == null ? "" : seen.version().toString(),
                seen.isChanged() ? "The user has changed since this was requested. Look at the user first." : "",
                requested(visit, approval),
                Labels.time(approval.lapsesAt()),
                approval.state().wireName(),
                approval.decidedAt() == null ? "" : Labels.time(approval.decidedAt()) + decidedBy,
                pending,
                approval.requestedBy().by().equals(visit.actor().ref()));
    }

    private static String title(Approval.Kind kind) {
        return switch (kind) {
            case BAR -> "Bar";
            case ERASE -> "Erase personal data";
            case ANNUL_BAR -> "Annul bar";
            case BULK -> "Change many users at once";
            case RULES -> "Change the approval rules";
        };
    }

    /// Describes a command, leaving out what the title of its request already says.
    private static String details(Approval.Kind kind, Command.Deferrable command) {
        return WaitingCommand.fields(command).entrySet().stream()
                .filter(field -> !field.getKey().equals(WaitingCommand.COMMAND) || kind == Approval.Kind.BULK)
                .map(ApprovalsPage::text)
                .collect(Collectors.joining(", "));
    }

    private static String text(Map.Entry<String, Object> field) {
        String value = field.getValue() instanceof List<?> all
                ? all.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                : String.valueOf(field.getValue());
        return switch (field.getKey()) {
            case "command" -> value.replace('-', ' ');
            case "kind" -> {
                HoldKind kind = WireNamed.of(HoldKind.values(), value);
                yield kind == null ? value : Labels.kind(kind);
            }
            case "actions" -> "for " + (value.isEmpty() ? "nothing" : value);
            case "bulkThreshold" -> "more than " + value + " users at once";
            case "jobId" -> "job " + value;
            default -> field.getKey() + ": " + value;
        };
    }

    /// Approves a request, provided that the user still has the version that the page showed.
    Reply approve(PageVisit visit) {
        FormFields in = visit.fields();
        Long version = in.number("version");
        in.check();
        Approval approval = read(visit);
        sender.carryOut(visit, new ApprovalCommand.Approve(approval, version == null ? null : Set.of(version)));
        return visit.done("/approvals", Flash.APPROVED);
    }

    Reply decline(PageVisit visit) {
        FormFields in = visit.fields();
        String reason = in.reason();
        String note = in.note();
        in.check();
        sender.carryOut(visit, new ApprovalCommand.Decline(read(visit), reason, note));
        return visit.done("/approvals", Flash.DECLINED);
    }

    private Approval read(PageVisit visit) {
        return unlessRefused(approvals.get(visit.actor(), visit.realmId(), visit.id("approval")))
                .approval();
    }

    Reply setRules(PageVisit visit) {
        FormFields in = visit.fields();
        List<ApprovalRules.Action> actions = new ArrayList<>();
        for (ApprovalRules.Action action : ApprovalRules.Action.values()) {
            if (visit.form().all("action").contains(action.wireName())) {
                actions.add(action);
            }
        }
        Long threshold = in.number("bulkThreshold");
        if (threshold != null && (threshold < 1 || threshold > ApprovalRules.MAX_THRESHOLD)) {
            in.fault("bulkThreshold", "out_of_range", "Must be from 1 to " + ApprovalRules.MAX_THRESHOLD + ".");
        }
        in.check();
        Integer most = threshold == null
                ? null
                : Integer.valueOf(Objects.requireNonNull(threshold).intValue());
        sender.carryOut(visit, new Command.SetApprovalRules(new ApprovalRules(new HashSet<>(actions), most)));
        return visit.done("/approvals", Flash.SAVED);
    }
}
