package dev.muster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Hosts on a network of their own: each is a network namespace, connected to a bridge in the namespace of this
/// process. A host can be cut off. Whoever talks to it then hears nothing, not even a refusal.
///
/// This needs root and the program `ip`. [#close] removes everything; end the processes of the hosts first.
public final class BridgedHosts implements AutoCloseable {
    private static final Set<BridgedHosts> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // An aborted test leaves no namespaces behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(BridgedHosts::remove)));
    }

    /// A part of all names. Names of interfaces have at most 15 characters.
    private final String id;

    private final String bridge;

    /// The first three numbers of the addresses, which are from the block for tests of networks.
    private final String subnet;

    private final List<Host> hosts = new ArrayList<>();

    private BridgedHosts() {
        int number = ThreadLocalRandom.current().nextInt(512);
        id = "mu" + ProcessHandle.current().pid() + "-" + number;
        bridge = id + "b";
        subnet = "198." + (18 + number / 256) + "." + number % 256;
    }

    /// @param count the number of hosts
    public static BridgedHosts make(int count) {
        BridgedHosts network = new BridgedHosts();
        if (!isRoot()) {
            throw new AssertionError("a network of its own needs root (CAP_NET_ADMIN)");
        }
        OPEN.add(network);
        try {
            network.build(count);
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void build(int count) {
        ip("link", "add", bridge, "type", "bridge");
        ip("address", "add", subnet + ".1/24", "dev", bridge);
        ip("link", "set", bridge, "up");
        for (int i = 0; i < count; i++) {
            Host host = new Host(id + "h" + i, id + i, "%s.%d".formatted(subnet, i + 2));
            hosts.add(host);
            host.build("02:00:c6:12:00:0" + (i + 2));
        }
    }

    public Host host(int index) {
        return hosts.get(index);
    }

    @Override
    public void close() {
        remove();
        OPEN.remove(this);
    }

    /// Removes as much as there is. With a namespace, its end of the cable disappears, and so does the other one.
    private void remove() {
        for (Host host : hosts) {
            run(List.of("ip", "netns", "delete", host.namespace));
            run(List.of("ip", "link", "delete", host.cable));
        }
        run(List.of("ip", "link", "delete", bridge));
    }

    /// A network namespace with one address.
    public final class Host {
        private final String namespace;

        /// The end of the cable at the bridge.
        private final String cable;

        private final String address;

        private Host(String namespace, String cable, String address) {
            this.namespace = namespace;
            this.cable = cable;
            this.address = address;
        }

        private void build(String hardwareAddress) {
            ip("netns", "add", namespace);
            ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            ip("-n", namespace, "link", "set", "eth0", "address", hardwareAddress);
            ip("-n", namespace, "address", "add", address + "/24", "dev", "eth0");
            ip("-n", namespace, "link", "set", "lo", "up");
            ip("-n", namespace, "link", "set", "eth0", "up");
            ip("link", "set", cable, "master", bridge, "up");
            // Otherwise the kernel itself would report after three seconds that the host does not exist. Behind a
            // router, nobody reports that.
            ip("neighbour", "replace", address, "lladdr", hardwareAddress, "dev", bridge, "nud", "permanent");
        }

        public String address() {
            return address;
        }

        /// Returns a command prefix that starts a process on this host.
        public List<String> within() {
            return List.of("ip", "netns", "exec", namespace);
        }

        /// Drops every packet from and to this host from now on.
        public void cutOff() {
            ip("link", "set", cable, "down");
        }

        public void connect() {
            ip("link", "set", cable, "up");
        }
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        String said = run(command);
        if (!said.isEmpty()) {
            throw new AssertionError("`" + String.join(" ", command) + "` said: " + said);
        }
    }

    /// Runs a command that says nothing if it succeeds.
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return code == 0 ? said : "exit code " + code + ": " + said;
        } catch (IOException e) {
            throw new AssertionError("a network of its own needs `ip`, of the package iproute2", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
