package dev.muster.security;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;

/// An authenticated caller and their realm, which is the system realm for root.
public record Caller(Realm realm, Actor actor) {
    /// The realm as logged: `acme/test`, or `system` for the system realm.
    public String realmText() {
        return text(realm);
    }

    /// The credential as written to logs and the journal: `apiKey:` or `operator:`, followed by its id.
    public String credentialText() {
        return text(actor.ref());
    }

    static String text(Realm realm) {
        return realm.id() == Realm.SYSTEM
                ? "system"
                : realm.partnerId() + "/" + realm.environment().wireName();
    }

    static String text(ActorRef ref) {
        return ref.kind().wireName() + ":" + ref.id();
    }
}
