select realm, signature, request, at
from signature
where realm = ? and signature = ?
