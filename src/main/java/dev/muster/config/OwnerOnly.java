package dev.muster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Checks whether a file's mode gives access to users other than its owner.
public final class OwnerOnly {
    /// The mode of a folder that only its owner can access.
    public static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private static final Set<PosixFilePermission> OTHERS_PERMISSIONS = PosixFilePermissions.fromString("---rw-rw-");
    private static final Set<PosixFilePermission> BEYOND_GROUP_READ = PosixFilePermissions.fromString("----w-rw-");

    private OwnerOnly() {}

    /// Whether users other than the server may read or write a file with a secret. The group may read a file of root
    /// on a file system that is mounted read-only: that is how Kubernetes gives secrets to a container that does
    /// not run as root.
    public static boolean isSecretOpenToOthers(Path file) throws IOException {
        return isOpenToOthers(file)
                && !(Collections.disjoint(Files.getPosixFilePermissions(file), BEYOND_GROUP_READ)
                        && Files.getAttribute(file, "unix:uid").equals(0)
                        && Files.getFileStore(file).isReadOnly());
    }

    /// Whether group or others may read or write the file, or list or change the folder. False on a file system
    /// without POSIX permissions.
    public static boolean isOpenToOthers(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS_PERMISSIONS);
        open.retainAll(Files.getPosixFilePermissions(file));
        return !open.isEmpty();
    }

    /// The mode of a file in octal, such as `755`.
    public static String mode(Path file) throws IOException {
        return Integer.toOctalString((int) Files.getAttribute(file, "unix:mode") & 0777);
    }
}
