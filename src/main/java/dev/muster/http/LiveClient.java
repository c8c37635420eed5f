package dev.muster.http;

import java.io.IOException;

/// The client of a [LiveContent].
public interface LiveClient {
    /// Sends bytes without delay. Blocks while the client does not read; a client that blocks one write for
    /// longer than [Limits#write] is cut off.
    void send(byte[] bytes) throws IOException;

    /// Whether nothing more should be sent, because the client has disconnected or the server is stopping.
    boolean isOver();

    /// Calls `wake` when [#isOver] becomes true, or immediately if it already is. `wake` must not block.
    void onEnd(Runnable wake);
}
