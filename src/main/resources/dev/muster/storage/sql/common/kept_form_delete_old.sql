delete from kept_form where kept_at <= ?
