/// Operators' passkeys (WebAuthn): adding one, signing in, and step-up. Yubico's library, which only this package uses,
/// implements the protocol; this package decides which passkeys are accepted for which purpose, and keeps the state of
/// a ceremony in a sealed cookie. It may use `security` and everything that `security` may use.
@NullMarked
package dev.muster.security.passkeys;

import org.jspecify.annotations.NullMarked;
