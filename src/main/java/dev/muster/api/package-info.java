/// The kit that every dialect is made of, so that a dialect is routes, the records it reads and writes, and its words.
///
/// [dev.muster.api.RequestReader] and [dev.muster.api.FieldReader] read a request and collect what is wrong with it,
/// [dev.muster.api.WriteHeaders] reads the headers that every write understands, [dev.muster.api.WriteDoor] hands
/// commands to the directory. [dev.muster.api.CallHandler] answers a call, and renders the
/// [dev.muster.api.RefusedException] that ends it early. [dev.muster.api.ErrorText] has the default words of every
/// refusal. The kit may use what a dialect may use, and knows no dialect.
@NullMarked
package dev.muster.api;

import org.jspecify.annotations.NullMarked;
