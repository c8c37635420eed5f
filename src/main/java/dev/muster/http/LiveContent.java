package dev.muster.http;

import java.io.IOException;

/// A body that is sent for as long as its client listens, such as server-sent events. The limits on streamed replies
/// and on rendering do not apply to it, so its creator must limit the number of live bodies. The connection is closed
/// afterwards.
public interface LiveContent extends AutoCloseable {
    /// Sends the body. Returns when [LiveClient#isOver] becomes true, or earlier to end the body.
    void sendTo(LiveClient client) throws IOException, InterruptedException;

    /// Called once when the reply is over, even if nothing was sent.
    @Override
    void close();
}
