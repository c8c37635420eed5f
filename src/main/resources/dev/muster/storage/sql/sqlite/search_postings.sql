select posting.part, posting.gram, posting.places
from json_each(?) as parts
cross join json_each(?) as grams
cross join search_posting as posting
where posting.realm = ? and posting.part = parts.value and posting.gram = grams.value
