package dev.muster.api.evidence;

import java.io.IOException;

/// A file that is not the zip it must be. Its message says why, in one sentence for the client, without text of the
/// file in it.
public final class BadZip extends IOException {
    BadZip(String why) {
        super(why);
    }
}
