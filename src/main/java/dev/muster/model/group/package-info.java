/// Groups and policies, and the two together as a user's affiliations. Uses `model.value` only.
@NullMarked
package dev.muster.model.group;

import org.jspecify.annotations.NullMarked;
