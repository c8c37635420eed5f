update evidence set state = 2
where realm = ? and id = ? and state <> 0
