/// Small values that every other package of the domain uses: identifiers and how they are folded, digests,
/// instants as text, edits, what an entry changed by field, and the codes under which constants of enums are
/// stored. Uses nothing of Muster.
@NullMarked
package dev.muster.model.value;

import org.jspecify.annotations.NullMarked;
