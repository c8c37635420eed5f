/// The form of credentials: how the texts of API keys, tokens, links and signatures are made, read and
/// checked. Pure computation on keys, clocks and randomness that are arguments. Uses [dev.muster.model] and
/// [dev.muster.sealing]; knows neither the register nor the rest of `security`.
@NullMarked
package dev.muster.security.format;

import org.jspecify.annotations.NullMarked;
