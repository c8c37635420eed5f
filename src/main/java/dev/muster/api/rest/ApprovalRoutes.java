package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Approvals;
import dev.muster.directory.Approvals.Seen;
import dev.muster.directory.PageByName;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Approval;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Command;
import dev.muster.model.WaitingCommand;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.ApprovalRules;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lists, approves and declines requests for approval, and sets which actions need approval.
record ApprovalRoutes(Approvals approvals, Writes writes, ActorNamesJson names) {
    Reply list(RestCall call) {
        RestFields in = call.input();
        Approval.State state = in.choiceParameter("state", List.of(Approval.State.values()), Approval.State::wireName);
        PageRequest listing = PageRequest.byIdWithoutOffset(in);
        PageByName<Seen> page =
                unlessRefused(approvals.list(call.actor(), call.realm(), state, listing.afterId(), listing.limit()));
        Named named = names.inApprovals(call, page.items());
        return listing.reply(page, (json, seen) -> write(json, seen, named));
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UUID id = in.id("id", "approval");
        in.check();
        return shown(call, id);
    }

    /// Approves and executes a request. `If-Match` contains the version of the user that the caller has seen.
    Reply approve(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID id = in.id("id", "approval");
        in.check();
        Approval approval = read(call, id);
        return decided(
                call, id, new ApprovalCommand.Approve(approval, call.headers().ifMatch()));
    }

    Reply decline(RestCall call) {
        RestFields in = call.input().withOptionalBody();
        UUID id = in.id("id", "approval");
        String reason = in.reason();
        String note = in.note();
        in.check();
        Writes.refuseIfMatch(call);
        return decided(call, id, new ApprovalCommand.Decline(read(call, id), reason, note));
    }

    private Approval read(RestCall call, UUID id) {
        return unlessRefused(approvals.get(call.actor(), call.realm(), id)).approval();
    }

    private Reply decided(RestCall call, UUID id, Command command) {
        return writes.onUser(call, call.realm(), null, command, _ -> shown(call, id));
    }

    private Reply shown(RestCall call, UUID id) {
        Seen seen = unlessRefused(approvals.get(call.actor(), call.realm(), id));
        Named named = names.inApprovals(call, List.of(seen));
        return Reply.json(200, json -> write(json, seen, named));
    }

    Reply rules(RestCall call) {
        call.input().check();
        return rules(unlessRefused(approvals.rules(call.actor(), call.realm())));
    }

    /// Replaces all rules. Actions that are left out need no approval.
    Reply setRules(RestCall call) {
        RestFields in = call.input().withBody();
        List<ApprovalRules.Action> actions =
                in.anyChoices("actions", List.of(ApprovalRules.Action.values()), ApprovalRules.Action::wireName);
        Long threshold = in.optionalInteger("bulkThreshold", 1, ApprovalRules.MAX_THRESHOLD);
        in.check();
        ApprovalRules rules =
                new ApprovalRules(new HashSet<>(actions), threshold == null ? null : Math.toIntExact(threshold));
        return writes.onRealm(call, new Command.SetApprovalRules(rules), _ -> rules(rules));
    }

    private static Reply rules(ApprovalRules rules) {
        return Reply.json(200, json -> {
            json.object().texts("actions", rules.words());
            if (rules.bulkThreshold() == null) {
                json.field("bulkThreshold", (String) null);
            } else {
                json.field("bulkThreshold", rules.bulkThreshold());
            }
            json.end();
        });
    }

    private static void write(JsonWriter json, Seen seen, Named names) {
        Approval approval = seen.approval();
        json.object()
                .field("approvalId", approval.id().toString())
                .field("state", approval.state().wireName())
                .field("action", approval.kind().wireName())
                .field(
                        "userId",
                        approval.user() == null ? null : approval.user().toString());
        if (approval.user() != null) {
            json.field("versionAtRequest", approval.version());
            if (seen.version() != null) {
                json.field("version", seen.version());
            }
        }
        json.array("commands");
        for (Command.Deferrable command :
                approval.commands() == null ? List.<Command.Deferrable>of() : approval.commands()) {
            write(json, WaitingCommand.fields(command));
        }
        json.end();
        ActorRef by = approval.requestedBy().by();
        RestJson.actor(json.object("requestedBy"), by, names.of(by))
                .field("keyId", text(approval.requestedBy().through()))
                .end();
        json.field("requestedAt", RestJson.of(approval.requestedAt()))
                .field("lapsesAt", RestJson.of(approval.lapsesAt()));
        ActorRef decidedBy = approval.decidedBy();
        if (decidedBy == null) {
            json.field("decidedBy", (String) null);
        } else {
            RestJson.actor(json.object("decidedBy"), decidedBy, names.of(decidedBy))
                    .end();
        }
        json.field("decidedAt", RestJson.of(approval.decidedAt())).end();
    }

    private static void write(JsonWriter json, Map<String, Object> fields) {
        json.object();
        fields.forEach((name, value) -> {
            switch (value) {
                case String text -> json.field(name, text);
                case Number number -> json.field(name, number.longValue());
                case Boolean flag -> json.field(name, flag);
                case List<?> all ->
                    json.texts(name, all.stream().map(String::valueOf).toList());
                default -> throw new IllegalStateException("no field of a waiting command: " + value.getClass());
            }
        });
        json.end();
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }
}
