package dev.muster.directory.keys;

import dev.muster.model.Approval;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.sealing.RealmKey;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.ApprovalTables.RulesRow;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.CredentialTables.SessionRow;
import dev.muster.storage.CredentialTables.SsoRow;
import dev.muster.storage.CredentialTables.TokenFamilyRow;
import dev.muster.storage.MacRow;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import dev.muster.storage.PasskeyTables.PolicyRow;
import dev.muster.storage.RealmTables.QuotaRow;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The MACs of one realm's rows of keys, operators, passkeys, identity providers, sessions, token families and
/// quotas. A row with a missing or wrong MAC was written by someone without the realm's key and is ignored.
/// Thread-safe.
///
/// A MAC covers the table's name and each non-null field of the lists below: its name and its bytes, each
/// preceded by its length. Null fields are omitted, so a row keeps its MAC when a version adds a field that
/// is null in the row.
///
/// A row restored as a whole from an earlier time has a valid MAC. For keys, operators and passkeys only
/// [Reconciliation] detects it; for sessions and families, which are not in the journal, the server that
/// ended or updated them does, as long as it remembers (see [LocalWriteMemory]).
public final class CredentialMacs {
    /// Ignored rows are logged at most this often.
    private static final Duration LOGGED_EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(CredentialMacs.class);

    private record Field<R>(String name, Function<R, byte @Nullable []> value) {}

    private static final List<Field<KeyRow>> KEY = List.of(
            key("id", key -> bytes(key.id())),
            key("name", key -> bytes(key.name())),
            key("role", key -> bytes(key.role())),
            key(
                    "scopes",
                    key -> bytes(key.scopes().stream().map(Scope::word).sorted().collect(Collectors.joining(" ")))),
            key("rank", key -> bytes(key.rank().name())),
            key("signs", key -> bytes(Boolean.toString(key.signs()))),
            key("textHash", key -> key.textHash().bytes()),
            key("createdAt", key -> bytes(key.createdAt())),
            key("expiresAt", key -> bytes(key.expiresAt())),
            key("revokedAt", key -> bytes(key.revokedAt())),
            key("madeBy", key -> bytes(key.madeBy())),
            new Field<>("sealedSecret", KeyRow::sealedSecret),
            key("lastFour", key -> key.lastFour() == null ? null : bytes(key.lastFour())),
            key(
                    "addresses",
                    key -> key.addresses() == null
                            ? null
                            : bytes(key.addresses().text())),
            key("replaces", key -> key.replaces() == null ? null : bytes(key.replaces())));

    private static final List<Field<OperatorRow>> OPERATOR = List.of(
            operator("id", operator -> bytes(operator.id())),
            operator("username", operator -> bytes(operator.username().text())),
            operator("usernameKey", operator -> bytes(operator.username().folded())),
            operator("role", operator -> bytes(operator.role())),
            operator("passwordHash", operator -> bytes(operator.passwordHash())),
            operator("generation", operator -> bytes(operator.generation())),
            operator("createdAt", operator -> bytes(operator.createdAt())),
            operator("disabledAt", operator -> bytes(operator.disabledAt())),
            operator("deletedAt", operator -> bytes(operator.deletedAt())),
            operator(
                    "invitation",
                    operator -> operator.invitation() == null
                            ? null
                            : operator.invitation().token().bytes()),
            operator(
                    "invitedUntil",
                    operator -> operator.invitation() == null
                            ? null
                            : bytes(operator.invitation().until())),
            operator("madeBy", operator -> bytes(operator.madeBy())),
            operator(
                    "ssoIssuer",
                    operator -> operator.identity() == null
                            ? null
                            : bytes(operator.identity().issuer())),
            operator(
                    "ssoSubject",
                    operator -> operator.identity() == null
                            ? null
                            : bytes(operator.identity().subject())),
            new Field<>("seed", OperatorRow::seed));

    private static final List<Field<SsoRow>> SSO = List.of(
            new Field<>("id", row -> bytes(row.provider().id())),
            sso("issuer", settings -> bytes(settings.issuer())),
            sso("clientId", settings -> bytes(settings.clientId())),
            new Field<>("sealedSecret", SsoRow::sealedSecret),
            sso("scopes", settings -> bytes(settings.scopes())),
            sso("usernameClaim", settings -> bytes(settings.usernameClaim())),
            sso("roleClaim", settings -> bytes(settings.roleClaim())),
            sso("roleValues", settings -> bytes(List.copyOf(settings.roles().keySet()))),
            sso(
                    "roles",
                    settings -> bytes(
                            settings.roles().values().stream().map(Role::word).toList())),
            sso("required", settings -> bytes(settings.required() ? 1 : 0)),
            sso("domains", settings -> bytes(settings.domains())),
            sso("breakGlass", settings -> bytes(settings.breakGlass())),
            new Field<>("createdAt", row -> bytes(row.provider().createdAt())));

