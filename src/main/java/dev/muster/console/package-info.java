/// The operators' console: pages made on the server, at `/console`. It is one more dialect: it reads forms and words
/// answers, and has no rule and no SQL of its own.
///
/// A page is a record that gathers what the page shows, and a template of the same name under `src/main/jte` that
/// shows it. [dev.muster.console.Console] is the table of pages and forms; a form that is refused is shown again by
/// the page that the table names. Everything about one realm is below `/console/{partnerId}/{environment}`, so that a
/// link says what it is about.
@NullMarked
package dev.muster.console;

import org.jspecify.annotations.NullMarked;
