package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.directory.chores.Difference;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Tests identity providers and their operators: the stored rows, and which claims are trusted.
final class IdentityProvidersTest extends OnBothRunning {
    private static final String ISSUER = "https://login.acme.com";
    private static final String PARTNER = "partner-" + Running.REALM;
    private static final FederatedIdentity MARIA = new FederatedIdentity(ISSUER, "subject-of-maria");

    private static SsoProvider.Settings settings(String secret, boolean required) {
        return new SsoProvider.Settings(
                ISSUER,
                "muster",
                secret,
                List.of("openid", "profile"),
                "preferred_username",
                "groups",
                new TreeMap<>(Map.of("b", Role.ADMIN, "a", Role.VIEWER)),
                required,
                List.of("acme.com"),
                List.of("emergency"));
    }

    private SsoProvider put(String secret, boolean required) {
        return Running.ok(running.executeIn(PRODUCTION, new OperatorCommand.PutSso(settings(secret, required))))
                .sso();
    }

    private Result<Change> signIn(FederatedIdentity identity, String name, Role role, Actor actor) {
        Command command = new OperatorCommand.SignInOperator(identity, new Validator().operatorName(name), role);
        Write write = new Write(actor, null, List.of(command), null);
        return running.core.directory().execute(new WriteRequest(PRODUCTION, write, Running.origin(), null, false, 0));
    }

    private Operator signedIn(Role role) {
        return Running.ok(signIn(MARIA, "maria", role, Actor.SYSTEM)).operator();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        }
    }

    private List<Difference> differences() {
        return Running.ok(running.core.reconciliation().reconcile(Running.ADMIN, PRODUCTION))
                .differences();
    }

    private List<String> actions() {
        return Running.ok(running.core
                        .journal()
                        .page(
                                Running.ADMIN,
                                PRODUCTION,
                                new JournalQuery(
                                        null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 10, null)))
                .items()
                .stream()
                .map(entry -> entry.action())
                .toList();
    }

    @Test
    void aProviderIsReadBackAndItsSecretStaysUntilAnotherIsGiven() {
        SsoProvider first = put("secret 1", true);
        assertThat(running.core.credentials().providers(PARTNER)).containsExactly(first.withoutSecret());
        assertThat(running.core.credentials().clientSecret(PARTNER, first.id())).isEqualTo("secret 1");

        SsoProvider second = put(null, false);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(running.core.credentials().providers(PARTNER)).containsExactly(second);
        assertThat(running.core.credentials().clientSecret(PARTNER, first.id())).isEqualTo("secret 1");
        // Sending the same settings again does not change anything.
        put(null, false);
        put("secret 2", false);
        assertThat(running.core.credentials().clientSecret(PARTNER, first.id())).isEqualTo("secret 2");

        assertThat(actions()).containsExactly("sso.changed", "sso.changed", "sso.changed", "key.created");
        Running.ok(running.executeIn(PRODUCTION, new OperatorCommand.RemoveSso(first.id())));
        assertThat(running.core.credentials().providers(PARTNER)).isEmpty();
        assertThat(actions().getFirst()).isEqualTo("sso.removed");
        assertThat(differences()).isEmpty();
    }

    @Test
    void onlyTheProductionRealmSetsThem() {
        assertThat(Running.no(running.executeIn(Running.REALM, new OperatorCommand.PutSso(settings("s", false)))))
                .isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void theSecretIsNeitherInTheDatabaseNorInTheJournal() throws Exception {
        put("secret-that-is-sealed", true);
        try (Connection connection = database.connect();
                var rows = connection.createStatement().executeQuery("select * from sso_provider")) {
            assertThat(rows.next()).isTrue();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                Object value = rows.getObject(i);
                String text = value instanceof byte[] bytes
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                        : String.valueOf(value);
                assertThat(text).doesNotContain("secret-that-is-sealed");
            }
        }
    }

    @Test
    void aRowThatWasAlteredIsNotObeyedAndIsFound() throws Exception {
        SsoProvider provider = put("secret", true);
        sql("update sso_provider set issuer = 'https://evil.example'");
        put2();
        assertThat(running.core.credentials().providers(PARTNER))
                .extracting(each -> each.settings().clientId())
                .containsExactly("another");
        assertThat(differences())
                .extracting(Difference::subject, Difference::field)
                .contains(tuple("sso:" + provider.id(), "issuer"), tuple("sso:" + provider.id(), "mac"));
    }

    /// Sets a different provider, so that the cache is refreshed.
    private void put2() {
        SsoProvider.Settings of = settings("secret", false);
        Running.ok(running.executeIn(
                PRODUCTION,
                new OperatorCommand.PutSso(new SsoProvider.Settings(
                        "https://other.acme.com",
                        "another",
                        of.clientSecret(),
                        of.scopes(),
                        of.usernameClaim(),
                        of.roleClaim(),
                        of.roles(),
                        false,
                        List.of("other.acme.com"),
                        List.of()))));
    }

    @Test
    void aRowThatWasDeletedIsFound() throws Exception {
        SsoProvider provider = put("secret", true);
        sql("delete from sso_provider");
        assertThat(differences()).extracting(Difference::subject).containsExactly("sso:" + provider.id());
    }

    @Test
    void anOperatorIsCreatedOnceAndGetsTheRoleOfEachSignIn() {
        Operator first = signedIn(Role.VIEWER);
        assertThat(first.identity()).isEqualTo(MARIA);
        assertThat(signedIn(Role.VIEWER)).isEqualTo(first);
        Operator second = signedIn(Role.ADMIN);
        assertThat(second).isEqualTo(first.in(Role.ADMIN));
        assertThat(running.core.credentials().operator(PRODUCTION, first.id())).isEqualTo(second);
        assertThat(actions()).containsExactly("operator.role.changed", "operator.created", "key.created");
        assertThat(differences()).isEmpty();
    }

    @Test
    void anOperatorGivenAnotherIdentityInTheDatabaseIsNotObeyed() throws Exception {
        Operator maria = signedIn(Role.ADMIN);
        sql("update operator set sso_subject = 'subject-of-evil'");
        assertThat(Running.no(
                        signIn(new FederatedIdentity(ISSUER, "subject-of-evil"), "maria", Role.ADMIN, Actor.SYSTEM)))
                .isInstanceOf(Refusal.Taken.class);
        assertThat(differences())
                .extracting(Difference::subject, Difference::field)
                .contains(tuple("operator:" + maria.id(), "ssoSubject"));
    }

    @Test
    void onlyMusterItselfSignsIn() {
        assertThat(Running.no(signIn(MARIA, "maria", Role.VIEWER, Running.ADMIN)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(Running.no(signIn(MARIA, "maria", Role.VIEWER, Actor.ROOT))).isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void anOperatorOfAProviderGetsNoPassword() {
        Operator maria = signedIn(Role.VIEWER);
        assertThat(Running.no(running.executeIn(
                        PRODUCTION,
                        new OperatorCommand.ChangePassword(maria.username().key(), "hash"))))
                .isInstanceOf(Refusal.Invalid.class);
    }
}
