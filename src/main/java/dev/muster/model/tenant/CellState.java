package dev.muster.model.tenant;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import java.util.Locale;

/// Whether a cell gets new tenants. The tenants in it are served in every state.
public enum CellState implements Coded {
    /// The cell gets new tenants, and others can be moved to it.
    OPEN(0),
    /// The cell gets no tenants, unless a move is forced or was begun before. Its tenants are to be moved to other
    /// cells.
    DRAINING(1),
    /// The cell gets no tenants, unless a move is forced or was begun before. It keeps the ones it has.
    FULL(2);

    /// The states by code.
    public static final Codes<CellState> CODES = new Codes<>(values());

    private final int code;

    CellState(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    /// The state's name in lists.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
