package dev.muster.console;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/// A simulated authenticator in the browser of a page, controlled through the Chrome DevTools Protocol.
final class VirtualAuthenticator {
    private final CDPSession devTools;
    private final String id;

    /// @param verifiesUser whether it can verify the user, for example by a PIN or fingerprint
    VirtualAuthenticator(Page page, boolean verifiesUser) {
        devTools = page.context().newCDPSession(page);
        devTools.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", verifiesUser);
        options.addProperty("isUserVerified", verifiesUser);
        options.addProperty("automaticPresenceSimulation", true);
        JsonObject added = new JsonObject();
        added.add("options", options);
        id = devTools.send("WebAuthn.addVirtualAuthenticator", added)
                .get("authenticatorId")
                .getAsString();
    }

    private JsonObject itself() {
        JsonObject message = new JsonObject();
        message.add("authenticatorId", new JsonPrimitive(id));
        return message;
    }

    /// Sets whether user verification succeeds.
    void setUserVerified(boolean verified) {
        JsonObject message = itself();
        message.addProperty("isUserVerified", verified);
        devTools.send("WebAuthn.setUserVerified", message);
    }

    /// Returns its only passkey, including the private key and the signature counter.
    JsonObject passkey() {
        return devTools.send("WebAuthn.getCredentials", itself())
                .getAsJsonArray("credentials")
                .get(0)
                .getAsJsonObject();
    }

    int passkeys() {
        return devTools.send("WebAuthn.getCredentials", itself())
                .getAsJsonArray("credentials")
                .size();
    }

    /// Adds a passkey that was copied from another authenticator.
    void put(JsonObject passkey) {
        JsonObject message = itself();
        message.add("credential", passkey);
        devTools.send("WebAuthn.addCredential", message);
    }

    /// Deletes all passkeys.
    void clear() {
        devTools.send("WebAuthn.clearCredentials", itself());
    }
}
