/// Parses untrusted JSON strictly, whole or as a stream, and writes JSON quickly. Built on Jackson's
/// streaming core; independent of HTTP and the domain.
@NullMarked
package dev.muster.http.json;

import org.jspecify.annotations.NullMarked;
