package dev.muster;

/// Which version of Muster this is. It is written in one place only, pom.xml: the jar's manifest has it from
/// there.
final class Version {
    private Version() {}

    /// Such as `0.1.0`; `unpackaged` where the program does not run from its jar.
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
