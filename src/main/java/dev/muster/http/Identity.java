package dev.muster.http;

/// The proven sender of a request as the access log names it: by ids, which identify no person. Its methods are
/// called by the thread that writes the log. Their texts need no escaping in JSON.
public interface Identity {
    /// The realm, such as `acme/test`.
    String realm();

    /// The credential, such as `apiKey:` and its id.
    String credential();
}
