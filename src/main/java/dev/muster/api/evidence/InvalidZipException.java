package dev.muster.api.evidence;

import java.io.IOException;

/// Thrown for an invalid or harmful zip. The message is one sentence for the client and quotes nothing from the file.
public final class InvalidZipException extends IOException {
    public InvalidZipException(String why) {
        super(why);
    }
}
