package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Streams a large response to an output, and counts bytes and lines.
final class Download {
    private final Invocation in;
    private final ApiRequest request;
    private long bytes;
    private long lines;

    Download(Invocation in, ApiRequest request) {
        this.in = in;
        this.request = request.withoutTimeout();
    }

    long bytes() {
        return bytes;
    }

    long lines() {
        return lines;
    }

    /// Copies the whole response. Stops early, without an error, if the output is a [PrintStream] that can no
    /// longer be written.
    ///
    /// @param brokenOff a supplier of the message for a response that ends early
    /// @throws CommandException if the server refuses the request, or if the response ends early
    void copy(OutputStream out, Supplier<String> brokenOff) throws IOException {
        try (ApiClient client = in.client()) {
            ApiClient.StreamedReply reply = client.stream(request);
            try (InputStream body = reply.body()) {
                if (reply.status() != 200) {
                    String refusal = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                    new ApiReply(reply.status(), refusal).granted();
                    throw new CommandException(Exit.REFUSED, "answered " + reply.status());
                }
                byte[] buffer = new byte[1 << 16];
                int read = read(body, buffer, brokenOff);
                while (read >= 0 && !(out instanceof PrintStream printed && printed.checkError())) {
                    out.write(buffer, 0, read);
                    count(buffer, read);
                    read = read(body, buffer, brokenOff);
                }
            }
        }
    }

    private static int read(InputStream body, byte[] buffer, Supplier<String> brokenOff) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new CommandException(Exit.UNREACHABLE, brokenOff.get(), e);
        }
    }

    private void count(byte[] buffer, int length) {
        bytes += length;
        for (int i = 0; i < length; i++) {
            lines += buffer[i] == '\n' ? 1 : 0;
        }
    }
}
