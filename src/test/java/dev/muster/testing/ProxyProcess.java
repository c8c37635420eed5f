package dev.muster.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A proxy from Debian's packages, which runs in the foreground and has its files in a separate folder.
public final class ProxyProcess implements AutoCloseable {
    private static final long TIMEOUT_NANOS = 60_000_000_000L;

    private final Path folder;
    private final int port;
    private final Process process;

    private ProxyProcess(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// The configuration of the proxy for a given port to listen on.
    public interface Configuration {
        String on(int port) throws IOException;
    }

    /// Starts nginx.
    ///
    /// @param inHttp the content of the `http` block
    public static ProxyProcess nginx(Configuration inHttp) throws IOException {
        Path folder = Files.createTempDirectory("nginx");
        int port = FreePort.find();
        Path file = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                worker_processes 1;
                pid %1$s/pid;
                error_log %1$s/log;
                events {
                    worker_connections 64;
                }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    %2$s
                }
                """.formatted(folder, inHttp.on(port)));
        return start(folder, port, List.of("nginx", "-e", folder + "/log", "-c", file.toString()));
    }

    public static ProxyProcess haproxy(Configuration configuration) throws IOException {
        Path folder = Files.createTempDirectory("haproxy");
        int port = FreePort.find();
        Path file = Files.writeString(
                folder.resolve("haproxy.cfg"),
                "global\n    stats socket " + folder.resolve("stats") + " level admin\n\n" + configuration.on(port));
        return start(folder, port, List.of("haproxy", "-f", file.toString()));
    }

    public static ProxyProcess caddy(Configuration configuration) throws IOException {
        Path folder = Files.createTempDirectory("caddy");
        int port = FreePort.find();
        Path file = Files.writeString(folder.resolve("Caddyfile"), "{\n    admin off\n}\n\n" + configuration.on(port));
        return start(folder, port, List.of("caddy", "run", "--adapter", "caddyfile", "--config", file.toString()));
    }

    private static ProxyProcess start(Path folder, int port, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().merge("PATH", "/usr/sbin", (path, sbin) -> path + ":" + sbin);
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("XDG_DATA_HOME", folder.resolve("data").toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        ProxyProcess proxy = new ProxyProcess(folder, port, builder.start());
        Runtime.getRuntime().addShutdownHook(new Thread(proxy.process::destroyForcibly));
        proxy.await();
        return proxy;
    }

    private void await() throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    close();
                    throw new AssertionError("it does not start: " + Files.readString(folder.resolve("out")), notYet);
                }
            }
            pause();
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Returns the result of HAProxy's last health check of a server, such as `L7OK 200`. Waits for the first
    /// check.
    public String checkOf(String backend, String server) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (true) {
            for (String line : asked("show stat").split("\n", -1)) {
                String[] fields = line.split(",", -1);
                // These are the columns check_status and check_code, numbered as in HAProxy's documentation.
                if (fields.length > 37 && fields[0].equals(backend) && fields[1].equals(server)) {
                    String found = fields[36] + " " + fields[37];
                    if (!found.startsWith("INI") && !found.startsWith("*") && !found.isBlank()) {
                        return found;
                    }
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it was never checked");
            }
            pause();
        }
    }

    private String asked(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("stats")));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64 << 10);
            while (channel.read(answer) >= 0 && answer.hasRemaining()) {
                // The loop reads until the end of the response.
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
