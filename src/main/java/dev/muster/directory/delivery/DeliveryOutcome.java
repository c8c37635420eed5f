package dev.muster.directory.delivery;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;

/// What an attempt to deliver a message came to.
public enum DeliveryOutcome implements Coded, WireNamed {
    /// The receiver answered 2xx.
    DELIVERED(0, "delivered"),
    /// The receiver answered 410: it wants nothing more.
    GONE(1, "gone"),
    /// The receiver answered 400, 413 or 422: it does not take this message. Others may be welcome.
    REFUSED(2, "refused"),
    /// The receiver answered 429 or 503: it wants less, or later.
    BUSY(3, "busy"),
    /// Any other answer, or none.
    FAILED(4, "failed");

    public static final Codes<DeliveryOutcome> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    DeliveryOutcome(int code, String word) {
        this.code = code;
        this.word = word;
    }

    static DeliveryOutcome of(int status) {
        return switch (status) {
            case 410 -> GONE;
            case 400, 413, 422 -> REFUSED;
            case 429, 503 -> BUSY;
            default -> status / 100 == 2 ? DELIVERED : FAILED;
        };
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public String word() {
        return word;
    }
}
