package dev.muster.http;

/// The proven sender of a request, as ids for the access log. Called by the thread that writes the log. The
/// texts need no escaping in JSON.
public interface Identity {
    /// The realm, such as `acme/test`.
    String realm();

    /// The credential, such as `apiKey:` and its id.
    String credential();
}
