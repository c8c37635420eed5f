select
    api_key.realm, api_key.id, api_key.name, api_key.role, api_key.scopes, api_key.rank, api_key.signs,
    api_key.text_hash, api_key.sealed_secret, api_key.created_at, api_key.expires_at, api_key.revoked_at,
    api_key.made_by_kind, api_key.made_by, api_key.made_through, key_use.last_used_at,
    api_key.last_four, api_key.addresses, api_key.replaces, api_key.mac
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join api_key
left join key_use on key_use.realm = api_key.realm and key_use.key_id = api_key.id
where api_key.realm = cast(realms.key as integer) and api_key.id = unhex(needed.value)
