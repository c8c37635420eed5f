package dev.muster;

/// The version of Muster. It is defined only in pom.xml, and the build copies it to the jar's manifest.
final class Version {
    private Version() {}

    /// The version, such as `0.1.0`; `unpackaged` if the program does not run from its jar.
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
