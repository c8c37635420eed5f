package dev.muster.security;

/// What the security log tells of: an event and its outcome, as its lines and the metric `muster.security.events`
/// name them.
enum SecurityEvent {
    SIGNED_IN("sign_in", "ok"),
    SIGN_IN_REFUSED("sign_in", "refused"),
    /// A password was not even checked: too many attempts are under way, or have failed from that address.
    SIGN_IN_LIMITED("sign_in", "limited"),
    /// An operator ended one session.
    SIGNED_OUT("sign_out", "ok"),
    /// An operator ended all of their sessions and tokens.
    SIGNED_OUT_EVERYWHERE("sign_out_everywhere", "ok"),
    /// Tokens were issued to a key against its secret, or to an operator who signed in where tokens are given.
    TOKENS_ISSUED("token_issue", "ok"),
    TOKENS_REFRESHED("token_refresh", "ok"),
    API_KEY_REFUSED("api_key", "refused"),
    /// An API key is genuine, and came from an address that it may not be used from.
    API_KEY_ADDRESS_REFUSED("api_key_address", "refused"),
    API_SECRET_REFUSED("api_secret", "refused"),
    ACCESS_TOKEN_REFUSED("access_token", "refused"),
    REFRESH_TOKEN_REFUSED("refresh_token", "refused"),
    ROOT_KEY_REFUSED("root_key", "refused"),
    SIGNATURE_REFUSED("signature", "refused"),
    UPLOAD_TOKEN_REFUSED("upload_token", "refused"),
    SESSION_REFUSED("session", "refused"),
    /// A credential was not looked at: too many have failed from that address.
    CREDENTIAL_LIMITED("credential", "limited"),
    JOURNAL_EXPORTED("journal_export", "ok"),
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
