update assignment set counts = ?
where realm = ? and user_id = ? and counts <> ?
