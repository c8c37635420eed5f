/// Small values used by all other packages of the domain: identifiers and their folding, digests, instants as text,
/// edits, changes by field, and the stored codes of enum constants. This package uses nothing else in Muster.
@NullMarked
package dev.muster.model.value;

import org.jspecify.annotations.NullMarked;
