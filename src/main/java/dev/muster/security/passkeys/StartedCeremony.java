package dev.muster.security.passkeys;

/// A ceremony that has started.
///
/// @param options the options for `navigator.credentials`, as JSON
/// @param cookie the cookie that the browser must keep until the ceremony is finished
public record StartedCeremony(String options, String cookie) {
    /// Omits the cookie, which is a secret.
    @Override
    public String toString() {
        return "StartedCeremony";
    }
}
