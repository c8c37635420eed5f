package dev.muster.console;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/// A simulated device with passkeys in a page's browser, controlled through Chromium's DevTools protocol.
final class VirtualAuthenticator {
    private final CDPSession devTools;
    private final String id;

    /// @param verifiesUser whether it has a PIN, fingerprint or the like
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

    /// Sets whether its user can unlock it.
    void setUserVerified(boolean verified) {
        JsonObject message = itself();
        message.addProperty("isUserVerified", verified);
        devTools.send("WebAuthn.setUserVerified", message);
    }

    /// Its only passkey, with the private key and the counter.
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

    /// Adds a passkey copied from another device.
    void put(JsonObject passkey) {
        JsonObject message = itself();
        message.add("credential", passkey);
        devTools.send("WebAuthn.addCredential", message);
    }

    /// Loses all passkeys.
    void clear() {
        devTools.send("WebAuthn.clearCredentials", itself());
    }
}
