/// Single sign-on: operators sign in through their own identity provider with OpenID Connect, by the code flow with
/// PKCE. What the protocol asks for is done by Nimbus' SDK, which no other package uses; here it is decided which
/// provider is asked, over which connections, and which operator and role come of its answer.
@NullMarked
package dev.muster.security.sso;

import org.jspecify.annotations.NullMarked;
