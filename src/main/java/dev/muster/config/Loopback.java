package dev.muster.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Whether what is sent to a host stays on this machine.
final class Loopback {
    private Loopback() {}

    /// @param host an address or a name; one that cannot be looked up is not this machine
    static boolean is(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
