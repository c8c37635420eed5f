update evidence set state = {evidence.named}
where realm = ? and id = ? and state <> {evidence.begun}
