package dev.muster.api.rest;

import dev.muster.Golden;
import dev.muster.testing.OnBothDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares all routes, and the credential that each requires, with a golden file.
@OnBothDatabases
final class RouteTableTest {
    @TempDir
    private Path folder;

    @Test
    void routes() {
        StringBuilder table = new StringBuilder();
        try (RestServer server = new RestServer(folder, 20)) {
            for (RestApi.Row row : server.routes()) {
                table.append("%-6s %-65s %s%n"
                        .formatted(row.route().method(), row.route().template(), row.needs()));
            }
        }
        Golden.check(Path.of("src/test/resources/golden/rest/routes.txt"), table.toString());
    }
}
