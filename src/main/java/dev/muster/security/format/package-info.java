/// The formats of credentials: creates, parses and checks API keys, tokens, links and signatures. Pure
/// functions of keys, clocks and random sources. Uses [dev.muster.model] and [dev.muster.sealing];
/// independent of the rest of `security` and of stored data.
@NullMarked
package dev.muster.security.format;

import org.jspecify.annotations.NullMarked;
