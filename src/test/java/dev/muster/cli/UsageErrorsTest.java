package dev.muster.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A command that cannot be parsed prints one line on stderr that names the error, and exits with 2. These tests have
/// no server.
final class UsageErrorsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    frob                                    | muster: there is no frob; there are serve, tenant, key, operator, sso, passkey-policy, user, group, policy, job, approval, webhook, journal, events, whoami, status, login, logout, profiles, backup, migrate, doctor, master-key, cell, completion
                    --frob                                  | muster: there is no --frob; there are serve, tenant, key, operator, sso, passkey-policy, user, group, policy, job, approval, webhook, journal, events, whoami, status, login, logout, profiles, backup, migrate, doctor, master-key, cell, completion
                    tenant                                  | muster tenant: a command is missing: create, list, quotas, export, import, move
                    key                                     | muster key: a command is missing: create, descendants, list, revoke, rotate
                    operator                                | muster operator: a command is missing: create, delete, disable, enable, invite, list, password, reinvite, remove-passkeys, role, sign-out
                    user                                    | muster user: a command is missing: create, edit, erase, history, promote, standing, bar, groups, hold, list, policies, release, remove, restore, show
                    journal                                 | muster journal: a command is missing: head, list, tail, export, checkpoints, reconcile, verify
                    master-key                              | muster master-key: a command is missing: add, rotate, use
                    user frob                               | muster user: there is no frob; there are create, edit, erase, history, promote, standing, bar, groups, hold, list, policies, release, remove, restore, show
                    tenant create                           | muster tenant create: NAME is missing
                    tenant create a b                       | muster tenant create: one argument too many: b; put a value of several words in quotes
                    tenant list --limit 0                   | muster tenant list: --limit must be a number from 1, not 0
                    key create                              | muster key create: NAME is missing
                    key create x                            | muster key create: --role or --scope is missing
                    key create x --role viewer --scope users:read | muster key create: --role and --scope exclude each other
                    key create x --role boss                | muster key create: --role must be one of viewer, manager, admin, not boss
                    key create x --scope users:eat          | muster key create: --scope must be one of users:read, users:write, holds:write, bar:write, ranks:write, groups:write, jobs:read, jobs:write, jobs:verdict, evidence:read, journal:read, keys:write, events:read, webhooks:write, not users:eat
                    key create x --scope users:read --rank boss | muster key create: --rank must be one of REGULAR, ADMIN, SUPER, not boss
                    key create x --role viewer --expires 7y | muster key create: --expires must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not 7y
                    key create x --tenant acme              | muster key create: --tenant and --environment are given together
                    key create x --environment test         | muster key create: --tenant and --environment are given together
                    key create x --environment live         | muster key create: --environment must be one of test, production, not live
                    key create x --tenant acme --environment test --role admin | muster key create: --tenant makes an admin key: no --role, --scope, --rank, --expires or --allow-from
                    key revoke                              | muster key revoke: KEY_ID is missing
                    operator create                         | muster operator create: USERNAME is missing
                    operator create ann                     | muster operator create: --role is missing
                    operator create ann --role boss         | muster operator create: --role must be one of viewer, manager, admin, not boss
                    operator create ann --role viewer       | muster operator create: no terminal to ask for the password: give --password-file, or set MUSTER_OPERATOR_PASSWORD
                    operator create ann --role viewer --password-file /nowhere/at/all | muster operator create: --password-file /nowhere/at/all cannot be read as UTF-8 text
                    operator create ann --role viewer --password secret | muster operator create: there is no --password; did you mean --password-file?
                    operator password ann                   | muster operator password: no terminal to ask for the password: give --password-file, or set MUSTER_OPERATOR_PASSWORD
                    operator disable                        | muster operator disable: USERNAME is missing
                    operator enable                         | muster operator enable: USERNAME is missing
                    user list --limit x                     | muster user list: --limit must be a number from 1, not x
                    user list --limit                       | muster user list: --limit needs a value
                    user list --all --limit 3               | muster user list: --all and --limit exclude each other
                    user list --status gone                 | muster user list: --status must be one of barred, removed, blocked, suspended, deactivated, fraud, active, not gone
                    user list --hold gone                   | muster user list: --hold must be one of barred, removed, blocked, suspended, deactivated, fraud, not gone
                    user list --tag gone                    | muster user list: --tag must be one of USER, GUEST, not gone
                    user list --rank gone                   | muster user list: --rank must be one of REGULAR, ADMIN, SUPER, not gone
                    user list --json=yes                    | muster user list: Invalid value for option '--json': 'yes' is not a boolean
                    user list --url localhost:8080          | muster user list: --url must be an address such as https://muster.example.org, not localhost:8080
                    user list --url http://                 | muster user list: --url must be an address such as https://muster.example.org, not http://
                    user list --key ä                       | muster user list: --key must be of printable ASCII without spaces
                    user show                               | muster user show: REF is missing
                    user hold                               | muster user hold: REF is missing
                    user hold x                             | muster user hold: KIND is missing
                    user hold x barred                      | muster user hold: KIND must be one of blocked, suspended, deactivated, fraud, not barred
                    user hold x blocked --until soon        | muster user hold: --until must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not soon
                    user hold x blocked --until 999999999w  | muster user hold: --until must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not 999999999w
                    user hold x blocked --until 0d          | muster user hold: --until must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not 0d
                    user release x                          | muster user release: KIND is missing
                    user release x removed                  | muster user release: KIND must be one of blocked, suspended, deactivated, fraud, not removed
                    user remove                             | muster user remove: REF is missing
                    user restore                            | muster user restore: REF is missing
                    user bar x                              | muster user bar: --reason is missing
                    user bar x --reason y                   | muster user bar: no terminal for the confirmation: give --yes
                    journal verify --head abc               | muster journal verify: --checkpoints, --public-key and --head need --file
                    journal verify --checkpoints x          | muster journal verify: --checkpoints and --public-key are given together
                    journal verify --file x --public-key x  | muster journal verify: --checkpoints and --public-key are given together
                    journal verify --file /nowhere/at/all   | muster journal verify: --file names /nowhere/at/all, which cannot be read
                    journal verify --file x --head abc      | muster journal verify: --head must be 64 hexadecimal digits
                    journal verify --file x --url http://y  | muster journal verify: --file is checked here, without a server: no --url, --key and --profile
                    journal export --output /nowhere/at/all | muster journal export: --output names /nowhere/at/all, where no file can be written
                    user list lucia hernandez               | muster user list: one argument too many: lucia hernandez; to search, give --q
                    help                                    | muster: there is no help; did you mean --help?
                    version                                 | muster: there is no version; did you mean --version?
                    backup now                              | muster backup: one argument too many: now; put a value of several words in quotes
                    master-key rotate now                   | muster master-key rotate: one argument too many: now; put a value of several words in quotes
                    migrate --database mysql://x            | muster migrate: --database must begin with jdbc:postgresql:// and name a host and a database, or be as postgres://USER:PASSWORD@HOST/NAME
                    serve --port 99999                      | muster serve: --port must be a port from 0 to 65535, not 99999
                    serve --port                            | muster serve: --port needs a value
                    usr list                                | muster: there is no usr; did you mean user?
                    user lsit                               | muster user: there is no lsit; did you mean list?
                    user list --limt 3                      | muster user list: there is no --limt; did you mean --limit?
                    user import --help                      | muster user: there is no import; there are create, edit, erase, history, promote, standing, bar, groups, hold, list, policies, release, remove, restore, show
                    frob --help                             | muster: there is no frob; there are serve, tenant, key, operator, sso, passkey-policy, user, group, policy, job, approval, webhook, journal, events, whoami, status, login, logout, profiles, backup, migrate, doctor, master-key, cell, completion
                    user list --ca-file /nowhere/at/all     | muster user list: --ca-file names /nowhere/at/all, which cannot be read as PEM certificates
                    serve now                               | muster serve: one argument too many: now; put a value of several words in quotes
                    user list -o json                       | muster user list: there is no -o; did you mean --format?
                    user list --format xml                  | muster user list: --format must be one of table, json, csv, not xml
                    user list --format csv --json           | muster user list: --json and --format csv exclude each other
                    group show x --format csv               | muster group show: --format csv is for lists, and for commands that take a REF
                    journal verify --file x --format csv    | muster journal verify: --format csv is for lists, and for commands that take a REF
                    journal tail --after x                  | muster journal tail: --after must be the number of an entry, as SEQ in muster journal list, not x
                    journal tail --after 1 --since 1h       | muster journal tail: --after and --since exclude each other
                    journal list --since soon               | muster journal list: --since must be an instant such as 2026-01-31T12:00:00Z or a duration before now such as 7d, 12h or 30m, not soon
                    key rotate                              | muster key rotate: KEY_ID is missing
                    key rotate x --overlap soon             | muster key rotate: --overlap must be an instant such as 2027-01-31T12:00:00Z or a duration from now such as 7d, 12h or 30m, not soon
                    operator role ann boss                  | muster operator role: ROLE must be one of viewer, manager, admin, not boss
                    operator delete ann                     | muster operator delete: no terminal for the confirmation: give --yes
                    user bar - --reason y                   | muster user bar: users on the input are not confirmed one by one: give --yes
                    user history - --after c                | muster user history: --after continues a single list, but the input may name many users
                    job submit j --type 4 --user -          | muster job submit: --user names one user: each needs a job id of their own
                    user list --profile x                   | muster user list: there is no profile x; muster login --profile x makes it
                    serve --port 1 --port 2                 | muster serve: --port is given twice
                    """)
    void isOneLine(String arguments, String complaint) {
        new Cli().run(arguments.split(" ")).complained(2, seeHelp(complaint));
    }

    @Test
    void aVariableIsNamedToo() {
        Cli cli = new Cli();
        cli.environment.put("MUSTER_URL", "localhost");
        cli.run("user", "list")
                .complained(
                        2,
                        seeHelp(
                                "muster user list: MUSTER_URL must be an address such as https://muster.example.org, not"
                                        + " localhost"));
        cli.environment.put("MUSTER_URL", "http://127.0.0.1:1");
        cli.environment.put("MUSTER_KEY", "two words");
        cli.run("user", "list")
                .complained(2, seeHelp("muster user list: MUSTER_KEY must be of printable ASCII without spaces"));
    }

    @Test
    void aVariableThatIsUnknownIsToldAndIgnored() {
        Cli cli = new Cli();
        cli.environment.put("MUSTER_PROT", "9000");
        // None of these names is similar enough to the name of a setting, although some share half of their letters
        // with one.
        cli.environment.put("MUSTER_FOO", "1");
        cli.environment.put("MUSTER_SERVICE_HOST", "10.0.0.1");
        cli.environment.put("MUSTER_EPIXEL_BASE", "/api/v1");
        cli.environment.put("OTHER_PROT", "9000");
        Cli.Ran ran = cli.run("migrate", "--data", folder.toString());
        org.assertj.core.api.Assertions.assertThat(ran.exit()).isZero();
        org.assertj.core.api.Assertions.assertThat(ran.err())
                .isEqualTo("muster: MUSTER_FOO is not a variable of Muster and is ignored;"
                        + " MUSTER_PROT is not a variable of Muster and is ignored; did you mean MUSTER_PORT?;"
                        + " MUSTER_SERVICE_HOST is not a variable of Muster and is ignored\n");
    }

    @Test
    void aKeyInAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "mst_test_1_k_x\n");
        Cli cli = new Cli();
        cli.environment.put("MUSTER_URL", "http://127.0.0.1:1");
        cli.environment.put("MUSTER_KEY_FILE", file.toString());
        cli.environment.put("MUSTER_KEY", "mst_test_1_k_x");
        cli.run("user", "list")
                .complained(2, seeHelp("muster user list: MUSTER_KEY and MUSTER_KEY_FILE exclude each other"));
        cli.environment.remove("MUSTER_KEY");
        Files.writeString(file, "two words");
        cli.run("user", "list")
                .complained(2, seeHelp("muster user list: MUSTER_KEY_FILE must be of printable ASCII without spaces"));
        Files.delete(file);
        cli.run("user", "list")
                .complained(2, seeHelp("muster user list: MUSTER_KEY_FILE " + file + " cannot be read as UTF-8 text"));
    }

    @Test
    void invalidPasswords() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        new Cli()
                .run("operator", "password", "ann", "--password-file", empty.toString())
                .complained(
                        2, seeHelp("muster operator password: --password-file " + empty + " has an empty first line"));
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(5_000));
        new Cli()
                .run("operator", "password", "ann", "--password-file", large.toString())
                .complained(
                        2,
                        seeHelp("muster operator password: --password-file " + large + " is too large for a password"));
        new Cli()
                .typing("correct horse", "correct hose")
                .run("operator", "password", "ann")
                .complained(2, seeHelp("muster operator password: the two passwords are not the same"));
        new Cli()
                .typing()
                .run("operator", "password", "ann")
                .complained(2, seeHelp("muster operator password: no password was typed"));
    }

    @Test
    void aBarThatIsNotConfirmed() {
        for (String typed : new String[] {"y", "number:43", ""}) {
            new Cli()
                    .typing(typed)
                    .run("user", "bar", "number:42", "--reason", "x")
                    .complained(2, seeHelp("muster user bar: not confirmed, and no user was barred"));
        }
    }

    @Test
    void aDataFolderThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        new Cli()
                .run("serve", "--data", file.toString())
                .complained(2, seeHelp("muster serve: --data names " + file + ", which is not a folder"));
        new Cli()
                .run("migrate", "--data", file.toString())
                .complained(2, seeHelp("muster migrate: --data names " + file + ", which is not a folder"));
    }

    private static String seeHelp(String complaint) {
        return complaint + " (see " + complaint.substring(0, complaint.indexOf(':')) + " --help)";
    }
}
