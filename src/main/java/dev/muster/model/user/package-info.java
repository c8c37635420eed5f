/// A user: the record and the table of its fields, how users are referred to and searched, their holds, and
/// the standing that follows from these at a moment. Uses `model.credential` for who placed a hold, and
/// `model.value`.
@NullMarked
package dev.muster.model.user;

import org.jspecify.annotations.NullMarked;
