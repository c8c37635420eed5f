package dev.muster.api.signet;

import java.util.Locale;

/// The word for a user in one version of the vendor's page. The calls of both versions are otherwise the
/// same: `register-user` with `userId`, `register-client` with `clientId`.
enum Naming {
    /// The original page.
    USER,

    /// The newer page, which also has a status for removed users.
    CLIENT;

    /// `user`, as in the paths of calls about one user.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// `users`, as in the path and reply of the list.
    String plural() {
        return word() + "s";
    }

    /// `User`, for the beginning of messages.
    String title() {
        return name().charAt(0) + word().substring(1);
    }

    /// `userId`.
    String idField() {
        return word() + "Id";
    }
}
