/// Text searches over users: [Search] runs one, through the realm's index if it has one; [TextIndex]
/// maintains those indexes. May use the model, and sessions and the chores' connection of storage; knows only
/// the tables of the index and the texts of users.
@NullMarked
package dev.muster.storage.search;

import org.jspecify.annotations.NullMarked;
