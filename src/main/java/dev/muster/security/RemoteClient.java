package dev.muster.security;

import java.net.InetAddress;

/// The network identity of a request's sender.
///
/// @param address the client's address, as trusted proxies report it
/// @param requestId the request's id in the access log and the journal
public record RemoteClient(InetAddress address, String requestId) {}
