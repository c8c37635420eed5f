select count(*) from ({rows}) as counted
