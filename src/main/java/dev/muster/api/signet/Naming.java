package dev.muster.api.signet;

import java.util.Locale;

/// What a version of the vendor's page calls a user. The calls differ in nothing else: `register-user` with `userId`,
/// and `register-client` with `clientId`.
enum Naming {
    /// The page as it was first.
    USER,

    /// The newer page, which also has a status for those who were removed.
    CLIENT;

    /// `user`, as in the paths of calls about one.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// `users`, as in the path and in the reply of the list.
    String plural() {
        return word() + "s";
    }

    /// `User`, as messages begin.
    String title() {
        return name().charAt(0) + word().substring(1);
    }

    /// `userId`.
    String idField() {
        return word() + "Id";
    }
}
