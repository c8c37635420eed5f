package dev.muster.api.evidence;

import java.io.IOException;

/// Thrown for an invalid or harmful zip. The message is one sentence for the client and quotes nothing from the file.
public final class BadZip extends IOException {
    public BadZip(String why) {
        super(why);
    }
}
