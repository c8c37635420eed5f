/// A strict parser for untrusted JSON, whole or as a stream, and a fast JSON writer. The package is built on Jackson's
/// streaming core and is independent of HTTP and the domain.
@NullMarked
package dev.muster.http.json;

import org.jspecify.annotations.NullMarked;
