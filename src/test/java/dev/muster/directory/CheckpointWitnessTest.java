package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.muster.directory.journal.CheckpointWitness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An HTTP witness receives every line in order, including the lines that it refused at first.
class CheckpointWitnessTest {
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private volatile int status = 204;
    private HttpServer server;
    private CheckpointWitness witness;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/checkpoints", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status == 204) {
                received.addAll(body.lines().toList());
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        witness = new CheckpointWitness(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/checkpoints?token=t"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void everyLineArrivesInOrderAlsoAfterRefusals() throws Exception {
        List<String> lines =
                IntStream.range(0, 1_200).mapToObj(i -> "line " + i).toList();
        status = 503;
        witness.tell(lines.subList(0, 700));
        witness.post();
        assertThat(received).isEmpty();
        status = 204;
        witness.tell(lines.subList(700, 1_200));
        witness.post();
        assertThat(received).isEqualTo(lines);
        witness.post();
        assertThat(received).hasSize(1_200);
    }

    @Test
    void aWitnessThatNeverAnswersCostsABoundedAmountOfMemory() throws Exception {
        List<String> lines =
                IntStream.range(0, 12_000).mapToObj(i -> "line " + i).toList();
        for (int i = 0; i < lines.size(); i += 500) {
            witness.tell(lines.subList(i, i + 500));
        }
        witness.post();
        assertThat(received).isEqualTo(lines.subList(2_000, 12_000));
    }
}
