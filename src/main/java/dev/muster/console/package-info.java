/// The operators' console at `/console`: server-rendered pages, built like a dialect, without domain rules or
/// SQL. Each page class has a handler per page or form and a nested `Model`, which its template in
/// `src/main/jte` shows. `Console` lists pages and forms; a refused form is shown again. Pages of a realm are
/// under `/console/{partnerId}/{environment}`. May use `api`, what `api` may use, `api.evidence` and
/// `text`.
@NullMarked
package dev.muster.console;

import org.jspecify.annotations.NullMarked;
