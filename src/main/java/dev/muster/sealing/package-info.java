/// Keys and their use: master keys that wrap realm keys, personal keys derived from a realm key and a seed,
/// sealed values bound to their context, HMACs and keyed fingerprints, the journal's hash chain, and signed
/// checkpoints.
///
/// Pure computation, except for reading and writing key files. It only knows numbers, ids and bytes, and of
/// the rest of Muster only [dev.muster.model.value.Digest]. Randomness is always an argument, so a fixed
/// source gives fixed bytes.
///
/// Sealing exists so that a person can be erased (their seed is destroyed, and nothing sealed with their key
/// can be read again), not to protect against someone who reads the live database together with the master
/// key.
@NullMarked
package dev.muster.sealing;

import org.jspecify.annotations.NullMarked;
