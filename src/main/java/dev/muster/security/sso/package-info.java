/// Single sign-on: operators sign in through their tenant's identity provider with OpenID Connect, using the
/// authorization code flow with PKCE. Nimbus' SDK, which no other package uses, implements the protocol. This package
/// decides which provider is called, over which connections, and which operator and role result from its response. It
/// may use `security`, everything that `security` may use, and `outgoing`.
@NullMarked
package dev.muster.security.sso;

import org.jspecify.annotations.NullMarked;
