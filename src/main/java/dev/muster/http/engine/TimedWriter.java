package dev.muster.http.engine;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/// Times each write to a connection, so that a client that does not read is cut off. Helidon's write queue is
/// disabled, so each write is immediate.
record TimedWriter(DataWriter plain, ConnectionState state) implements DataWriter {

    @Override
    public void write(BufferData... buffers) {
        writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
        writeNow(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        int phase = state.move(ConnectionState.WRITING);
        plain.writeNow(buffers);
        state.move(phase);
    }

    @Override
    public void writeNow(BufferData buffer) {
        int phase = state.move(ConnectionState.WRITING);
        plain.writeNow(buffer);
        state.move(phase);
    }

    @Override
    public void flush() {
        plain.flush();
    }

    @Override
    public void close() {
        plain.close();
    }
}
