package dev.muster.directory.events;

import dev.muster.model.value.WireNamed;

/// The level of detail of an event.
public enum Payload implements WireNamed {
    /// The form with ids, the action, the actor, standings and versions, but no personal data.
    THIN("thin"),
    /// Everything in the thin form, and also the reason, note, identifiers and changes, unless the user has been
    /// erased.
    FULL("full");

    private final String word;

    Payload(String word) {
        this.word = word;
    }

    @Override
    public String wireName() {
        return word;
    }
}
