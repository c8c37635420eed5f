/// Who acts, and what they may do: actors, API keys, operators, roles, scopes and ranks. Uses `model.value`
/// only.
@NullMarked
package dev.muster.model.credential;

import org.jspecify.annotations.NullMarked;
