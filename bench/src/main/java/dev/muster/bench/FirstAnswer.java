package dev.muster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Waits for the first successful response of a server, polling so often that the interval does not affect the result.
final class FirstAnswer {
    private FirstAnswer() {}

    /// Returns the milliseconds from `beganNanos` to the first 200 at `path`.
    static double millis(Child process, int port, String path, int patienceSeconds, long beganNanos) {
        long deadline = beganNanos + patienceSeconds * 1_000_000_000L;
        while (!answers(port, path)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                String what = process.isAlive() ? "does not answer" : "has ended";
                process.close();
                throw new Failed("the server " + what + ": " + process.tail());
            }
            pause();
        }
        return (System.nanoTime() - beganNanos) / 1e6;
    }

    private static boolean answers(int port, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }
}
