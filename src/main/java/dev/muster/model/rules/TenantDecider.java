package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.state.CredentialState;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Changes;
import java.util.UUID;

/// Decides requests about tenants and the settings of their realms: quotas and approval rules.
final class TenantDecider {
    private final Context context;

    TenantDecider(Context context) {
        this.context = context;
    }

    /// Creates only the tenant. The first keys of its two realms are created by requests to those realms. Refuses:
    /// Taken.
    Result<Change> create(Command.CreateTenant command, UUID id) {
        CredentialState credentials = context.realm().credentials();
        Tenant taken = credentials.tenant(command.partnerId());
        if (taken != null) {
            return Result.refused(new Refusal.Taken("partnerId", taken.id(), false));
        }
        Tenant tenant = new Tenant(
                id, command.partnerId(), command.name(), command.testRealm(), command.productionRealm(), context.now());
        credentials.put(tenant);
        Changes changes = new Changes.Draft()
                .put("partnerId", null, tenant.partnerId())
                .put("name", null, tenant.name())
                .build();
        return Result.ok(context.changed(new Change.OfTenant(tenant), Event.Action.TENANT_CREATED, changes));
    }

    Result<Change> setApprovalRules(ApprovalRules rules) {
        ApprovalRules before = context.realm().approvals().rules();
        Change.OfApprovalRules about = new Change.OfApprovalRules(rules);
        if (before.equals(rules)) {
            return Result.ok(context.unchanged(about));
        }
        context.realm().approvals().put(rules);
        return Result.ok(
                context.changed(about, Event.Action.REALM_APPROVAL_RULES_CHANGED, ApprovalRules.diff(before, rules)));
    }

    Result<Change> setQuotas(Quotas quotas) {
        Quotas before = context.realm().quotas();
        Change.OfQuotas about = new Change.OfQuotas(quotas);
        if (before.equals(quotas)) {
            return Result.ok(context.unchanged(about));
        }
        context.realm().put(quotas);
        return Result.ok(context.changed(about, Event.Action.REALM_QUOTAS_CHANGED, Quotas.diff(before, quotas)));
    }
}
