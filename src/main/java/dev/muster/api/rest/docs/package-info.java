/// The OpenAPI 3.1 document and the page `/docs`. Both are made on first use from the routes and the texts
/// in this package's resources; a test fails for a route without text and for a text without route.
/// Templates are in `src/main/jte/docs`.
@NullMarked
package dev.muster.api.rest.docs;

import org.jspecify.annotations.NullMarked;
