package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Statements;
import dev.muster.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares the query plan of every statement with a golden file, for one large realm among many small ones. With
/// `-Dmuster.golden.write=true`, rewrites the files instead. No plan may scan or sort a realm.
final class PlansTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private static final Path STATEMENTS = Path.of("src/main/resources/dev/muster/storage/sql");

    /// Tables that have at least as many rows as a realm has users.
    private static final String LARGE = "(users|journal|bar|card|retry|batch|key_use|checkpoint|"
            + "user_group|policy|membership|assignment|group_assignment|job|signature|evidence|evidence_chunk|"
            + "search_posting|search_stale|session|kept_form|token_family|day_end|verification|quota|evidence_use|approval|approval_rules|"
            + "passkey|passkey_challenge|passkey_policy|callback|callback_attempt|webhook|webhook_progress|"
            + "webhook_open|webhook_attempt|failure|place)";

    /// Statements that may read or sort all rows of a realm, because there are only a few.
    private static final Set<String> FEW = Set.of(
            "keys_of_realm",
            "keys_of_realms",
            "operators_of_realm",
            "operators_of_realms",
            "operators_with_deleted",
            "sso_of_realm",
            "sso_of_realms",
            "passkeys_of_realm",
            "passkeys_of_realms",
            "webhooks_of_realm",
            "webhooks_of_realms",
            "webhook_progress_of_realm",
            "webhook_progress_rewind",
            "webhook_attempts_page",
            "day_ends",
            "sessions_of_operator");

    /// Statements that walk an index from one end of a realm and stop after one row or at a limit.
    private static final Set<String> FIRST = Set.of(
            "batch_last",
            "batch_trim",
            "batches_last",
            "batches_remaining",
            "checkpoint_last",
            "journal_ends",
            "journal_heads",
            "realms_moving",
            "search_large",
            "standby_head",
            "users_everybody");

    /// Statements that walk a table from its oldest row and stop at a limit.
    private static final Set<String> OLDEST = Set.of("retry_delete_old", "signature_delete_old");

    /// Statements that sort at most the rows of one page from each of several indexes.
    private static final Set<String> PAGES = Set.of("users_held", "jobs_with_states");

    /// Statements that walk a partial index, which contains only the rows they look for.
    private static final Set<String> ALL_OF_IT = Set.of(
            "groups_deleted",
            "policies_deleted",
            "webhooks_active",
            "webhook_leases_renew",
            "webhook_leases_release",
            "webhook_leases_release_all");

    /// Statements that join or count most rows of their tables, or read arbitrary rows up to a limit, so PostgreSQL is
    /// right to scan the tables.
    private static final Set<String> WHOLE = Set.of("webhooks_active", "cells_counted", "places_of_cell");

    /// Statements that read all rows of a realm up to a limit.
    private static final Set<String> UP_TO = Set.of("groups_count", "policies_count");

    /// Statements on tables with one row per realm.
    private static final Set<String> ONE = Set.of(
            "verification_of_realm",
            "quota_of_realm",
            "approval_rules_of_realm",
            "passkey_policy_of_realm",
            "evidence_used",
            "evidence_use_take",
            "evidence_use_give",
            "search_index",
            "search_index_update",
            "search_index_drop",
            "search_mark",
            "search_clear",
            "search_clear_stale");

    private static final List<String> FILL = List.of(
            """
            insert into users (realm, id, number, version, tag, rank, status, hold_kinds, next_change_at, folding,
                email_key, external_key, username_key, registered_at, updated_at)
            select realm, gen_random_uuid(), number, 1, (number % 50 = 0)::int, 2 * (number % 500 = 0)::int,
                case when number % 10 = 0 then 3 else 6 end, case when number % 10 = 0 then 8 else 0 end,
                case when number % 100 = 0 then number end, 1,
                'e' || number, 'x' || number, 'u' || number, number, number
            from (
                select 1 as realm, number from generate_series(1, 40000) as number
                union all
                select realm, number from generate_series(2, 2000) as realm, generate_series(1, 10) as number
            ) as people
            """,
            """
            insert into journal (realm, seq, entry, hash, at, actor_kind, actor, action, subject_type, subject)
            select realm, number, '', '', number, 2, id, 'user.registered', 0, id from users
            """,
            "insert into cell (name, sealed_url, state, created_at) values ('first', null, 0, 0), ('b', '', 0, 0)",
            """
            insert into place (partner, test_realm, production_realm, cell)
            select 'p' || number, 2 * number, 2 * number + 1, 'b' from generate_series(1, 40000) as number
            """,
            "insert into bar (realm, fingerprint, user_id) select realm, uuid_send(id), id from users",
            "insert into card (realm, fingerprint, user_id) select realm, uuid_send(id), id from users",
            """
            insert into batch (realm, no, txn, first_seq, last_seq, head, number, counters, at)
            select realm, number, id, number, number, '', number, '', number from users where number <= 1000
            """,
            """
            insert into retry (realm, actor, retry_key, request, seq, at, subject_type, subject)
            select realm, id, uuid_send(id), '', 1, number, 0, id from users
            """,
            """
            insert into realm (id, partner_id, environment, wrapped_key)
            select realm, 'p' || realm / 2, realm % 2, '' from generate_series(0, 2000) as realm
            """,
            """
            insert into tenant (id, partner_id, name, test_realm, production_realm, created_at)
            select gen_random_uuid(), 'p' || id, '', id, id, 1 from realm
            """,
            """
            insert into api_key (realm, id, name, scopes, rank, text_hash, sealed_secret, created_at)
            select id, gen_random_uuid(), '', 1, 1, '', '', copy from realm, generate_series(1, 5) as copy
            """,
            "insert into key_use (realm, key_id, last_used_at) select realm, id, 1 from api_key",
            """
            insert into operator (realm, id, folding, username_key, username, role, password_hash, generation,
                created_at, seed)
            select id, gen_random_uuid(), 1, 'o' || copy, '', 'admin', '', 1, 1, ''
            from realm, generate_series(1, 5) as copy
            """,
            """
            insert into sso_provider (realm, id, issuer, client_id, sealed_secret, username_claim, role_claim, required,
                created_at, mac)
            select id, gen_random_uuid(), '', '', '', '', '', false, 1, '' from realm, generate_series(1, 5) as copy
            """,
            """
            insert into checkpoint (realm, seq, at, head, line)
            select id, copy, copy, '', '' from realm, generate_series(1, 10) as copy
            """,
            """
            insert into user_group (realm, id, name_key, members, created_at, updated_at, deleted_at)
            select realm, id, 'g' || number, 20, 1, 1, case when number % 1000 = 0 then 1 end
            from users where number % 20 = 1 or realm > 1
            """,
            """
            insert into policy (realm, id, name_key, user_count, group_count, created_at, updated_at, deleted_at)
            select realm, id, 'p' || number, 20, 1, 1, 1, case when number % 1000 = 0 then 1 end
            from users where number % 20 = 1 or realm > 1
            """,
            """
            insert into membership (realm, user_id, group_id, number, counts)
            select users.realm, users.id, user_group.id, users.number, users.number % 10 <> 0
            from users
            join user_group on user_group.realm = users.realm
                and user_group.name_key = 'g' || (users.number / 20 * 20 + 1)
            """,
            """
            insert into membership (realm, user_id, group_id, number, counts)
            select users.realm, users.id, user_group.id, users.number, users.number % 10 <> 0
            from users
            join user_group on user_group.realm = users.realm and user_group.name_key = 'g1'
            where users.number >= 20
            """,
            """
            insert into assignment (realm, user_id, policy_id, number, counts)
            select realm, user_id, group_id, number, counts from membership
            """,
            """
            insert into group_assignment (realm, policy_id, group_id)
            select policy.realm, policy.id, user_group.id
            from policy join user_group on user_group.realm = policy.realm and user_group.id = policy.id
            """,
            """
            insert into job (realm, id, job_id, number, type, user_id, permitted, state, token_until, review, evidence,
                evidence_until)
            select realm, gen_random_uuid(), 'j' || number, number, 1, id, false, number % 5,
                case when number % 5 = 0 then number end, (number % 100 = 3)::int,
                case when number % 5 > 0 then gen_random_uuid() end, case when number % 5 > 0 then number end
            from users
            """,
            "insert into signature (realm, signature, request, at) select realm, uuid_send(id), '', number from users",
            """
            insert into evidence (realm, id, begun_at, state)
            select realm, evidence, number, case when number % 1000 = 1 then 0 else 2 end
            from job where evidence is not null
            """,
            """
            insert into evidence_chunk (realm, id, no, sealed)
            select realm, id, no, '' from evidence, generate_series(0, 3) as no
            """,
            """
            insert into search_index (realm, part_bits, watched, indexed, turn)
            select id, 13, 40000, 40000, 1 from realm
            """,
            """
            insert into search_posting (realm, part, gram, places)
            select id, part, gram, '' from realm, generate_series(0, 4) as part, generate_series(1, 5000) as gram
            where id in (1, 2, 3)
            """,
            """
            insert into session (realm, token_hash, operator, generation, begun_at, seen_at)
            select realm, uuid_send(gen_random_uuid()), id, 1, copy, copy
            from operator, generate_series(1, 3) as copy
            """,
            """
            insert into kept_form (realm, id_hash, operator, sealed, kept_at)
            select realm, uuid_send(gen_random_uuid()), id, '', copy
            from operator, generate_series(1, 3) as copy
            """,
            """
            insert into token_family (realm, id, spent, ends_at, mac)
            select realm, gen_random_uuid(), 1, copy, ''
            from operator, generate_series(1, 3) as copy
            """,
            "insert into verification (realm, at, entries, head) select id, 1, 1, '' from realm",
            """
            insert into quota (realm, max_users, max_evidence_bytes, max_groups, max_policies, max_keys, max_requests,
                mac)
            select id, 1, 1, 1, 1, 1, 1, '' from realm
            """,
            "insert into passkey_policy (realm, required_for, mac) select id, '', '' from realm",
            """
            insert into passkey (realm, id, operator, name, credential_id, public_key, signature_count, created_at, mac)
            select realm, gen_random_uuid(), id, 'name', 'credential ' || id, 'key', 0, 0, '' from operator
            """,
            """
            insert into passkey_challenge (realm, hash, used_at)
            select realm, decode(md5(id::text), 'hex'), created_at from operator
            """,
            "insert into approval_rules (realm, actions, bulk_threshold, mac) select id, 1, 1, '' from realm",
            """
            insert into approval (realm, id, kind, user_id, version, requested_by_kind, requested_by, requested_at,
                lapses_at, sealed, state, mac)
            select realm, gen_random_uuid(), 0, id, 1, 3, id, number, number, '', case when number % 100 = 1 then 0 else 1 end, ''
            from users where number % 10 = 1
            """,
            """
            insert into webhook (realm, id, url, full_payload, strict_order, state, state_since, sealed_secret, created_at,
                made_by_kind, made_by, mac)
            select id, gen_random_uuid(), '', false, false, 0, 1, '', 1, 2, gen_random_uuid(), ''
            from realm, generate_series(1, 5) as copy
            """,
            """
            insert into webhook_progress (realm, webhook, cursor, fence, failures)
            select realm, id, 1, 1, 0 from webhook
            """,
            """
            insert into callback (realm, seq, job, state, attempts, due_at)
            select realm, number, id, case when number % 50 = 0 then 0 else 1 end, 1,
                case when number % 50 = 0 then number end
            from job
            """,
            """
            insert into callback_attempt (realm, seq, no, job, at, millis)
            select realm, seq, no, job, seq, 1 from callback, generate_series(1, 2) as no
            """,
            """
            insert into webhook_open (realm, webhook, seq, part, asked, event, type, subject_type, subject, state,
                refusals, since)
            select realm, id, seq, 0, false, '', '', 0, id, seq % 4, 3, seq from webhook, generate_series(1, 10) as seq
            """,
            """
            insert into webhook_attempt (realm, webhook, slot, no, event, type, at, outcome, millis)
            select realm, id, no, no, '', '', no, 0, 1 from webhook, generate_series(1, 20) as no
            """,
            "insert into evidence_use (realm, bytes) select id, 1 from realm",
            """
            insert into day_end (realm, day, number, counters)
            select id, day, 1, '' from realm, generate_series(1, 100) as day
            """,
            "insert into search_stale (realm, number, version) select realm, number, 1 from users where number % 20 = 1",
            "insert into failure (subject, server, failures, at) select uuid_send(id), id, 1, number from users where realm = 1",
            "analyze");

    @TempDir
    private Path folder;

    @Test
    void sqlite() throws Exception {
        Database.sqlite(folder, 0).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"));
                Connection evidence = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("evidence.db"))) {
            Map<String, List<String>> plans = new TreeMap<>();
            for (String name : names(DatabaseKind.SQLITE)) {
                if (!name.equals("backup")) {
                    Connection its = name.startsWith("evidence_") ? evidence : connection;
                    plans.put(name, sqlitePlan(its, new Statements(DatabaseKind.SQLITE).text(name)));
                }
            }
            compare("plans-sqlite.txt", plans);
            check(plans, PlansTest::checkSqlite);
        }
    }

    private static List<String> sqlitePlan(Connection connection, String text) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("explain query plan " + text)) {
            while (results.next()) {
                lines.add(results.getString("detail"));
            }
        }
        return lines;
    }

    private static void check(Map<String, List<String>> plans, BiConsumer<String, List<String>> each) {
        assertAll(plans.entrySet().stream().map(plan -> () -> each.accept(plan.getKey(), plan.getValue())));
    }

    private static void checkSqlite(String name, List<String> plan) {
        for (String line : plan) {
            if (!OLDEST.contains(name) && !ALL_OF_IT.contains(name)) {
                assertThat(line).as(name).doesNotContainPattern("SCAN " + LARGE + "\\b");
            }
            if (!FEW.contains(name)) {
                assertThat(line).as(name).doesNotContain("TEMP B-TREE");
                if (!FIRST.contains(name) && !UP_TO.contains(name)) {
                    assertThat(line).as(name).doesNotContainPattern("SEARCH .*\\(realm=\\?\\)");
                }
            }
        }
    }

    @Test
    void postgres() throws Exception {
        String url = TestPostgres.newDatabase();
        Database.postgres(url, null).close();
        try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            for (String text : FILL) {
                statement.execute(text);
            }
            Map<String, List<String>> plans = new TreeMap<>();
            for (String name : names(DatabaseKind.POSTGRES)) {
                plans.put(name, postgresPlan(statement, new Statements(DatabaseKind.POSTGRES).text(name)));
            }
            compare("plans-postgres.txt", plans);
            check(plans, PlansTest::checkPostgres);
        }
    }

    private static List<String> postgresPlan(Statement statement, String text) throws SQLException {
        StringBuilder numbered = new StringBuilder();
        int parameter = 0;
        for (String part : text.split("\\?", -1)) {
            numbered.append(parameter == 0 ? "" : "$" + parameter).append(part);
            parameter++;
        }
        List<String> lines = new ArrayList<>();
        statement.setEscapeProcessing(false);
        try (ResultSet results = statement.executeQuery("explain (generic_plan, costs off) " + numbered)) {
            while (results.next()) {
                lines.add(results.getString(1));
            }
        }
        return lines;
    }

    private static void checkPostgres(String name, List<String> plan) {
        if (WHOLE.contains(name)) {
            return;
        }
        for (String line : plan) {
            assertThat(line).as(name).doesNotContainPattern("Seq Scan on " + LARGE + "\\b");
            if (!FEW.contains(name)) {
                assertThat(line).as(name).doesNotContain("Hash Join");
                if (!PAGES.contains(name)) {
                    assertThat(line).as(name).doesNotContainPattern("^[ >-]*(Incremental )?Sort$");
                }
                if (!FIRST.contains(name) && !UP_TO.contains(name) && !ONE.contains(name)) {
                    assertThat(line).as(name).doesNotContainPattern("Index Cond: \\(realm = \\$\\d+\\)$");
                }
            }
        }
    }

    private static Set<String> names(DatabaseKind kind) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String sub : List.of("common", kind.folder())) {
            Path files = STATEMENTS.resolve(sub);
            try (Stream<Path> all = Files.list(files)) {
                all.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".sql"))
                        .forEach(file -> names.add(file.substring(0, file.length() - 4)));
            }
        }
        return names;
    }

    private static void compare(String file, Map<String, List<String>> plans) throws IOException {
        StringBuilder text = new StringBuilder();
        plans.forEach((name, plan) -> {
            text.append(name).append('\n');
            plan.forEach(line -> text.append("    ").append(line).append('\n'));
            text.append('\n');
        });
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("muster.golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(golden));
    }

    @Test
    void everyFixedStatisticNamesAnIndexThatIsThere() throws SQLException {
        Database.sqlite(folder, 0).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"));
                Statement statement = connection.createStatement()) {
            Set<String> known = names(statement, "select distinct idx from sqlite_stat1");
            Set<String> indexes = names(
                    statement,
                    "select name from sqlite_schema where type = 'index' and tbl_name <> 'schema_history'"
                            + " union select name from sqlite_schema where type = 'table' and sql like '%without rowid%'");
            indexes.remove("sqlite_autoindex_tenant_1");
            assertThat(known).isEqualTo(indexes);
        }
    }

    private static Set<String> names(Statement statement, String query) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet results = statement.executeQuery(query)) {
            while (results.next()) {
                names.add(results.getString(1));
            }
        }
        return names;
    }
}
