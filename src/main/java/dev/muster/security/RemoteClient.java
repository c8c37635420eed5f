package dev.muster.security;

import java.net.InetAddress;

/// Who sent a request, as far as the network and the request itself tell.
///
/// @param address the client's address, behind trusted proxies
/// @param requestId the id under which the access log and the journal know the request
public record RemoteClient(InetAddress address, String requestId) {}
