package dev.muster.model;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/// What must be known of a realm before requests can be judged: collected over many of them, so that storage can
/// load it with a few set-based statements.
public final class Needs {
    public final Set<UUID> usersById = new LinkedHashSet<>();
    public final Set<Long> usersByNumber = new LinkedHashSet<>();
    public final Set<Identifier.Key> usersByIdentifier = new LinkedHashSet<>();
    public final Set<Fingerprint> bars = new LinkedHashSet<>();
    public final Set<Fingerprint> cards = new LinkedHashSet<>();
    public final Set<UUID> keys = new LinkedHashSet<>();
    public final Set<UUID> operators = new LinkedHashSet<>();
    public final Set<Identifier.Key> operatorNames = new LinkedHashSet<>();
    public final Set<String> partners = new LinkedHashSet<>();
    private boolean allKeys;

    public void user(UserRef ref) {
        switch (ref) {
            case UserRef.ById(var id) -> usersById.add(id);
            case UserRef.ByNumber(var number) -> usersByNumber.add(number);
            case UserRef.ByIdentifier(var key) -> usersByIdentifier.add(key);
        }
    }

    public void bar(Fingerprint print) {
        bars.add(print);
    }

    public void card(Fingerprint print) {
        cards.add(print);
    }

    public void key(UUID id) {
        keys.add(id);
    }

    /// All keys that are not revoked: a realm has few.
    public void allKeys() {
        allKeys = true;
    }

    public boolean wantsAllKeys() {
        return allKeys;
    }

    public void operator(UUID id) {
        operators.add(id);
    }

    public void operatorNamed(Identifier.Key username) {
        operatorNames.add(username);
    }

    public void partner(String partnerId) {
        partners.add(partnerId);
    }
}
