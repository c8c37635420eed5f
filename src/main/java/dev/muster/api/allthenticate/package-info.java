/// The `allthenticate` dialect: the user endpoints that Allthenticate's clients know, at the root of the server.
/// [AllthenticateApi] has the routes, [AllthenticateFields] reads parameters from the query, a form or JSON, [UserList]
/// streams a whole realm, [Invites] registers users, and [AllthenticateErrors] has the dialect's text for every
/// refusal. The package contains no domain rules and may use what `api` may use.
@NullMarked
package dev.muster.api.allthenticate;

import org.jspecify.annotations.NullMarked;
