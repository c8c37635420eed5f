update evidence set state = {evidence.finished}, bytes = ?
where realm = ? and id = ? and state = {evidence.begun}
