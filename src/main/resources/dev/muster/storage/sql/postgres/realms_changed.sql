select changed.realm, changed.number, coalesce(signed.seq, 0) >= changed.last_seq
from (
    select realm, max(number) as number, max(last_seq) as last_seq
    from batch
    where at >= ? and at < ? and realm > ?
    group by realm
    order by realm
    limit ?
) as changed
left join lateral (
    select checkpoint.seq
    from checkpoint
    where checkpoint.realm = changed.realm
    order by checkpoint.seq desc
    limit 1
) as signed on true
order by changed.realm
