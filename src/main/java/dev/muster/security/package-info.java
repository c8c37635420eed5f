/// What a caller shows to be believed, as text: API keys and their secrets, passwords, tokens. Each type reads
/// one kind of text strictly, makes it, and compares it in constant time; whether what it names is still valid
/// is asked elsewhere.
///
/// No text or secret is ever part of a `toString`.
@NullMarked
package dev.muster.security;

import org.jspecify.annotations.NullMarked;
