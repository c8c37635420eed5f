package dev.muster.model.group;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A group or a policy: both have a name that is unique in the realm once [Group#folded].
public sealed interface Affiliation permits Group, Policy {
    UUID id();

    String name();

    @Nullable
    String description();

    /// The form stored in the journal. It includes the name, which another group or policy may have by the time
    /// the entry is read.
    default Map<String, Object> inJournal() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("id", id().toString());
        out.put("name", name());
        return out;
    }
}
