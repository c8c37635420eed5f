package dev.muster.api.rest;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// What an `If-Match` header names: versions, as `ETag` showed them or as a compressing proxy did (see
/// [dev.muster.http.Guards#version]). Tags that were never given out are read and match no version.
record EntityTags(SequencedSet<Long> versions) {

    /// Matches no user: versions begin at 1.
    private static final long NO_VERSION = -1;

    /// The tag of a version.
    static String of(long version) {
        return "\"" + version + "\"";
    }

    /// @param header null without one
    /// @return null for any version: without a header, and for `*`
    /// @throws Declined when it is neither
    static @Nullable EntityTags parse(@Nullable String header) {
        return header == null || header.strip().equals("*") ? null : new Reader(header).tags();
    }

    /// The version to begin with.
    long first() {
        return versions.isEmpty() ? NO_VERSION : versions.getFirst();
    }

    boolean matches(long version) {
        return versions.contains(version);
    }

    private static final class Reader {
        private final String header;
        private int at;

        Reader(String header) {
            this.header = header;
        }

        EntityTags tags() {
            SequencedSet<Long> versions = new LinkedHashSet<>();
            boolean any = false;
            while (true) {
                skipSpaces();
                if (at == header.length()) {
                    break;
                }
                if (header.charAt(at) == ',') {
                    at++;
                    continue;
                }
                any = true;
                tag(versions);
                skipSpaces();
                if (at < header.length() && header.charAt(at) != ',') {
                    throw malformed();
                }
            }
            if (!any) {
                throw malformed();
            }
            return new EntityTags(versions);
        }

        private void tag(SequencedSet<Long> versions) {
            int from = at;
            at += header.startsWith("W/", at) ? 2 : 0;
            int close = at < header.length() && header.charAt(at) == '"' ? header.indexOf('"', at + 1) : -1;
            if (close < 0) {
                throw malformed();
            }
            String opaque = header.substring(at + 1, close);
            at = close + 1;
            if (opaque.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
                throw malformed();
            }
            Long version = dev.muster.http.Guards.version(header.substring(from, at));
            if (version != null) {
                versions.add(version);
            }
        }

        private void skipSpaces() {
            while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == '\t')) {
                at++;
            }
        }

        private static Declined malformed() {
            return Declined.malformed("If-Match must be entity tags such as \"7\", or *.");
        }
    }
}
