/// Passkeys of operators (WebAuthn): adding one, signing in with one, and confirming one's identity. The protocol is
/// implemented by Yubico's library, which no other package uses; this package decides which passkeys may be used for
/// what, and keeps what belongs to a ceremony in a sealed cookie of the browser.
@NullMarked
package dev.muster.security.passkeys;

import org.jspecify.annotations.NullMarked;
