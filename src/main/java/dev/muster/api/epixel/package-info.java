/// The `epixel` dialect: blocking and unblocking users for Epixel's clients, and the operators' sign-in.
/// [EpixelApi] has the routes, [EpixelFields] reads bodies, and [EpixelErrors] renders refusals in the
/// dialect's envelope. Has no domain rules.
///
/// The vendor's page documents only block and unblock. Sign-in, envelope and error texts follow the web
/// framework that the page's wording reveals.
@NullMarked
package dev.muster.api.epixel;

import org.jspecify.annotations.NullMarked;
