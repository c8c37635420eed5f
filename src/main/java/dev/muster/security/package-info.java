/// This package turns credentials into callers. [dev.muster.security.Authenticator] is the entry point; each kind of
/// credential (bearer key, token, password, request signature, link) has a class that checks it against the stored
/// credentials. The formats are in `format`, limits on guessing in `limit`, passkeys in `passkeys`, single sign-on in
/// `sso`. The security log is in this package.
///
/// It uses [dev.muster.directory] for stored data and [dev.muster.sealing] for HMACs. It may also use `model`,
/// `logging` and `network`. No `toString` includes a credential or secret.
@NullMarked
package dev.muster.security;

import org.jspecify.annotations.NullMarked;
