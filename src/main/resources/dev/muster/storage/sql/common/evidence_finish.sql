update evidence set state = 1, bytes = ?
where realm = ? and id = ? and state = 0