    /// Without `seenAt`, which changes on its own: altering it can only keep a session from timing out.
    private static final List<Field<SessionRow>> SESSION = List.of(
            new Field<>("tokenHash", SessionRow::tokenHash),
            new Field<>("operator", session -> bytes(session.operator())),
            new Field<>("generation", session -> bytes(session.generation())),
            new Field<>("begunAt", session -> bytes(session.begunAt())),
            new Field<>("id", session -> bytes(session.id())),
            new Field<>("provenAt", session -> bytes(session.provenAt())),
            new Field<>("provenBy", session -> bytes(session.provenBy().word())),
            new Field<>("address", session -> bytes(session.address())),
            new Field<>("browser", session -> bytes(session.browser())));

    private static final List<Field<PasskeyRow>> PASSKEY = List.of(
            passkey("id", passkey -> bytes(passkey.id())),
            passkey("operator", passkey -> bytes(passkey.operator())),
            passkey("name", passkey -> bytes(passkey.name())),
            passkey("credentialId", passkey -> bytes(passkey.credentialId())),
            passkey("publicKey", passkey -> bytes(passkey.publicKey())),
            passkey("signatureCount", passkey -> bytes(passkey.signatureCount())),
            passkey("createdAt", passkey -> bytes(passkey.createdAt())),
            passkey("lastUsedAt", passkey -> bytes(passkey.lastUsedAt())));

    private static final List<Field<PolicyRow>> PASSKEY_POLICY = List.of(new Field<>(
            "requiredFor", row -> bytes(String.join(" ", row.policy().words()))));

    private static final List<Field<TokenFamilyRow>> FAMILY = List.of(
            new Field<>("id", family -> bytes(family.id())),
            new Field<>("spent", family -> bytes(family.spent())),
            new Field<>("endsAt", family -> bytes(family.endsAt())));

    private static final List<Field<QuotaRow>> QUOTA = List.of(
            quota("users", Quotas::users),
            quota("evidenceBytes", Quotas::evidenceBytes),
            quota("groups", Quotas::groups),
            quota("policies", Quotas::policies),
            quota("keys", Quotas::keys),
            quota("requestsPerSecond", Quotas::requestsPerSecond));

    private static final List<Field<ApprovalRow>> APPROVAL = List.of(
            approval("id", approval -> bytes(approval.id())),
            approval("kind", approval -> bytes(approval.kind().word())),
            approval("user", approval -> approval.user() == null ? null : bytes(approval.user())),
            approval("version", approval -> bytes(approval.version())),
            approval("requestedBy", approval -> bytes(approval.requestedBy())),
            approval("requestedAt", approval -> bytes(approval.requestedAt())),
            approval("lapsesAt", approval -> bytes(approval.lapsesAt())),
            approval("state", approval -> bytes(approval.state().word())),
            approval(
                    "decidedBy",
                    approval -> approval.decidedBy() == null
                            ? null
                            : bytes(approval.decidedBy().text())),
            approval("decidedAt", approval -> bytes(approval.decidedAt())),
            new Field<>("sealed", ApprovalRow::sealed));

    private static final List<Field<RulesRow>> APPROVAL_RULES = List.of(
            new Field<>("actions", row -> bytes(String.join(" ", row.rules().words()))),
            new Field<>(
                    "bulkThreshold",
                    row -> row.rules().bulkThreshold() == null
                            ? null
                            : bytes(row.rules().bulkThreshold().longValue())));

    /// How many keys' last accepted rows are cached. Few keys write at the same time.
    private static final int REMEMBERED = 256;

    private final RealmKey realm;

    /// The last accepted row of each key. A lane reloads its writers' keys with every batch, and comparing
    /// rows is cheaper than computing the MAC.
    private final ConcurrentHashMap<UUID, KeyRow> lastObeyed = new ConcurrentHashMap<>();

    /// When a row of each kind was last logged, so that one kind does not hide another.
    private final ConcurrentHashMap<String, Long> loggedNanos = new ConcurrentHashMap<>();

    CredentialMacs(RealmKey realm) {
        this.realm = realm;
    }

    /// The row with its MAC set.
    public <R> R sealed(MacRow<R> row) {
        return row.withMac(mac(row));
    }

    /// Whether the row's MAC is valid.
    public boolean fits(MacRow<?> row) {
        byte[] found = row.mac();
        return row.realm() == realm.realm() && found != null && MessageDigest.isEqual(found, mac(row));
    }

