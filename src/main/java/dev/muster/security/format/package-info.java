/// The formats of credentials. This package creates, parses and checks API keys, tokens, links and signatures, with
/// pure functions of keys, times and random sources. It uses [dev.muster.model] and [dev.muster.sealing], and is
/// independent of the rest of `security` and of stored data.
@NullMarked
package dev.muster.security.format;

import org.jspecify.annotations.NullMarked;
