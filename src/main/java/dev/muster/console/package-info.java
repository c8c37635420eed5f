/// The operators' console at `/console`: server-rendered pages, built like a dialect, without rules or SQL.
/// A page is a record with what it shows, and a template of the same name in `src/main/jte`. `Console`
/// lists pages and forms; a refused form is shown again. Pages of a realm are under
/// `/console/{partnerId}/{environment}`.
@NullMarked
package dev.muster.console;

import org.jspecify.annotations.NullMarked;
