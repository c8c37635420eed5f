/// Builds the OpenAPI 3.1 document and the page `/docs` from the routes and the descriptions in this package's
/// test resources. Both are committed under `src/main/resources/dev/muster/api/rest`; `OpenApiTest`
/// compares them, and writes them with `-Dmuster.golden.write=true`. Templates of the page are in
/// `src/test/jte/docs`.
@NullMarked
package dev.muster.api.rest.docs;

import org.jspecify.annotations.NullMarked;
