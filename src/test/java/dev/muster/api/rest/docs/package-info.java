/// Builds the OpenAPI 3.1 document and the page `/docs` from the routes and the descriptions in this package's test
/// resources. The document and the page are committed under `src/main/resources/dev/muster/api/rest`. `OpenApiTest`
/// compares them with what is built, or with `-Dmuster.golden.write=true` rewrites them. The page's templates are in
/// `src/test/jte/docs`.
@NullMarked
package dev.muster.api.rest.docs;

import org.jspecify.annotations.NullMarked;
