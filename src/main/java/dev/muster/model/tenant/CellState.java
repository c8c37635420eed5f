package dev.muster.model.tenant;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import java.util.Locale;

/// Whether new tenants are created in a cell. Tenants that are in it are served in either state.
public enum CellState implements Coded {
    OPEN(0),
    /// The cell gets no new tenants.
    DRAINING(1);

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
