/// How writes are carried out: requests wait in their realm's queue, a lane's thread takes them in groups, and
/// each group is one transaction. Batching is invisible: replies, rows and journal are those of one request a
/// transaction. A realm's share of a transaction is made of one class for each subject, which loads its rows
/// and makes new ones. Only this room calls the rules of `model`; it may use `journal` and `keys`.
@NullMarked
package dev.muster.directory.lane;

import org.jspecify.annotations.NullMarked;
