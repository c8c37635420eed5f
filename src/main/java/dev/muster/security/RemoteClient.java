package dev.muster.security;

import java.net.InetAddress;

/// The sender of a request as far as the network tells.
///
/// @param address the client's address, behind trusted proxies
/// @param requestId the id under which the access log and the journal know the request
public record RemoteClient(InetAddress address, String requestId) {}
