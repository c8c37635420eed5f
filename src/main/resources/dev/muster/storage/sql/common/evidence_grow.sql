update evidence set bytes = bytes + ?
where realm = ? and id = ? and state = {evidence.begun}
