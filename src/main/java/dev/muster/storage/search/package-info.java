/// Text search over users: [Search] runs one, using the realm's index if it has one; [TextIndex] maintains
/// the indexes. May use the model and storage's sessions and chore connection; knows only the tables of the
/// index and the searchable text of users.
@NullMarked
package dev.muster.storage.search;

import org.jspecify.annotations.NullMarked;
