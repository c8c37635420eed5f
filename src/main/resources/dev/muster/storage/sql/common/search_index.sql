select part_bits, watched, indexed, turn
from search_index
where realm = ?
