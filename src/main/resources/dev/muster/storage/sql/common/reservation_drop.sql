delete from job
where realm = ? and id = ? and state = {state.reserved} and token_until < ?
