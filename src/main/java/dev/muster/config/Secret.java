package dev.muster.config;

/// A string that must not appear in logs, messages or stack traces.
public record Secret(String text) {
    @Override
    public String toString() {
        return "(secret)";
    }
}
