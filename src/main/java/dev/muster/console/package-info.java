/// The operators' console at `/console`. It consists of server-rendered pages and, like a dialect of the API, contains
/// no domain rules or SQL. Each page class has one handler per page or form, and a nested `Model` that its template in
/// `src/main/jte` renders. `Console` lists the routes of all pages and forms. The pages of a realm are below
/// `/console/{partnerId}/{environment}`. This package may use `api`, everything that `api` may use, `api.evidence` and
/// `text`.
@NullMarked
package dev.muster.console;

import org.jspecify.annotations.NullMarked;
