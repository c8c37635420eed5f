package dev.muster.directory.delivery;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;

/// The outcome of an attempt to deliver a message.
public enum DeliveryOutcome implements Coded, WireNamed {
    /// The receiver responded with 2xx.
    DELIVERED(0, "delivered"),
    /// The receiver responded with 410: it wants no further messages.
    GONE(1, "gone"),
    /// The receiver responded with 400, 413 or 422: it rejects this message, but may accept others.
    REFUSED(2, "refused"),
    /// The receiver responded with 429 or 503: it wants fewer messages, or wants them later.
    BUSY(3, "busy"),
    /// The receiver responded with any other status, or not at all.
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
    public String wireName() {
        return word;
    }
}
