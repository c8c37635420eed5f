package dev.muster.directory.keys;

import dev.muster.model.Approval;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.webhook.Webhook;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.ApprovalTables.RulesRow;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.CredentialTables.TokenFamilyRow;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The fields that the MACs of rows cover, and their bytes. Neither the name of a field nor its bytes may change,
/// because stored MACs cover both.
final class MacFields {
    private MacFields() {}

    record Field<R>(String name, Function<R, byte @Nullable []> value) {}

    static final List<Field<KeyRow>> KEY = List.of(
            key("id", key -> bytes(key.id())),
            key("name", key -> bytes(key.name())),
            key("role", key -> bytes(key.role())),
            key(
                    "scopes",
                    key -> bytes(
                            key.scopes().stream().map(Scope::wireName).sorted().collect(Collectors.joining(" ")))),
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

    static final List<Field<OperatorRow>> OPERATOR = List.of(
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

    static final List<Field<SsoRow>> SSO = List.of(
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
                    settings -> bytes(settings.roles().values().stream()
                            .map(Role::wireName)
                            .toList())),
            sso("required", settings -> bytes(settings.required() ? 1 : 0)),
            sso("domains", settings -> bytes(settings.domains())),
            sso("breakGlass", settings -> bytes(settings.breakGlass())),
            new Field<>("createdAt", row -> bytes(row.provider().createdAt())));

    /// The fields of a session except `seenAt`, which is updated without a new MAC: altering it can at most prevent
    /// a session from timing out.
    static final List<Field<SessionRow>> SESSION = List.of(
            new Field<>("tokenHash", SessionRow::tokenHash),
            new Field<>("operator", session -> bytes(session.operator())),
            new Field<>("generation", session -> bytes(session.generation())),
            new Field<>("begunAt", session -> bytes(session.begunAt())),
            new Field<>("id", session -> bytes(session.id())),
            new Field<>("provenAt", session -> bytes(session.provenAt())),
            new Field<>("provenBy", session -> bytes(session.provenBy().wireName())),
            new Field<>("address", session -> bytes(session.address())),
            new Field<>("browser", session -> bytes(session.browser())));

    static final List<Field<PasskeyRow>> PASSKEY = List.of(
            passkey("id", passkey -> bytes(passkey.id())),
            passkey("operator", passkey -> bytes(passkey.operator())),
            passkey("name", passkey -> bytes(passkey.name())),
            passkey("credentialId", passkey -> bytes(passkey.credentialId())),
            passkey("publicKey", passkey -> bytes(passkey.publicKey())),
            passkey("signatureCount", passkey -> bytes(passkey.signatureCount())),
            passkey("createdAt", passkey -> bytes(passkey.createdAt())),
            passkey("lastUsedAt", passkey -> bytes(passkey.lastUsedAt())));

    static final List<Field<PolicyRow>> PASSKEY_POLICY = List.of(new Field<>(
            "requiredFor", row -> bytes(String.join(" ", row.policy().words()))));

    static final List<Field<TokenFamilyRow>> FAMILY = List.of(
            new Field<>("id", family -> bytes(family.id())),
            new Field<>("spent", family -> bytes(family.spent())),
            new Field<>("endsAt", family -> bytes(family.endsAt())));

    static final List<Field<QuotaRow>> QUOTA = List.of(
            quota("users", Quotas::users),
            quota("evidenceBytes", Quotas::evidenceBytes),
            quota("groups", Quotas::groups),
            quota("policies", Quotas::policies),
            quota("keys", Quotas::keys),
            quota("requestsPerSecond", Quotas::requestsPerSecond));

    static final List<Field<ApprovalRow>> APPROVAL = List.of(
            approval("id", approval -> bytes(approval.id())),
            approval("kind", approval -> bytes(approval.kind().wireName())),
            approval("user", approval -> approval.user() == null ? null : bytes(approval.user())),
            approval("version", approval -> bytes(approval.version())),
            approval("requestedBy", approval -> bytes(approval.requestedBy())),
            approval("requestedAt", approval -> bytes(approval.requestedAt())),
            approval("lapsesAt", approval -> bytes(approval.lapsesAt())),
            approval("state", approval -> bytes(approval.state().wireName())),
            approval(
                    "decidedBy",
                    approval -> approval.decidedBy() == null
                            ? null
                            : bytes(approval.decidedBy().text())),
            approval("decidedAt", approval -> bytes(approval.decidedAt())),
            new Field<>("sealed", ApprovalRow::sealed));

    static final List<Field<RulesRow>> APPROVAL_RULES = List.of(
            new Field<>("actions", row -> bytes(String.join(" ", row.rules().words()))),
            new Field<>(
                    "bulkThreshold",
                    row -> row.rules().bulkThreshold() == null
                            ? null
                            : bytes(row.rules().bulkThreshold().longValue())));

    static final List<Field<WebhookRow>> WEBHOOK = List.of(
            webhook("id", webhook -> bytes(webhook.id())),
            webhook("url", webhook -> bytes(webhook.settings().url())),
            webhook("types", webhook -> bytes(webhook.settings().types())),
            webhook("full", webhook -> bytes(webhook.settings().full() ? 1 : 0)),
            webhook(
                    "description",
                    webhook -> webhook.settings().description() == null
                            ? null
                            : bytes(webhook.settings().description())),
            webhook("strict", webhook -> bytes(webhook.settings().strict() ? 1 : 0)),
            webhook("state", webhook -> bytes(webhook.state().wireName())),
            webhook(
                    "cause",
                    webhook -> webhook.cause() == null
                            ? null
                            : bytes(webhook.cause().wireName())),
            webhook("stateSince", webhook -> bytes(webhook.stateSince())),
            webhook("previousUntil", webhook -> bytes(webhook.previousUntil())),
            webhook("createdAt", webhook -> bytes(webhook.createdAt())),
            webhook("madeBy", webhook -> bytes(webhook.madeBy())),
            new Field<>("sealedSecret", WebhookRow::sealedSecret),
            new Field<>("sealedPrevious", WebhookRow::sealedPrevious));

    static void put(DataOutputStream out, byte[] value) throws IOException {
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

    private static Field<WebhookRow> webhook(String name, Function<Webhook, byte @Nullable []> value) {
        return new Field<>(name, row -> value.apply(row.webhook()));
    }

    private static Field<QuotaRow> quota(String name, ToLongFunction<Quotas> value) {
        return new Field<>(name, row -> bytes(value.applyAsLong(row.quotas())));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Encodes strings, each preceded by its length.
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

    static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte @Nullable [] bytes(@Nullable Creator creator) {
        return creator == null
                ? null
                : bytes(creator.by().kind().wireName() + ":" + creator.by().id() + ":" + creator.through());
    }

    private static byte @Nullable [] bytes(@Nullable Instant at) {
        return at == null ? null : bytes(at.toEpochMilli());
    }

    private static byte @Nullable [] bytes(@Nullable Role role) {
        return role == null ? null : bytes(role.wireName());
    }
}
