/// The `epixel` dialect: blocking and unblocking users as Epixel's clients do it, and the sign-in of the
/// operators who do so. [EpixelApi] has the routes, [EpixelFields] reads bodies, and [EpixelErrors] words every
/// refusal in the dialect's envelope. Has no domain rules; may use what `api` may use.
///
/// The vendor's page documents only block and unblock. Sign-in, envelope and error messages follow Django REST
/// framework, which the page's wording points to.
@NullMarked
package dev.muster.api.epixel;

import org.jspecify.annotations.NullMarked;
