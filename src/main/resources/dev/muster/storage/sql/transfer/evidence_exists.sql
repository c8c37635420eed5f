select 1 from evidence where realm = ? and id = ? and state <> {evidence.begun}
