/// Turns credentials into callers. [dev.muster.security.Authenticator] is the entry; each kind of credential
/// (bearer key, token, password, request signature, link) has a class that checks it against the register.
/// Their texts are in `format`, limits on guessing in `limit`; the security log is here.
///
/// It asks [dev.muster.directory] for what is stored and uses [dev.muster.sealing] for HMACs. No text or secret is
/// ever part of a `toString`.
@NullMarked
package dev.muster.security;

import org.jspecify.annotations.NullMarked;
