package dev.muster.http;

import java.io.IOException;

/// A body that lasts for as long as its client listens, such as server-sent events. It counts neither as a
/// streamed reply nor as one that is being rendered, so it bounds its own number. The connection is closed
/// after it.
public interface LiveContent extends AutoCloseable {
    /// Sends the body. Returns when [LiveClient#isOver], or to end the body itself.
    void sendTo(LiveClient client) throws IOException, InterruptedException;

    /// Called once when the reply is over, even if nothing was sent.
    @Override
    void close();
}
