package dev.muster.testing;

import dev.muster.storage.Database;
import dev.muster.storage.files.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Gives new databases of tests the current schema without Flyway, which would take most of the time of a short test.
/// Flyway itself is tested by `MigrationTest`, and by the tests that open a database or start a server without this
/// class, such as `StartTest`.
public final class SchemaTemplate {
    private static final String MIGRATIONS = "/dev/muster/storage/migrations/postgres";
    private static final long RESERVE_BYTES = 16L << 20;
    private static final Pattern VERSION = Pattern.compile("V([0-9]+)__.*\\.sql");

    private SchemaTemplate() {}

    /// The files of an embedded database that is empty but for the schema, by name.
    private static final class Embedded {
        static final Map<String, byte[]> FILES = make();

        private static Map<String, byte[]> make() {
            try {
                Path folder = Files.createTempDirectory("schema");
                Database.sqlite(folder, 0).close();
                try (Stream<Path> all = Files.walk(folder).sorted(Comparator.reverseOrder())) {
                    List<Path> files = all.toList();
                    Map<String, byte[]> databases = new TreeMap<>();
                    for (Path file : files) {
                        String name = Objects.toString(file.getFileName());
                        if (name.endsWith(".db")) {
                            databases.put(name, Files.readAllBytes(file));
                        }
                    }
                    for (Path file : files) {
                        Files.delete(file);
                    }
                    return databases;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// One script with all migrations for PostgreSQL, and the rows of Flyway's table.
    private static final class Server {
        static final String SCRIPT = make();

        private static String make() {
            String migrated = TestPostgres.newDatabase();
            Database.migrate(migrated);
            String schema = migrated.substring(migrated.lastIndexOf('=') + 1);
            try (Stream<Path> files =
                    Files.list(Path.of(Objects.requireNonNull(SchemaTemplate.class.getResource(MIGRATIONS))
                            .toURI()))) {
                return files.sorted(Comparator.comparingInt(SchemaTemplate::version))
                                .map(SchemaTemplate::read)
                                .collect(Collectors.joining("\n"))
                        + "\ncreate table schema_history (like " + schema + ".schema_history including all);"
                        + "\ninsert into schema_history select * from " + schema + ".schema_history";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static int version(Path migration) {
        Matcher matcher = VERSION.matcher(migration.getFileName().toString());
        if (!matcher.matches()) {
            throw new AssertionError("not a migration: " + migration);
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Creates an embedded database with the current schema in a folder, unless there is one. Creates the folder if it
    /// is missing.
    public static void prepare(Path folder) {
        if (Files.exists(folder.resolve("muster.db"))) {
            return;
        }
        try {
            PrivateFiles.createFolder(folder);
            for (Map.Entry<String, byte[]> file : Embedded.FILES.entrySet()) {
                Path path = folder.resolve(file.getKey());
                PrivateFiles.createDatabaseFile(path);
                Files.write(path, file.getValue());
            }
            reserve(folder.resolve("muster.reserve"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Creates a reserve of the size that the database gives it, but without data, which takes longer to write than
    /// everything else in a new folder.
    private static void reserve(Path path) throws IOException {
        PrivateFiles.createDatabaseFile(path);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(RESERVE_BYTES);
        }
    }

    /// Creates the current schema in a PostgreSQL database, unless it has a schema.
    ///
    /// @param url a URL from [TestPostgres#newDatabase]
    public static void prepare(String url) {
        String script = Server.SCRIPT;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            try (var found =
                    statement.executeQuery("select 1 from pg_tables where schemaname = current_schema() limit 1")) {
                if (found.next()) {
                    return;
                }
            }
            connection.setAutoCommit(false);
            statement.execute(script);
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
