package dev.muster.api.signet;

import java.util.Locale;

/// A version of the vendor's API, with its word for a user. The calls of the two versions differ only in this word:
/// `register-user` with `userId`, `register-client` with `clientId`.
enum ApiVersion {
    /// The original page.
    USER,

    /// The newer page, which also has a status for removed users.
    CLIENT;

    /// The word as it appears in the paths of calls about one user: `user`.
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The plural as it appears in the path and the reply of the list: `users`.
    String plural() {
        return wireName() + "s";
    }

    /// The word as it appears at the beginning of messages: `User`.
    String title() {
        return name().charAt(0) + wireName().substring(1);
    }

    /// The name of the field with a user's id: `userId`.
    String idField() {
        return wireName() + "Id";
    }
}
