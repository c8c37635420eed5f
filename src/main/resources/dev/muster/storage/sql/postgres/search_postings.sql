select posting.part, posting.gram, posting.places
from unnest(?::bigint[]) as parts (part)
cross join unnest(?::bigint[]) as grams (gram)
cross join lateral (
    select *
    from search_posting
    where search_posting.realm = ? and search_posting.part = parts.part and search_posting.gram = grams.gram
    limit 1
) as posting
