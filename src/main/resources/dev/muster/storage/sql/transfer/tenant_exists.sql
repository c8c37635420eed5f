select 1 from tenant where partner_id = ?
union all
select 1 from realm where partner_id = ? or id in (?, ?)
