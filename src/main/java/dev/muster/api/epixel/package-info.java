/// The `epixel` dialect: blocking and unblocking users as Epixel's clients know it, and the sign-in of the operators
/// who do it. [Epixel] has the routes, [EpixelFields] reads bodies, and [EpixelErrors] says every refusal in
/// the dialect's envelope. No rule of the domain is here.
///
/// The page tells block and unblock alone. What it leaves open (sign-in, envelope, texts of errors) is as the web
/// framework has it in whose words the page speaks.
@NullMarked
package dev.muster.api.epixel;

import org.jspecify.annotations.NullMarked;
