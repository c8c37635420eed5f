// Forms that ask the browser for a passkey. They are hidden until this script runs in a browser that supports passkeys.
"use strict";

(() => {
    const MESSAGES = {
        NotAllowedError: "No passkey was used. Try again.",
        NotCreated: "No passkey was added. Try again.",
        InvalidStateError: "This device already has one of your passkeys.",
        SecurityError: "Passkeys need this server under its own host name, over https.",
    };

    function bytes(base64Url) {
        const text = atob(base64Url.replace(/-/g, "+").replace(/_/g, "/"));
        return Uint8Array.from(text, (character) => character.charCodeAt(0));
    }

    function base64Url(buffer) {
        const text = String.fromCharCode(...new Uint8Array(buffer));
        return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    }

    // Browsers from before 2025 cannot convert WebAuthn's JSON themselves.
    function ids(list) {
        return (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
    }

    function creationOptions(json) {
        return PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
            ...json,
            challenge: bytes(json.challenge),
            user: { ...json.user, id: bytes(json.user.id) },
            excludeCredentials: ids(json.excludeCredentials),
        };
    }

    function requestOptions(json) {
        return PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
            ...json,
            challenge: bytes(json.challenge),
            allowCredentials: ids(json.allowCredentials),
        };
    }

    function asJson(credential) {
        if (credential.toJSON) {
            return credential.toJSON();
        }
        const response = {};
        for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
            if (credential.response[name]) {
                response[name] = base64Url(credential.response[name]);
            }
        }
        return {
            id: credential.id,
            rawId: base64Url(credential.rawId),
            type: credential.type,
            response,
            clientExtensionResults: credential.getClientExtensionResults(),
        };
    }

    async function optionsOf(form) {
        if (form.dataset.options) {
            return JSON.parse(form.dataset.options);
        }
        const fields = new URLSearchParams(new FormData(form));
        const reply = await fetch(form.dataset.optionsFrom, { method: "POST", body: fields });
        if (!reply.ok) {
            throw new Error("status " + reply.status);
        }
        return reply.json();
    }

    async function ask(form) {
        const error = form.querySelector("[data-passkey-error]");
        const button = form.querySelector("button");
        error.hidden = true;
        button.disabled = true;
        try {
            const { publicKey } = await optionsOf(form);
            const credential = form.dataset.passkey === "create"
                ? await navigator.credentials.create({ publicKey: creationOptions(publicKey) })
                : await navigator.credentials.get({ publicKey: requestOptions(publicKey) });
            form.elements.credential.value = JSON.stringify(asJson(credential));
            form.submit();
        } catch (thrown) {
            const refused = form.dataset.passkey === "create" && thrown.name === "NotAllowedError";
            error.textContent = MESSAGES[refused ? "NotCreated" : thrown.name] ?? "The server did not answer. Try again in a moment.";
            error.hidden = false;
            button.disabled = false;
        }
    }

    if (window.PublicKeyCredential && navigator.credentials) {
        document.querySelectorAll("[data-passkey-button]").forEach((part) => { part.hidden = false; });
        document.querySelectorAll("[data-passkey-missing]").forEach((part) => { part.hidden = true; });
        document.querySelectorAll("form[data-passkey]").forEach((form) => {
            form.hidden = false;
            form.addEventListener("submit", (event) => {
                event.preventDefault();
                ask(form);
            });
            if ("passkeyStart" in form.dataset) {
                ask(form);
            }
        });
    }
})();
