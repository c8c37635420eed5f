package dev.muster.security;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;

/// Who asks, proven, and in which realm; for root that is the system's own.
public record Caller(Realm realm, Actor actor) {
    /// The realm as logs name it: `acme/test`, and `system` for the system's own.
    public String realmText() {
        return text(realm);
    }

    /// The credential as logs and the journal name it: `apiKey:` or `operator:` and its id.
    public String credentialText() {
        return text(actor.ref());
    }

    static String text(Realm realm) {
        return realm.id() == Realm.SYSTEM
                ? "system"
                : realm.partnerId() + "/" + realm.environment().word();
    }

    static String text(ActorRef ref) {
        return ref.kind().word() + ":" + ref.id();
    }
}
