select
    sso_provider.realm, sso_provider.id, sso_provider.issuer, sso_provider.client_id, sso_provider.sealed_secret,
    sso_provider.scopes, sso_provider.username_claim, sso_provider.role_claim, sso_provider.roles,
    sso_provider.required, sso_provider.domains, sso_provider.break_glass, sso_provider.created_at, sso_provider.mac
from json_each(?) as needed
cross join sso_provider
where sso_provider.realm = needed.value