    /// Whether the row's MAC is valid. Logs a row whose MAC is not.
    public boolean obeyed(MacRow<?> row) {
        if (row instanceof KeyRow key && isRemembered(key)) {
            return true;
        }
        if (!fits(row)) {
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
            }
            return false;
        }
        if (row instanceof KeyRow key) {
            if (lastObeyed.size() >= REMEMBERED) {
                lastObeyed.clear();
            }
            lastObeyed.put(key.key().id(), key);
        }
        return true;
    }

    private boolean isRemembered(KeyRow row) {
        KeyRow last = lastObeyed.get(row.key().id());
        return last != null
                && last.realm() == row.realm()
                && last.key().equals(row.key())
                && Arrays.equals(last.sealedSecret(), row.sealedSecret())
                && Arrays.equals(last.mac(), row.mac());
    }

    /// The keyed digest of an upload token, which is stored. It cannot be forged without the realm's key.
    public byte[] uploadToken(String token) {
        return rowMac("job.token", out -> put(out, bytes(token)));
    }

    /// The approval rules in a row; none if there is no row. If its MAC is invalid, which is logged, every action
    /// needs approval, because whoever altered it wanted fewer.
    public ApprovalRules approvalRules(@Nullable RulesRow row) {
        if (row == null) {
            return ApprovalRules.NONE;
        }
        return obeyed(row) ? row.rules() : ApprovalRules.ALL;
    }

    /// The passkey policy in a row; none if there is no row. If its MAC is invalid, which is logged, everybody needs
    /// a passkey, because whoever altered it wanted fewer to.
    public PasskeyPolicy passkeyPolicy(@Nullable PolicyRow row) {
        if (row == null) {
            return PasskeyPolicy.NONE;
        }
        return obeyed(row) ? row.policy() : PasskeyPolicy.ALL;
    }

    /// The quotas in a row; the defaults if there is none, or if its MAC is invalid, which is logged.
    public Quotas quotas(@Nullable QuotaRow row) {
        return row == null || !obeyed(row) ? Quotas.DEFAULT : row.quotas();
    }

    /// Logs a session that this server ended and whose row was restored.
    public void putBack(SessionRow row) {
        log("a session that had ended", " of operator " + row.operator());
    }

    /// Logs a token family whose row this server ended or updated and that was restored to an earlier state.
    public void putBack(TokenFamilyRow row) {
        log("token family with an earlier state,", " " + row.id());
    }

    /// @param kind the kind of row, which is logged once per [#LOGGED_EVERY]
    /// @param which identifies the row
    private void log(String kind, String which) {
        long now = System.nanoTime();
        boolean[] due = {false};
        loggedNanos.compute(kind, (_, last) -> {
            due[0] = last == null || now - last >= LOGGED_EVERY.toNanos();
            return due[0] ? Long.valueOf(now) : last;
        });
        if (due[0]) {
            LOG.error(
                    "realm {}: the row of {}{} was not written by this server and is not obeyed;"
                            + " run muster journal reconcile",
                    realm.realm(),
                    kind,
                    which);
        }
    }

    private byte[] mac(MacRow<?> row) {
        return switch (row) {
            case KeyRow key -> mac("api_key", KEY, key);
            case OperatorRow operator -> mac("operator", OPERATOR, operator);
            case SsoRow sso -> mac("sso_provider", SSO, sso);
            case SessionRow session -> mac("session", SESSION, session);
            case PasskeyRow passkey -> mac("passkey", PASSKEY, passkey);
            case PolicyRow policy -> mac("passkey_policy", PASSKEY_POLICY, policy);
            case TokenFamilyRow family -> mac("token_family", FAMILY, family);
            case QuotaRow quotas -> mac("quota", QUOTA, quotas);
            case ApprovalRow approval -> mac("approval", APPROVAL, approval);
            case RulesRow rules -> mac("approval_rules", APPROVAL_RULES, rules);
        };
    }

    private <R> byte[] mac(String table, List<Field<R>> fields, R row) {
        return rowMac(table, out -> {
            for (Field<R> field : fields) {
                byte[] value = field.value.apply(row);
                if (value != null) {
                    put(out, bytes(field.name));
                    put(out, value);
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
            put(out, bytes(table));
            put(out, bytes(realm.realm()));
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return realm.rowMac(bytes.toByteArray());
    }

    private static void put(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    private static Field<KeyRow> key(String name, Function<ApiKey, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.key()));
    }

    private static Field<OperatorRow> operator(String name, Function<Operator, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.operator()));
    }

    private static Field<SsoRow> sso(String name, Function<SsoProvider.Settings, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.provider().settings()));
    }

    private static Field<PasskeyRow> passkey(String name, Function<Passkey, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.passkey()));
    }

    private static Field<ApprovalRow> approval(String name, Function<Approval, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.approval()));
    }

    private static Field<QuotaRow> quota(String name, ToLongFunction<Quotas> value) {
        return new Field<>(name, row -> bytes(value.applyAsLong(row.quotas())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Each text behind its length.
    private static byte[] bytes(List<String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String text : texts) {
                put(out, bytes(text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte @Nullable [] bytes(@Nullable Creator creator) {
        return creator == null
                ? null
                : bytes(creator.by().kind().word() + ":" + creator.by().id() + ":" + creator.through());
    }

    private static byte @Nullable [] bytes(@Nullable Instant at) {
        return at == null ? null : bytes(at.toEpochMilli());
    }

    private static byte @Nullable [] bytes(@Nullable Role role) {
        return role == null ? null : bytes(role.word());
    }
}
