package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ApprovalTables.RulesRow;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.MacRow;
import dev.muster.storage.PasskeyTables.PolicyRow;
import dev.muster.storage.Reads;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.SsoRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compares one realm's rows with its journal once. It reads in short slices, with each row and its entries in one
/// snapshot, so that concurrent changes are not reported as differences. Memory use does not depend on the number of
/// users or entries.
final class RealmReconciliation {
    private static final String NO_RULE = "none";

    /// The number of entries that are read at a time.
    private static final int PAGE = 500;

    private final RealmKeys.Entry realm;
    private final long number;
    private final Slices slices;
    private final EntrySealer sealer = new EntrySealer();
    private final CredentialReplay credentials;
    private final PasskeyReplay passkeys;
    private final WebhookReplay webhooks;
    private final Findings findings = new Findings();
    private final UserComparison users;

    /// The number of the journal's last entry when the comparison began.
    private final long mark;

    private final BatchRow present;
    private long keys;
    private long operators;

    RealmReconciliation(Database database, RealmKeys.Entry realm, Reconciliation.Pace pace) {
        this.realm = realm;
        this.number = realm.realm().id();
        this.slices = new Slices(database, pace);
        this.credentials = new CredentialReplay(realm);
        this.passkeys = new PasskeyReplay(realm);
        this.webhooks = new WebhookReplay(realm);
        this.present = database.read(reads -> reads.journal().present(number));
        this.mark = present.lastSeq();
        this.users = new UserComparison(slices, realm, mark, findings);
    }

    Reconciliation.Report run() {
        users.compareUsers();
        keys();
        operators();
        providers();
        webhooks();
        quotas();
        approvalRules();
        passkeyPolicy();
        entries();
        users.compareBars();
        if (!present.readable()) {
            findings.add(new Difference("realm", "counters", null, "unreadable"));
        } else if (present.no() > 0) {
            users.compareCounters(present.counters(), present.number());
        }
        return new Reconciliation.Report(users.users(), keys, operators, findings.all(), findings.truncated());
    }

    // Keys and operators

    private void keys() {
        for (KeyRow found : slices.read(reads -> reads.credentials().keys(number))) {
            UUID id = found.key().id();
            keys++;
            credential("key:" + id, reads -> reads.credentials().key(number, id), credentials::differences);
        }
    }

    private void operators() {
        for (OperatorRow found : slices.read(reads -> reads.credentials().operatorsWithDeleted(number))) {
            UUID id = found.operator().id();
            operators++;
            credential("operator:" + id, reads -> reads.credentials().operator(number, id), credentials::differences);
            slices.read(reads -> passkeys.differences(reads, found)).forEach(findings::add);
        }
        slices.read(passkeys::ofNobody).forEach(findings::add);
    }

    private void providers() {
        for (SsoRow found : slices.read(reads -> reads.credentials().providers(number))) {
            UUID id = found.provider().id();
            credential("sso:" + id, reads -> provider(reads, id), credentials::differences);
        }
    }

    private void webhooks() {
        for (WebhookRow found : slices.read(reads -> reads.webhooks().webhooks(number))) {
            UUID id = found.webhook().id();
            credential("webhook:" + id, reads -> reads.webhooks().webhook(number, id), webhooks::differences);
        }
    }

