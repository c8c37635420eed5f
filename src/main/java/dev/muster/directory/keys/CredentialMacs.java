package dev.muster.directory.keys;

import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.ApprovalTables.RulesRow;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.CredentialTables.TokenFamilyRow;
import dev.muster.storage.MacRow;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import dev.muster.storage.PasskeyTables.PolicyRow;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.SessionRow;
import dev.muster.storage.SsoRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The MACs of one realm's rows of keys, operators, passkeys, identity providers, sessions, token families, quotas,
/// requests for approval, approval rules and the passkey policy. A row with a missing or wrong MAC was written by
/// someone without the realm's key and is ignored. If the rules or the policy were altered, the strictest ones apply
/// instead. Thread-safe.
///
/// A MAC covers the table's name and each non-null field of [MacFields]: its name and its bytes, each preceded by its
/// length. Null fields are omitted, so a row keeps its MAC when a version adds a field that is null in the row.
///
/// A row that was restored as a whole from an earlier time has a valid MAC. If changes of the row are journalled and
/// [Reconciliation] compares it, reconciliation detects this. Sessions and families are not in the journal; the server
/// that ended or updated them detects this as long as it remembers them (see [LocalWriteMemory]).
public final class CredentialMacs {
    /// The minimum interval between log messages about ignored rows.
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(CredentialMacs.class);

    /// The number of keys whose last accepted rows are cached. It can be small, because only a few keys write at
    /// the same time.
    private static final int MAX_REMEMBERED = 256;

    private final RealmKey realm;

    /// The last accepted row of each key. A lane reloads the keys of its writers with every batch, and comparing
    /// rows is cheaper than computing the MAC.
    private final ConcurrentHashMap<UUID, KeyRow> lastAuthentic = new ConcurrentHashMap<>();

    /// When a row of each kind was last logged. Each kind is tracked separately, so that one kind does not hide
    /// another.
    private final ConcurrentHashMap<String, Long> loggedNanos = new ConcurrentHashMap<>();

    CredentialMacs(RealmKey realm) {
        this.realm = realm;
    }

    /// Returns the row with its MAC set.
    public <R> R sealed(MacRow<R> row) {
        return row.withMac(mac(row));
    }

    /// Whether the row's MAC is valid.
    public boolean hasValidMac(MacRow<?> row) {
        byte[] found = row.mac();
        return row.realm() == realm.realm() && found != null && MessageDigest.isEqual(found, mac(row));
    }

    /// Whether the row's MAC is valid. Logs the row if it is not.
    public boolean isAuthentic(MacRow<?> row) {
        if (row instanceof KeyRow key && isRemembered(key)) {
            return true;
        }
        if (!hasValidMac(row)) {
            switch (row) {
                case KeyRow key -> log("key", " " + key.key().id());
                case OperatorRow operator ->
                    log("operator", " " + operator.operator().id());
                case SsoRow sso -> log("identity provider", " " + sso.provider().id());
                case SessionRow session -> log("a session", " of operator " + session.operator());
                case PasskeyRow passkey ->
                    log("passkey", " " + passkey.passkey().id());
                case PolicyRow _ -> log("its passkey policy", "");
                case TokenFamilyRow family -> log("token family", " " + family.id());
                case QuotaRow _ -> log("its quotas", "");
                case ApprovalRow approval ->
                    log("a request for approval", " " + approval.approval().id());
                case RulesRow _ -> log("its rules for approvals", "");
                case WebhookRow webhook ->
                    log("webhook", " " + webhook.webhook().id());
            }
            return false;
        }
        if (row instanceof KeyRow key) {
            if (lastAuthentic.size() >= MAX_REMEMBERED) {
                lastAuthentic.clear();
            }
            lastAuthentic.put(key.key().id(), key);
        }
        return true;
    }

    private boolean isRemembered(KeyRow row) {
        KeyRow last = lastAuthentic.get(row.key().id());
        return last != null
                && last.realm() == row.realm()
                && last.key().equals(row.key())
                && Arrays.equals(last.sealedSecret(), row.sealedSecret())
                && Arrays.equals(last.mac(), row.mac());
    }

