/// The kit that every dialect is made of, so that a dialect is routes, the records it reads and writes, and its words.
///
/// [dev.muster.api.RequestReader] collects what is wrong with a request while it is read,
/// [dev.muster.api.FieldReader] reads JSON, [dev.muster.api.WriteHeaders] reads the headers that every write
/// understands, [dev.muster.api.WriteDoor] hands commands to the directory, and [dev.muster.api.ErrorText] says
/// what a refusal says where a dialect has no words of its own. It may use everything that a dialect may, and
/// knows no dialect.
@NullMarked
package dev.muster.api;

import org.jspecify.annotations.NullMarked;
