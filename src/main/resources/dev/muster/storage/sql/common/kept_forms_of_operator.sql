select id_hash from kept_form where realm = ? and operator = ? order by kept_at desc limit ? offset ?
