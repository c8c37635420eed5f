/// Who acts, and what they may do: actors, API keys, operators, roles, scopes and ranks. This package may use only
/// `model.value`.
@NullMarked
package dev.muster.model.credential;

import org.jspecify.annotations.NullMarked;
