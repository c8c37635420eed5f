package dev.muster.directory;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Changes;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Database;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rebuilds a realm's users only from its exported journal and the rules of `model`. From the database, it takes only
/// the keys that open the entries.
public final class ExportedJournal {
    private final JsonMapper json = new JsonMapper();
    private final EntrySealer sealer = new EntrySealer();
    private final Database database;
    private final RealmKeys.Entry realm;

    public ExportedJournal(Database database, MasterKeys masterKeys, long realm) {
        this.database = database;
        this.realm = new RealmKeys(database, masterKeys).get(realm);
    }

    /// Returns the users after the last of these lines, in order of registration.
    ///
    /// @param lines the lines of an export, in order
    public Map<UUID, User> users(Stream<String> lines) {
        List<EntryFormat.Plain> entries = lines.map(this::entry)
                .filter(entry -> entry.subject().type() == Event.Subject.Type.USER)
                .toList();
        Map<UUID, byte[]> seeds = database.read(reads -> reads.users()
                .seeds(
                        realm.realm().id(),
                        entries.stream().map(entry -> entry.subject().id()).collect(Collectors.toSet())));
        Map<UUID, User> users = new LinkedHashMap<>();
        for (EntryFormat.Plain entry : entries) {
            UUID id = entry.subject().id();
            Changes changes =
                    sealer.open(entry, realm.key().person(seeds.get(id))).changes();
            User before = users.containsKey(id) ? users.get(id) : nobody(id, changes);
            users.put(id, UserFields.undo(before, turned(changes)));
        }
        return users;
    }

    private EntryFormat.Plain entry(String line) {
        JsonNode node = json.readTree(line).path("entry");
        return sealer.format().read(Base64.getDecoder().decode(node.stringValue()));
    }

    /// Returns the empty user that a registration entry is applied to.
    private static User nobody(UUID id, Changes changes) {
        long number = ((Number) changes.byField().get("number").after()).longValue();
        Instant registeredAt =
                Instant.parse((String) changes.byField().get("registeredAt").after());
        User.Draft draft = new User.Draft(id, number, registeredAt);
        draft.activeAt = null;
        return draft.build();
    }

    /// Swaps the values before and after, so that undoing the result applies the change.
    private static Changes turned(Changes changes) {
        Changes.Draft turned = new Changes.Draft();
        changes.byField()
                .forEach((field, change) ->
                        turned.put(field, /* before= */ change.after(), /* after= */ change.before()));
        return turned.build();
    }
}
