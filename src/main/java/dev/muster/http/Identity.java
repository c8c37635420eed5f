package dev.muster.http;

/// The authenticated sender of a request, as ids for the access log. Called on the log's writer thread. The
/// texts need no JSON escaping.
public interface Identity {
    /// The realm, such as `acme/test`.
    String realm();

    /// The credential, such as `apiKey:` and its id.
    String credential();
}
