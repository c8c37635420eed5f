/// What the other rooms of the directory use: the realms' keys and the codes that show that a row was not
/// altered, the sealed part of a job, the clock that reads go by, and how failures of storage become refusals.
/// It may use `sealing` and `storage`, and no other room of the directory.
@NullMarked
package dev.muster.directory.keys;

import org.jspecify.annotations.NullMarked;
