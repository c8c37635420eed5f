package dev.muster.model;

import java.util.function.Function;

/// A value, or the refusal of a request.
public sealed interface Result<T> {
    record Ok<T>(T value) implements Result<T> {}

    record Refused<T>(Refusal refusal) implements Result<T> {}

    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Result<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    default <R> Result<R> then(Function<? super T, Result<R>> next) {
        return switch (this) {
            case Ok<T>(var value) -> next.apply(value);
            case Refused<T>(var refusal) -> new Refused<>(refusal);
        };
    }

    default <R> Result<R> map(Function<? super T, ? extends R> next) {
        return switch (this) {
            case Ok<T>(var value) -> new Ok<>(next.apply(value));
            case Refused<T>(var refusal) -> new Refused<>(refusal);
        };
    }
}
