package dev.muster.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A small but real file system that a test can fill up. It is a tmpfs in a separate mount namespace, which a process
/// that does nothing else keeps alive. Without root, that process also has a user namespace. The file system is
/// invisible from outside and disappears with [#close].
public final class SmallDisk implements AutoCloseable {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final int BALLAST_BYTES = 1 << 16;

    private final Path folder;
    private final Process holder;

    private SmallDisk(Path folder, Process holder) {
        this.folder = folder;
        this.holder = holder;
    }

    /// Creates `folder` and mounts a new file system on it.
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (!ROOT) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        String mount = "mount -t tmpfs -o size=" + mebibytes + "m,mode=700 none \"$0\" && echo mounted && exec cat";
        command.addAll(List.of("--mount", "sh", "-c", mount, folder.toString()));
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"mounted".equals(said)) {
            holder.destroyForcibly();
            throw new AssertionError("a full disk needs a mount of its own, by root (CAP_SYS_ADMIN) or in a user"
                    + " namespace (kernel.unprivileged_userns_clone=1); `" + String.join(" ", command) + "` said: "
                    + said);
        }
        return new SmallDisk(folder, holder);
    }

    /// The mount point, for a process whose command begins with [#within].
    public Path folder() {
        return folder;
    }

    /// Returns a command prefix that gives a process access to the file system.
    public List<String> within() {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid()), "--mount"));
        if (!ROOT) {
            command.addAll(List.of("--user", "--preserve-credentials"));
        }
        command.add("--");
        return command;
    }

    /// Returns the path of the mount point as seen by this process.
    public Path fromHere() {
        return Path.of("/proc/" + holder.pid() + "/root" + folder);
    }

    /// Uses up all the free space.
    public void fill() throws IOException {
        try (FileChannel ballast =
                FileChannel.open(fromHere().resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int refused = 0; refused < 3; ) {
                refused = take(ballast) ? 0 : refused + 1;
            }
        }
    }

    /// Uses up some space until [#free] is called.
    public void take(int bytes) throws IOException {
        Files.write(fromHere().resolve("ballast"), new byte[bytes]);
    }

    private static boolean take(FileChannel ballast) {
        try {
            return ballast.write(ByteBuffer.allocate(BALLAST_BYTES)) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Frees the space that was used up.
    public void free() throws IOException {
        Files.delete(fromHere().resolve("ballast"));
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            holder.waitFor();
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
