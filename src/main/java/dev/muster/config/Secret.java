package dev.muster.config;

/// A text that must not appear in a log, a message or a stack trace.
public record Secret(String text) {
    @Override
    public String toString() {
        return "(secret)";
    }
}
