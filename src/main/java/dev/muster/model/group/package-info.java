/// Groups and policies, and a user's affiliation with them. Uses `model.value` only.
@NullMarked
package dev.muster.model.group;

import org.jspecify.annotations.NullMarked;
