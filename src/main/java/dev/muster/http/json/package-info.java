/// Reads JSON from strangers strictly, whole or as a stream, and writes it fast. Built on Jackson's streaming core; it
/// knows neither HTTP nor the domain.
@NullMarked
package dev.muster.http.json;

import org.jspecify.annotations.NullMarked;
