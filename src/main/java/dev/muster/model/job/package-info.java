/// Jobs: the submitted request, its evidence and its verdict. This package may use only `model.user`,
/// `model.credential` and `model.value`.
@NullMarked
package dev.muster.model.job;

import org.jspecify.annotations.NullMarked;
