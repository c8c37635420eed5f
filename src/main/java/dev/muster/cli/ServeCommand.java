package dev.muster.cli;

import dev.muster.config.Config;
import dev.muster.config.DataFolder;
import dev.muster.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        description = {
            "Run the server until it is told to stop (SIGTERM, or Ctrl-C).",
            "",
            "Without options it serves http://127.0.0.1:8080 from an embedded database in the folder data. Every"
                    + " option can stand in the environment instead, under the name beneath it; the root key, any text"
                    + " of at least 32 printable characters without spaces, only there: MUSTER_ROOT_KEY.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster serve --demo",
            "  muster serve --data /var/lib/muster --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem",
            "  MUSTER_ROOT_KEY=$(cat root.key) MUSTER_DATABASE='jdbc:postgresql://db/muster?user=muster&password=…' \\",
            "    muster serve --master-key-file master.key"
        })
final class ServeCommand implements Callable<Integer> {
    /// Longer than a server takes to stop.
    private static final int PATIENCE_SECONDS = 15;

    private final Shell shell;
    private final Functions.Serve serve;

    @Mixin
    Settings settings = new Settings();

    ServeCommand(Shell shell, Functions.Serve serve) {
        this.shell = shell;
        this.serve = serve;
    }

    @Override
    public Integer call() throws Exception {
        Config config = settings.read(shell.environment());
        if (config.demo()) {
            return demonstrate(config);
        }
        DataFolder.open(config.data());
        return serve.serve(config);
    }

    /// The folder goes when serving has ended, however it ends; the server goes first, since it still writes.
    private int demonstrate(Config config) throws Exception {
        Path folder = DataFolder.throwAway();
        CountDownLatch served = new CountDownLatch(1);
        // Both this thread and the process's end delete it. One after the other: two at once would trip over each
        // other, and the one that is left would be ended half way.
        ReentrantLock deleting = new ReentrantLock();
        Thread cleaning = new Thread(() -> throwAway(folder, served, deleting), "demo folder");
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            return serve.serve(config.withData(folder));
        } finally {
            served.countDown();
            delete(folder, deleting);
        }
    }

    private static void delete(Path folder, ReentrantLock deleting) throws IOException {
        deleting.lock();
        try {
            DataFolder.delete(folder);
        } finally {
            deleting.unlock();
        }
    }

    private static void throwAway(Path folder, CountDownLatch served, ReentrantLock deleting) {
        try {
            var _ = served.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            delete(folder, deleting);
        } catch (IOException e) {
            System.err.println("muster: " + folder + " could not be deleted: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
