package dev.muster.directory.events;

import dev.muster.model.value.WireNamed;

/// How much an event contains.
public enum Payload implements WireNamed {
    /// Ids, the action, the actor, standings and versions: nothing personal.
    THIN("thin"),
    /// Also reason, note, identifiers and changes, as long as the person is not erased.
    FULL("full");

    private final String word;

    Payload(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
