select realm, webhook, cursor, fence
from webhook_progress
where realm = ?
