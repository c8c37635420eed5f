/// What Muster's own API is, written down: an OpenAPI 3.1 document, and a page with guides and all that the document
/// has. Both are made once, when somebody first asks, from the routes and from the words in this package's resources; a
/// test asks for them, and finds a route without words or words without a route. The page is made by the templates in
/// `src/main/jte/docs`.
@NullMarked
package dev.muster.api.rest.docs;

import org.jspecify.annotations.NullMarked;
