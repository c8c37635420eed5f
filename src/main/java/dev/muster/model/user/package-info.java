/// Users: the record and its table of fields, references and search, holds, and the standing that results from them.
/// This package may use only `model.credential`, for who placed a hold, and `model.value`.
@NullMarked
package dev.muster.model.user;

import org.jspecify.annotations.NullMarked;
