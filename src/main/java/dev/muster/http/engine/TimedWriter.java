package dev.muster.http.engine;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/// Writes to a connection while its clock runs, so that a client that does not read is cut off. Helidon's
/// queue of writes is off, so each write happens now.
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
