package dev.muster.storage.engine;

import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// Loads the SQLite driver's native library without leaving a file behind.
///
/// The driver itself would unpack the library into the temporary folder and delete it at JVM exit, which does not
/// happen if the process is killed or ends with `Runtime.halt`, as a server does. This class deletes the file as soon
/// as it is loaded; the process keeps its mapping. A process that is killed in between leaves one file with a fixed
/// name in the data folder, which the next start replaces.
public final class SqliteLibrary {
    /// System properties of the SQLite driver. A user may set `org.sqlite.lib.path` to a folder that contains the
    /// library, or `org.sqlite.tmpdir` to the folder into which it is unpacked.
    private static final String PATH = "org.sqlite.lib.path";

    private static final String NAME = "org.sqlite.lib.name";
    private static final String FOLDER = "org.sqlite.tmpdir";

    /// Whether this process has loaded the library. It is loaded only once, however many databases are opened.
    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private SqliteLibrary() {}

    /// Loads the library, unless this process has done so before.
    ///
    /// @param data a folder that no other process uses
    /// @throws StorageException of kind `FATAL` if it cannot be loaded from any folder
    public static synchronized void load(Path data) {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        if (!mustBeLoaded(resource)) {
            return;
        }
        String given = System.getProperty(FOLDER);
        Failed first = given == null ? load(data.resolve(name), resource) : loadFromTemporary(Path.of(given), resource);
        // The data folder may be mounted noexec or be full.
        Failed second = first == null || given != null
                ? first
                : loadFromTemporary(Path.of(System.getProperty("java.io.tmpdir")), resource);
        if (first != null && second != null) {
            throw new StorageException(
                    Kind.FATAL,
                    "SQLite's library can be loaded neither from " + first.file() + " (" + first.reason()
                            + ") nor from " + second.file() + " (" + second.reason() + "); -D" + FOLDER
                            + "=DIR names another folder",
                    second.cause());
        }
    }

    /// Loads the library like [#load(Path)], but from the temporary folder only.
    ///
    /// @throws StorageException of kind `FATAL` if it cannot be loaded from there
    static synchronized void loadFromTemporary() {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        if (!mustBeLoaded(resource)) {
            return;
        }
        String folder = System.getProperty(FOLDER, System.getProperty("java.io.tmpdir"));
        Failed failed = loadFromTemporary(Path.of(folder), resource);
        if (failed != null) {
            throw new StorageException(
                    Kind.FATAL,
                    "SQLite's library cannot be loaded from " + failed.file() + " (" + failed.reason() + "); -D"
                            + FOLDER + "=DIR names another folder",
                    failed.cause());
        }
    }

    /// Whether the library has to be unpacked. If the driver's jar contains none for this system, the driver will
    /// search
    /// java.library.path and report any failure.
    private static boolean mustBeLoaded(String resource) {
        return !LOADED.get()
                && System.getProperty(PATH) == null
                && SQLiteJDBCLoader.class.getResource(resource) != null;
    }

    private record Failed(Path file, Throwable cause) {
        String reason() {
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }
    }

    /// Loads the library from a shared folder, and therefore from a file with a unique name.
    private static @Nullable Failed loadFromTemporary(Path folder, String resource) {
        String name = "muster-sqlite-" + ProcessHandle.current().pid() + ".so";
        return load(folder.toAbsolutePath().resolve(name), resource);
    }

    @SuppressWarnings("restricted")
    private static @Nullable Failed load(Path file, String resource) {
        try {
            try {
                unpack(resource, file);
                System.load(file.toString());
                // With these properties, the driver loads the same file again, which has no effect, instead of
                // unpacking its own copy.
                System.setProperty(PATH, String.valueOf(file.getParent()));
                System.setProperty(NAME, String.valueOf(file.getFileName()));
                LOADED.set(SQLiteJDBCLoader.initialize());
                return null;
            } finally {
                System.clearProperty(PATH);
                System.clearProperty(NAME);
                Files.deleteIfExists(file);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            return new Failed(file, e);
        } catch (Exception e) {
            throw new StorageException(Kind.FATAL, "SQLite's driver cannot be used: " + e.getMessage(), e);
        }
    }

    private static void unpack(String resource, Path file) throws IOException {
        Files.deleteIfExists(file);
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource);
                // CREATE_NEW fails if the path exists, so nothing is ever written through a link placed by someone
                // else.
                FileChannel out =
                        PrivateFiles.openExecutable(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (in == null) {
                throw new IOException(resource + " is missing");
            }
            in.transferTo(Channels.newOutputStream(out));
        }
    }
}
