/// Serves several cells: opens the others beside the first, notices when they fail and come back, and routes each
/// request to the cell of its tenant. [dev.muster.cells.CellRouter] is the only part that requests pass through. Each
/// cell has a complete set of dialects, which know of no other cell. May use `model`, `sealing` and `storage` for their
/// exceptions, `directory`, `http` and `api`.
@NullMarked
package dev.muster.cells;

import org.jspecify.annotations.NullMarked;
