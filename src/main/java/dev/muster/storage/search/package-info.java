/// Searches the text of users: [Search] runs one search, using the realm's index if it has one, and [TextIndex]
/// maintains the indexes. This package may use the model, and the sessions and chore connection of storage. It contains
/// nothing specific to tables other than those of the index and the searchable text of users.
@NullMarked
package dev.muster.storage.search;

import org.jspecify.annotations.NullMarked;
