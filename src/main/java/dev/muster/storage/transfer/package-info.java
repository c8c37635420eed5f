/// Reads all rows of one tenant from a consistent snapshot ([dev.muster.storage.transfer.TenantSource]), and writes
/// them to another database, all or none ([dev.muster.storage.transfer.TenantTarget]). Both handle rows as columns
/// and values, whatever they mean. [dev.muster.storage.transfer.TenantTable] decides for each table of the schema
/// what happens to it. May use `sql` and `engine`.
@NullMarked
package dev.muster.storage.transfer;

import org.jspecify.annotations.NullMarked;
