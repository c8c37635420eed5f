/// Keys and their use: master keys that wrap realm keys, personal keys derived from a realm key and a seed,
/// sealed values bound to their context, HMACs and keyed fingerprints, the journal's hash chain, and signed
/// checkpoints.
///
/// This package only computes, except for reading and writing key files. It handles numbers, ids and bytes, and uses
/// nothing else of Muster except [dev.muster.model.value.Digest]. Randomness is always a parameter, so a source with
/// fixed output produces fixed bytes.
///
/// The purpose of sealing is that a person can be erased: once their seed is destroyed, nothing sealed with their key
/// can be read again. Its purpose is not to protect against someone who can read both the live database and the master
/// key.
@NullMarked
package dev.muster.sealing;

import org.jspecify.annotations.NullMarked;
