select partner, test_realm, production_realm, cell
from place
where cell = ?
limit ?
