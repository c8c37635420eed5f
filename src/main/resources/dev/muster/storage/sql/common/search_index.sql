select part_bits, watched, indexed, turn, format
from search_index
where realm = ?
