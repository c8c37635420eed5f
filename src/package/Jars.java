import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Copies the jars of Muster into a package: without files that this machine's server never reads, and without
/// compression, because an archive of stored jars is a fifth smaller than one of compressed jars. Also copies the
/// licences and notices that the jars contain.
///
/// Arguments: the folder with `muster.jar` and `lib`, the folder to fill in the same way, the folder for the
/// licences, the machine as sqlite-jdbc names it (such as `x86_64`), and the modification time in seconds since 1970.
public final class Jars {
    private static final Pattern LICENCE =
            Pattern.compile("(META-INF/|.*/webjars/[^/]+/[^/]+/)?(LICEN[CS]E|NOTICE|COPYING|AL2.0|LGPL2.1)([-.].*)?");

    private Jars() {}

    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        Path licences = Path.of(arguments[2]);
        FileTime time = FileTime.from(Instant.ofEpochSecond(Long.parseLong(arguments[4])));
        Files.createDirectories(to.resolve("lib"));
        for (Path jar : jars(from)) {
            Path copy = to.resolve(from.relativize(jar));
            copy(jar, copy, licences, unread(jar.getFileName().toString(), arguments[3]), time);
            Files.setLastModifiedTime(copy, time);
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>(List.of(folder.resolve("muster.jar")));
        try (Stream<Path> libraries = Files.list(folder.resolve("lib"))) {
            libraries.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        return jars;
    }

    /// The entries of a jar that are left out.
    private static Pattern unread(String jar, String machine) {
        String names = jar.startsWith("sqlite-jdbc-")
                // The native libraries of other machines.
                ? "org/sqlite/native/(?!Linux/" + machine + "/).*"
                : jar.startsWith("bootstrap-icons-")
                        // The console reads single icons.
                        ? ".*/bootstrap-icons/[^/]+/(font/.*|bootstrap-icons\\.svg)"
                        : "";
        return Pattern.compile(names);
    }

    private static void copy(Path jar, Path copy, Path licences, Pattern unread, FileTime time) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(copy));
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : (Iterable<ZipEntry>) in.stream().map(ZipEntry.class::cast)::iterator) {
                // Folders have entries too: Flyway lists those of its class path.
                if (unread.matcher(entry.getName()).matches()) {
                    continue;
                }
                byte[] content = in.getInputStream(entry).readAllBytes();
                store(out, entry.getName(), content, time);
                if (LICENCE.matcher(entry.getName()).matches()) {
                    Path licence = licences.resolve(jar.getFileName().toString().replaceFirst("\\.jar$", ""))
                            .resolve(Path.of(entry.getName()).getFileName().toString());
                    Files.createDirectories(licence.getParent());
                    Files.write(licence, content);
                }
            }
        }
    }

    private static void store(ZipOutputStream out, String name, byte[] content, FileTime time) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.ofInstant(time.toInstant(), ZoneOffset.UTC));
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
