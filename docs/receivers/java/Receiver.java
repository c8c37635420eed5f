import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Receives Muster's webhooks: verifies each event, stores it, answers, and handles it afterwards.
///
///     mvn dependency:copy-dependencies -DoutputDirectory=lib
///     WEBHOOK_SECRET=whsec_... java -cp 'lib/*' Receiver.java
///
/// An event is a file in the folder `inbox` until it is handled, then in `inbox/done`.
final class Receiver {
    private static final int LARGEST_BODY = 1024 * 1024;

    /// The events that say what a user's standing is from then on.
    private static final Set<String> STANDING = Set.of("user.registered", "user.standing.changed", "user.erased");

    private final JsonMapper json = new JsonMapper();
    private final Webhook webhook;
    private final Path inbox;
    private final Path done;

    private Receiver(String secret, Path inbox) throws Exception {
        this.webhook = new Webhook(secret);
        this.inbox = inbox;
        this.done = Files.createDirectories(inbox.resolve("done"));
    }

    /// Your application's work. The program may stop before an event is recorded as done, so it may see one twice.
    private void handle(JsonNode event) {
        // Ignore other types: later versions of Muster add some. Once a person is erased, only user.erased has a
        // standing.
        JsonNode after = event.path("data").path("standing").path("after");
        if (STANDING.contains(event.path("type").asString("")) && after.isObject()) {
            System.out.println("user " + event.path("data").path("subject").path("id").asString() + ": "
                    + after.path("decision").asString() + ", " + after.path("status").asString());
        }
    }

    /// Gives the status to answer with.
    private int receive(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return 405;
        }
        // The bytes of the body, exactly as they were sent.
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return 413;
        }
        try {
            webhook.verify(new String(body, StandardCharsets.UTF_8), exchange.getRequestHeaders());
        } catch (WebhookVerificationException e) {
            System.err.println("refused: " + e.getMessage());
            return 401;
        }
        JsonNode event = json.readTree(body);
        // It names a file.
        if (!event.path("id").asString("").matches("[\\w-]+")) {
            return 400;
        }
        store(event, body);
        return 204;
    }

    /// Stores an event before it is acknowledged. One that is there already is a repetition.
    private void store(JsonNode event, byte[] body) throws IOException {
        // The names sort by seq, so that events are handled in order.
        String name = String.format("%016d-%s", event.path("data").path("seq").asLong(0), event.path("id").asString());
        if (Files.exists(done.resolve(name)) || Files.exists(inbox.resolve(name))) {
            return;
        }
        Path unfinished = inbox.resolve("." + name + "-" + UUID.randomUUID());
        try (FileChannel file =
                FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(body); bytes.hasRemaining(); ) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(unfinished, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Handles the stored events, for ever. One that fails is tried again, and later ones wait for it.
    private void work() throws InterruptedException {
        while (true) {
            try {
                for (Path file : stored()) {
                    Path handled = done.resolve(file.getFileName());
                    if (Files.exists(handled)) {
                        Files.delete(file);
                    } else {
                        handle(json.readTree(Files.readAllBytes(file)));
                        Files.move(file, handled, StandardCopyOption.ATOMIC_MOVE);
                    }
                }
            } catch (IOException | RuntimeException e) {
                System.err.println("an event could not be handled and is tried again: " + e);
                Thread.sleep(5_000);
            }
            Thread.sleep(100);
        }
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.list(inbox)) {
            return files.filter(file -> Character.isDigit(file.getFileName().toString().charAt(0)))
                    .sorted()
                    .toList();
        }
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            int status;
            try {
                status = receive(exchange);
            } catch (IOException | RuntimeException e) {
                // Not stored: Muster sends it again.
                e.printStackTrace();
                status = 503;
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (IOException e) {
            System.err.println("the answer was not sent: " + e);
        }
    }

    public static void main(String[] arguments) throws Exception {
        String secret = System.getenv().getOrDefault("WEBHOOK_SECRET", "");
        if (!secret.matches("whsec_[A-Za-z0-9+/=]+")) {
            System.err.println("Set WEBHOOK_SECRET to the secret that was shown when the webhook was created.");
            System.exit(2);
        }
        Receiver receiver = new Receiver(
                secret, Path.of(System.getenv().getOrDefault("INBOX", "inbox")));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        System.getenv().getOrDefault("HOST", "127.0.0.1"),
                        Integer.parseInt(System.getenv().getOrDefault("PORT", "8090"))),
                0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", receiver::answer);
        server.start();
        System.out.println("listens on port " + server.getAddress().getPort());
        receiver.work();
    }
}
