/// Carries out writes: requests wait in their realm's queue, a lane's thread takes them in groups, and each
/// group is one transaction. Batching is invisible: replies, rows and journal are the same as with one
/// request per transaction. A realm's share of a transaction consists of one class per subject, which loads
/// its rows and creates new ones. Only this package calls the rules of `model`; it may use `journal` and
/// `keys`.
@NullMarked
package dev.muster.directory.lane;

import org.jspecify.annotations.NullMarked;
