/// What Muster's own API is, written down: an OpenAPI 3.1 document and a page to read it on. Both are made
/// once, at the start, from the routes and from the words in this package's resources; a route without words,
/// or words without a route, keeps the server from starting.
@NullMarked
package dev.muster.api.rest.docs;

import org.jspecify.annotations.NullMarked;
