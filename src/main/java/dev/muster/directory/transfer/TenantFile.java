package dev.muster.directory.transfer;

import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantRows;
import dev.muster.storage.transfer.TenantTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The content of a tenant's file, inside the seal of [dev.muster.sealing.SealedOutput], which proves that Muster
/// wrote it. Numbers are big endian; a string has its length in bytes (4) before its UTF-8.
///
/// It begins with the schema version (4), the program's version (string), the instant of the snapshot in
/// milliseconds (8), the partner id (string) and the numbers of the test and the production realm (8 each). Then
/// come tables: `01`, the name (string), the number of columns (4) and their names; and rows: `02` and a value for
/// each column. A value is `00` for null, `01` and a number (8), `02` and a string, or `03`, a length (4) and bytes.
/// The file ends with `00` and the number of rows (8).
final class TenantFile {
    private static final byte END = 0;
    private static final byte TABLE = 1;
    private static final byte ROW = 2;

    private static final byte NULL = 0;
    private static final byte NUMBER = 1;
    private static final byte TEXT = 2;
    private static final byte BYTES = 3;

    /// Longer values do not occur: a chunk of evidence has 256 KiB.
    private static final int MAX_VALUE_BYTES = 1 << 28;

    private TenantFile() {}

    /// What a file begins with.
    ///
    /// @param schema the schema version of the database that the tenant was exported from
    /// @param program the version of the program that exported it
    /// @param at when the tenant was exported
    record Head(int schema, String program, Instant at, TenantId tenant) {}

    /// Writes a file.
    static final class Writer implements TenantRows {
        private final DataOutputStream out;
        private long rows;

        Writer(DataOutputStream out, Head head) throws IOException {
            this.out = out;
            out.writeInt(head.schema);
            text(head.program);
            out.writeLong(head.at.toEpochMilli());
            text(head.tenant.partnerId());
            out.writeLong(head.tenant.testRealm());
            out.writeLong(head.tenant.productionRealm());
        }

        @Override
        public void begin(TenantTable table, List<String> columns) throws IOException {
            out.writeByte(TABLE);
            text(table.sqlName());
            out.writeInt(columns.size());
            for (String column : columns) {
                text(column);
            }
        }

        @Override
        public void row(@Nullable Object[] values) throws IOException {
            out.writeByte(ROW);
            rows++;
            for (Object value : values) {
                value(value);
            }
        }

        private void value(@Nullable Object value) throws IOException {
            switch (value) {
                case null -> out.writeByte(NULL);
                case Long number -> {
                    out.writeByte(NUMBER);
                    out.writeLong(number);
                }
                case String text -> {
                    out.writeByte(TEXT);
                    text(text);
                }
                case byte[] bytes -> {
                    out.writeByte(BYTES);
                    bytes(bytes);
                }
                default -> throw new IllegalArgumentException("no column has values of " + value.getClass());
            }
        }

        private void text(String text) throws IOException {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private void bytes(byte[] bytes) throws IOException {
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        void end() throws IOException {
            out.writeByte(END);
            out.writeLong(rows);
            out.flush();
        }
    }

    /// Reads a file.
    static final class Reader {
        private final DataInputStream in;
        private final Head head;

        Reader(DataInputStream in) throws IOException {
            this.in = in;
            int schema = in.readInt();
            String program = text();
            Instant at = Instant.ofEpochMilli(in.readLong());
            head = new Head(schema, program, at, new TenantId(text(), in.readLong(), in.readLong()));
        }

        Head head() {
            return head;
        }

        /// Passes all rows, and reads to the end of the file.
        ///
        /// @throws TransferException if the file has a table that this program does not know
        void copy(TenantRows to) throws IOException {
            int columns = 0;
            long rows = 0;
            while (true) {
                byte kind = in.readByte();
                switch (kind) {
                    case TABLE -> {
                        TenantTable table = table(text());
                        List<String> names = names();
                        columns = names.size();
                        to.begin(table, names);
                    }
                    case ROW -> {
                        rows++;
                        to.row(row(columns));
                    }
                    case END -> {
                        if (in.readLong() != rows || in.read() >= 0) {
                            throw unknown();
                        }
                        return;
                    }
                    default -> throw unknown();
                }
            }
        }

        private static TenantTable table(String name) {
            return TenantTable.copied().stream()
                    .filter(table -> table.sqlName().equals(name))
                    .findFirst()
                    .orElseThrow(Reader::unknown);
        }

        private List<String> names() throws IOException {
            int count = in.readInt();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add(text());
            }
            return names;
        }

        private @Nullable Object[] row(int columns) throws IOException {
            @Nullable Object[] values = new @Nullable Object[columns];
            for (int i = 0; i < columns; i++) {
                values[i] = switch (in.readByte()) {
                    case NULL -> null;
                    case NUMBER -> in.readLong();
                    case TEXT -> text();
                    case BYTES -> bytes();
                    default -> throw unknown();
                };
            }
            return values;
        }

        private String text() throws IOException {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        private byte[] bytes() throws IOException {
            int length = in.readInt();
            if (length < 0 || length > MAX_VALUE_BYTES) {
                throw unknown();
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        }

        private static TransferException unknown() {
            return new TransferException("the file has a content that this version does not know");
        }
    }
}