    /// Computes the keyed digest of an upload token. The digest is stored instead of the token, and cannot be
    /// forged without the realm's key.
    public byte[] uploadToken(String token) {
        return rowMac("job.token", out -> MacFields.put(out, MacFields.bytes(token)));
    }

    /// The approval rules in a row; none if there is no row. If the MAC of the row is invalid, this is logged and
    /// every action needs approval, because the alteration may have removed rules.
    public ApprovalRules approvalRules(@Nullable RulesRow row) {
        if (row == null) {
            return ApprovalRules.NONE;
        }
        return isAuthentic(row) ? row.rules() : ApprovalRules.ALL;
    }

    /// The passkey policy in a row; none if there is no row. If the MAC of the row is invalid, this is logged and
    /// every operator needs a passkey, because the alteration may have removed roles.
    public PasskeyPolicy passkeyPolicy(@Nullable PolicyRow row) {
        if (row == null) {
            return PasskeyPolicy.NONE;
        }
        return isAuthentic(row) ? row.policy() : PasskeyPolicy.ALL;
    }

    /// The quotas in a row; the defaults if there is no row. If the MAC of the row is invalid, this is logged and
    /// the defaults apply.
    public Quotas quotas(@Nullable QuotaRow row) {
        return row == null || !isAuthentic(row) ? Quotas.DEFAULT : row.quotas();
    }

    /// Logs that the row of a session has reappeared after this server ended the session.
    public void putBack(SessionRow row) {
        log("a session that had ended", " of operator " + row.operator());
    }

    /// Logs that the row of a token family was restored to its state before this server updated or ended the
    /// family.
    public void putBack(TokenFamilyRow row) {
        log("token family with an earlier state,", " " + row.id());
    }

    /// @param kind the kind of row; each kind is logged at most once per [#LOG_INTERVAL]
    /// @param which the text that identifies the row
    private void log(String kind, String which) {
        long now = System.nanoTime();
        boolean[] due = {false};
        loggedNanos.compute(kind, (_, last) -> {
            due[0] = last == null || now - last >= LOG_INTERVAL.toNanos();
            return due[0] ? Long.valueOf(now) : last;
        });
        if (due[0]) {
            LOG.error(
                    "realm {}: the row of {}{} was not written by this server and is ignored;"
                            + " run muster journal reconcile",
                    realm.realm(),
                    kind,
                    which);
        }
    }

    private byte[] mac(MacRow<?> row) {
        return switch (row) {
            case KeyRow key -> mac("api_key", MacFields.KEY, key);
            case OperatorRow operator -> mac("operator", MacFields.OPERATOR, operator);
            case SsoRow sso -> mac("sso_provider", MacFields.SSO, sso);
            case SessionRow session -> mac("session", MacFields.SESSION, session);
            case PasskeyRow passkey -> mac("passkey", MacFields.PASSKEY, passkey);
            case PolicyRow policy -> mac("passkey_policy", MacFields.PASSKEY_POLICY, policy);
            case TokenFamilyRow family -> mac("token_family", MacFields.FAMILY, family);
            case QuotaRow quotas -> mac("quota", MacFields.QUOTA, quotas);
            case ApprovalRow approval -> mac("approval", MacFields.APPROVAL, approval);
            case RulesRow rules -> mac("approval_rules", MacFields.APPROVAL_RULES, rules);
            case WebhookRow webhook -> mac("webhook", MacFields.WEBHOOK, webhook);
        };
    }

    private <R> byte[] mac(String table, List<MacFields.Field<R>> fields, R row) {
        return rowMac(table, out -> {
            for (MacFields.Field<R> field : fields) {
                byte[] value = field.value().apply(row);
                if (value != null) {
                    MacFields.put(out, MacFields.bytes(field.name()));
                    MacFields.put(out, value);
                }
            }
        });
    }

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private byte[] rowMac(String table, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            MacFields.put(out, MacFields.bytes(table));
            MacFields.put(out, MacFields.bytes(realm.realm()));
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return realm.rowMac(bytes.toByteArray());
    }
}
