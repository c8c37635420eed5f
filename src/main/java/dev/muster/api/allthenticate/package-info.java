/// The `allthenticate` dialect: the user endpoints of Allthenticate's clients, at the root of the server.
/// [AllthenticateApi] has the routes, [AllthenticateFields] reads parameters from query, forms or JSON,
/// [UserList] streams a whole realm, [Invites] registers users, and [AllthenticateErrors] renders refusals.
/// Has no domain rules.
@NullMarked
package dev.muster.api.allthenticate;

import org.jspecify.annotations.NullMarked;
