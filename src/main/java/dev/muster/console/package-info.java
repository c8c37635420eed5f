/// The operators' console: pages for people, made on the server, at `/console`. One more dialect: it parses forms
/// and words answers, and has no rule and no SQL of its own.
///
/// A page is a class that gathers what the page shows into a record, and a template of the same name under
/// `src/main/jte` that shows it. Everything about one realm stands under `/console/{partnerId}/{environment}`, so
/// that a link says what it is about.
@NullMarked
package dev.muster.console;

import org.jspecify.annotations.NullMarked;
