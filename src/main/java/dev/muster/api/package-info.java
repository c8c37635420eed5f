/// The code that all dialects share. A dialect adds routes, fields and error messages. `RequestReader` and
/// `FieldReader` collect field errors, `WriteHeaders` reads the headers of writes, `WriteGateway` sends commands to the
/// directory, `CallHandler` runs a handler and renders a `RefusedException`, and `ErrorText` has the default wording of
/// each refusal.
///
/// This package and the dialects may use `directory`, `security`, `http` and `model`, but not storage or another
/// dialect.
@NullMarked
package dev.muster.api;

import org.jspecify.annotations.NullMarked;
