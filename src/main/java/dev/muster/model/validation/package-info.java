/// Validation of request values before they are used in commands: lengths, characters, passwords. All dialects read
/// their fields through `Validator`. This package may use only the records of `model.user`, `model.group` and
/// `model.value`.
@NullMarked
package dev.muster.model.validation;

import org.jspecify.annotations.NullMarked;
