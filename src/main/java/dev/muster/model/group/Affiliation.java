package dev.muster.model.group;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A group or a policy. Both have a name whose folded form ([Group#folded]) is unique in the realm.
public sealed interface Affiliation permits Group, Policy {
    UUID id();

    String name();

    @Nullable
    String description();

    /// The fields stored in the journal. They include the name, which may belong to another group or policy by the
    /// time the entry is read.
    default Map<String, Object> inJournal() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("id", id().toString());
        out.put("name", name());
        return out;
    }
}
