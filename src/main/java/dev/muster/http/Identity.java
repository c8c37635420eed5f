package dev.muster.http;

/// The authenticated sender of a request, as ids for the access log. The log's writer thread calls the
/// methods. The ids must not need JSON escaping.
public interface Identity {
    /// The realm, such as `acme/test`.
    String realm();

    /// The credential, such as `apiKey:` and its id.
    String credential();
}
