select {columns} from {table} where realm in (?, ?) limit ?
