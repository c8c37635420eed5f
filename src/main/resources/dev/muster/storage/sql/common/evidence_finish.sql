update evidence set state = 1
where realm = ? and id = ? and state = 0
