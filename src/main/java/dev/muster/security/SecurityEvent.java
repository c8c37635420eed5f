package dev.muster.security;

/// The events of the security log. Each has the names of the event and its outcome that appear in log lines and in the
/// metric `muster.security.events`.
enum SecurityEvent {
    SIGNED_IN("sign_in", "ok"),
    SIGN_IN_REFUSED("sign_in", "refused"),
    /// A password was not checked, because too many attempts were in progress or too many attempts from the address
    /// had failed.
    SIGN_IN_LIMITED("sign_in", "limited"),
    /// An operator gave their password again, to prove their identity or to choose another password.
    STEP_UP("step_up", "ok"),
    STEP_UP_REFUSED("step_up", "refused"),
    /// An operator chose a password through their invitation.
    INVITATION_ACCEPTED("invitation", "ok"),
    INVITATION_REFUSED("invitation", "refused"),
    /// An operator changed their password.
    PASSWORD_CHANGED("password", "ok"),
    /// An operator ended one of their other sessions, or an admin ended an operator's.
    SESSION_ENDED("session_end", "ok"),
    /// An operator signed in through an identity provider.
    SSO_SIGNED_IN("sso_sign_in", "ok"),
    /// The identity provider's response was invalid, or the operator has no mapped role.
    SSO_REFUSED("sso_sign_in", "refused"),
    /// A sign-in through an identity provider was not tried, because too many attempts from the address had failed.
    SSO_LIMITED("sso_sign_in", "limited"),
    /// An operator signed in with a passkey, alone or after the password.
    PASSKEY_SIGNED_IN("passkey_sign_in", "ok"),
    /// A device's response was invalid, or the passkey is unknown or may not be used.
    PASSKEY_REFUSED("passkey_sign_in", "refused"),
    /// A sign-in with a passkey was not tried, because too many attempts from the address had failed.
    PASSKEY_LIMITED("passkey_sign_in", "limited"),
    /// A passkey's counter did not increase, which means that the passkey was copied.
    PASSKEY_COPIED("passkey_copied", "refused"),
    /// An operator ended one session.
    SIGNED_OUT("sign_out", "ok"),
    /// An operator ended all of their sessions and tokens.
    SIGNED_OUT_EVERYWHERE("sign_out_everywhere", "ok"),
    /// Tokens were issued to a key for its secret, or to an operator who signed in through an API.
    TOKENS_ISSUED("token_issue", "ok"),
    TOKENS_REFRESHED("token_refresh", "ok"),
    API_KEY_REFUSED("api_key", "refused"),
    /// A valid API key was used from an address that it does not allow.
    API_KEY_ADDRESS_REFUSED("api_key_address", "refused"),
    API_SECRET_REFUSED("api_secret", "refused"),
    ACCESS_TOKEN_REFUSED("access_token", "refused"),
    REFRESH_TOKEN_REFUSED("refresh_token", "refused"),
    ROOT_KEY_REFUSED("root_key", "refused"),
    SIGNATURE_REFUSED("signature", "refused"),
    UPLOAD_TOKEN_REFUSED("upload_token", "refused"),
    SESSION_REFUSED("session", "refused"),
    /// A credential was not checked, because too many attempts from the address had failed.
    CREDENTIAL_LIMITED("credential", "limited"),
    JOURNAL_EXPORTED("journal_export", "ok"),
    USERS_EXPORTED("user_export", "ok"),
    JOURNAL_READ("journal_read", "ok"),
    EVIDENCE_READ("evidence_read", "ok"),
    FORBIDDEN("permission", "refused"),
    FOREIGN_FORM("console_form", "refused");

    final String event;
    final String outcome;

    SecurityEvent(String event, String outcome) {
        this.event = event;
        this.outcome = outcome;
    }
}
