package dev.muster.directory.keys;

import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Identifier;
import java.util.HashMap;
import java.util.Map;

/// Caches fingerprints of identifiers, because a registration needs the same fingerprint four times. Lives for one
/// transaction. Not thread-safe.
public final class FingerprintCache implements Fingerprint.Maker {
    private final Fingerprint.Maker maker;
    private final Map<Identifier.Key, Fingerprint> made = new HashMap<>();

    public FingerprintCache(Fingerprint.Maker maker) {
        this.maker = maker;
    }

    @Override
    public Fingerprint of(Identifier.Key identifier) {
        return made.computeIfAbsent(identifier, maker::of);
    }

    @Override
    public Fingerprint ofCard(String number) {
        return maker.ofCard(number);
    }
}
