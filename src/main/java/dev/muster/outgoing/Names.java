package dev.muster.outgoing;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Resolves the names of hosts, such as [InetAddress#getAllByName].
public interface Names {
    /// All addresses of a host, at least one.
    InetAddress[] resolve(String host) throws UnknownHostException;
}
