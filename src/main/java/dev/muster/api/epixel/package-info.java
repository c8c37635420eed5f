/// The `epixel` dialect: blocking and unblocking users as Epixel's clients do it, and signing in the operators who do
/// so. [EpixelApi] has the routes, [EpixelFields] reads bodies, and [EpixelErrors] words every refusal in the dialect's
/// envelope. The package contains no domain rules and may use what `api` may use.
///
/// The vendor's page documents only block and unblock. Sign-in, envelope and error messages follow Django REST
/// framework, which the wording of the page suggests.
@NullMarked
package dev.muster.api.epixel;

import org.jspecify.annotations.NullMarked;
