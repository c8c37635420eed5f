/// A tenant's backup as one file: [dev.muster.directory.transfer.TenantExport] writes it from a database, and
/// [dev.muster.directory.transfer.TenantImport] writes it to another one. Rows are copied as they are, apart from
/// the realms' keys: those are wrapped by the transfer key in the file, and by a master key in a database.
/// Everything else is sealed under the realms' keys or has MACs under them, so it stays valid.
@NullMarked
package dev.muster.directory.transfer;

import org.jspecify.annotations.NullMarked;
