/// Groups and policies, and a user's affiliations with them. This package may use only `model.value`.
@NullMarked
package dev.muster.model.group;

import org.jspecify.annotations.NullMarked;
