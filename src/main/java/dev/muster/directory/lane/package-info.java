/// Executes writes. Requests wait in their realm's queue; a lane's thread takes them in groups, and each group is one
/// transaction. Batching is invisible: responses, rows and journal are the same as with one transaction per request. A
/// realm's share of a transaction has one class per subject, which loads the subject's rows and produces the new ones.
/// Only this package calls `model.rules`. Within `directory`, it may use `journal` and `keys`; outside it, `model`,
/// `sealing` and `storage`.
@NullMarked
package dev.muster.directory.lane;

import org.jspecify.annotations.NullMarked;
