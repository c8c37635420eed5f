package dev.muster.outgoing;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Resolves host names, as [InetAddress#getAllByName] does.
public interface NameResolver {
    /// Returns all addresses of a host, at least one.
    InetAddress[] resolve(String host) throws UnknownHostException;
}