    private @Nullable SsoRow provider(Reads reads, UUID id) {
        return reads.credentials().providers(number).stream()
                .filter(row -> row.provider().id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private <R extends MacRow<R>> void credential(
            String subject, Function<Reads, @Nullable R> find, BiFunction<Reads, R, List<Difference>> compare) {
        slices.read(reads -> {
                    R row = find.apply(reads);
                    if (row == null) {
                        return List.<Difference>of();
                    }
                    List<Difference> all = new ArrayList<>(compare.apply(reads, row));
                    if (!realm.macs().hasValidMac(row)) {
                        all.add(new Difference(subject, "mac", "written by the server", "not written by the server"));
                    }
                    return all;
                })
                .forEach(findings::add);
    }

    // Quotas

    private void quotas() {
        slices.read(reads -> {
                    String subject = "realm:" + number;
                    QuotaRow row = reads.realms().quotas(number);
                    Map<String, Object> stored = (row == null ? Quotas.DEFAULT : row.quotas()).byName();
                    List<Difference> differences = new ArrayList<>();
                    quotasOfJournal(reads).forEach((name, value) -> {
                        String journal = String.valueOf(value);
                        String found = String.valueOf(stored.get(name));
                        if (!journal.equals(found)) {
                            differences.add(new Difference(subject, "quotas." + name, journal, found));
                        }
                    });
                    if (row != null && !realm.macs().hasValidMac(row)) {
                        differences.add(new Difference(
                                subject, "quotas.mac", "written by the server", "not written by the server"));
                    }
                    return differences;
                })
                .forEach(findings::add);
    }

    // Approval rules

    private void approvalRules() {
        slices.read(reads -> {
                    String subject = "realm:" + number;
                    RulesRow row = reads.approvals().rules(number);
                    ApprovalRules stored = row == null ? ApprovalRules.NONE : row.rules();
                    Map<String, Object> found = new TreeMap<>();
                    ApprovalRules.diff(ApprovalRules.NONE, stored).applyTo(found);
                    Map<String, Object> journal =
                            ofJournal(reads, Event.Action.REALM_APPROVAL_RULES_CHANGED, new TreeMap<>());
                    List<Difference> differences = new ArrayList<>();
                    for (String name : List.of("actions", "bulkThreshold")) {
                        String says = String.valueOf(journal.getOrDefault(name, NO_RULE));
                        String is = String.valueOf(found.getOrDefault(name, NO_RULE));
                        if (!says.equals(is) && !(isUnset(says) && isUnset(is))) {
                            differences.add(new Difference(subject, "approvalRules." + name, says, is));
                        }
                    }
                    if (row != null && !realm.macs().hasValidMac(row)) {
                        differences.add(new Difference(
                                subject, "approvalRules.mac", "written by the server", "not written by the server"));
                    }
                    return differences;
                })
                .forEach(findings::add);
    }

    private void passkeyPolicy() {
        slices.read(reads -> {
                    String subject = "realm:" + number;
                    PolicyRow row = reads.passkeys().policy(number);
                    PasskeyPolicy stored = row == null ? PasskeyPolicy.NONE : row.policy();
                    String found = stored.words().toString();
                    String journal =
                            String.valueOf(ofJournal(reads, Event.Action.REALM_PASSKEY_POLICY_CHANGED, new TreeMap<>())
                                    .getOrDefault("requiredFor", List.of()));
                    List<Difference> all = new ArrayList<>();
                    if (!journal.equals(found)) {
                        all.add(new Difference(subject, "passkeyPolicy.requiredFor", journal, found));
                    }
                    if (row != null && !realm.macs().hasValidMac(row)) {
                        all.add(new Difference(
                                subject, "passkeyPolicy.mac", "written by the server", "not written by the server"));
                    }
                    return all;
                })
                .forEach(findings::add);
    }

    /// Whether a value means an empty list, or a threshold that was never set or was removed.
    private static boolean isUnset(String value) {
        return value.equals("[]") || value.equals("null") || value.equals(NO_RULE);
    }

    /// The quotas that root last set according to the journal, by name; otherwise the defaults.
    private Map<String, Object> quotasOfJournal(Reads reads) {
        return ofJournal(reads, Event.Action.REALM_QUOTAS_CHANGED, new TreeMap<>(Quotas.DEFAULT.byName()));
    }

    /// Returns the last value of each field in the realm's entries about this action.
    ///
    /// @param fields the initial values
    private Map<String, Object> ofJournal(Reads reads, Event.Action action, Map<String, Object> fields) {
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().entriesAfter(number, Event.Subject.THE_REALM.id(), after, PAGE);
            for (JournalRow entry : page) {
                after = entry.seq();
                try {
                    EntryFormat.Plain plain = sealer.format().read(entry.entry());
                    if (plain.action().equals(action.wireName())) {
                        sealer.open(plain, realm.key().own()).changes().applyTo(fields);
                    }
                } catch (TamperedException | IllegalArgumentException e) {
                    findings.add(new Difference("entry:" + entry.seq(), "entry", "an entry", "unreadable"));
                }
            }
        } while (page.size() == PAGE);
        return fields;
    }

    // Missing rows

    private void entries() {
        long after = 0;
        while (after < mark) {
            long from = after;
            List<JournalRow> page = slices.read(reads -> {
                List<JournalRow> rows = reads.journal().entries(number, from, mark, PAGE);
                missing(reads, rows);
                return rows;
            });
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().seq();
        }
    }

    /// Reports missing rows that these entries created, entries whose subject or number differs from the copy in
    /// the row, and unreadable entries.
    private void missing(Reads reads, List<JournalRow> rows) {
        Set<UUID> registered = new HashSet<>();
        for (JournalRow row : rows) {
            EntryFormat.Plain entry;
            try {
                entry = sealer.format().read(row.entry());
            } catch (IllegalArgumentException e) {
                findings.add(new Difference("entry:" + row.seq(), "entry", "an entry", "unreadable"));
                continue;
            }
            UUID id = entry.subject().id();
            if (!entry.subject().equals(row.subject()) || entry.seq() != row.seq()) {
                findings.add(
                        new Difference("entry:" + row.seq(), "subject", name(entry.subject()), name(row.subject())));
            }
            if (entry.action().equals(Event.Action.USER_REGISTERED.wireName())) {
                registered.add(id);
            } else if (entry.action().equals(Event.Action.KEY_CREATED.wireName())
                    && reads.credentials().key(number, id) == null) {
                findings.add(new Difference(name(entry.subject()), Difference.ROW, "created", null));
            } else if (entry.action().equals(Event.Action.SSO_CHANGED.wireName())
                    && provider(reads, id) == null
                    && !credentials.isRemoved(reads, id)) {
                findings.add(new Difference(name(entry.subject()), Difference.ROW, "set", null));
            } else if (entry.action().equals(Event.Action.WEBHOOK_CREATED.wireName())
                    && reads.webhooks().webhook(number, id) == null
                    && webhooks.exists(reads, id)) {
                findings.add(new Difference(name(entry.subject()), Difference.ROW, "created", null));
            } else if (entry.action().equals(Event.Action.OPERATOR_CREATED.wireName())
                    && reads.credentials().operator(number, id) == null) {
                findings.add(new Difference(name(entry.subject()), Difference.ROW, "created", null));
            }
        }
        registered.removeAll(reads.users().existing(number, registered));
        for (UUID user : registered) {
            users.cannotBeCounted();
            findings.add(new Difference("user:" + user, Difference.ROW, "registered", null));
        }
    }

    private static String name(Event.Subject subject) {
        return subject.type().wireName() + ":" + subject.id();
    }
}
