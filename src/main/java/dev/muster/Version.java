package dev.muster;

/// The version of Muster. It is written only in pom.xml, from where the build copies it into the jar's
/// manifest.
final class Version {
    private Version() {}

    /// Such as `0.1.0`; `unpackaged` where the program does not run from its jar.
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
