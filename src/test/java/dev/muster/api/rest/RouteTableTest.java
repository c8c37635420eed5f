package dev.muster.api.rest;

import dev.muster.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What stands at which path, and what a caller needs for it.
final class RouteTableTest {

    @Test
    void routes() {
        StringBuilder table = new StringBuilder();
        // Only the table is looked at; nothing that its handlers lead to is called.
        for (RestFace.Row row : new RestFace(null, null, null, null, null).table()) {
            table.append("%-6s %-65s %s%n".formatted(row.method(), row.template(), row.needs()));
        }
        Golden.check(Path.of("src/test/resources/golden/rest/routes.txt"), table.toString());
    }
}
