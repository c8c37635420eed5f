package dev.muster.api.rest.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.http.Method;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A document is made only of routes and words that are of the same calls.
final class OpenApiTest {
    /// What `RouteTableTest` keeps.
    private static List<Operation> routes() throws IOException {
        List<Operation> routes = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/golden/rest/routes.txt"))) {
            String[] words = line.split(" +", -1);
            if (!words[1].startsWith("/docs/")) {
                routes.add(new Operation(Method.valueOf(words[0]), words[1], words[2]));
            }
        }
        return routes;
    }

    @Test
    void ofARouteWithoutWordsNoDocumentIsMade() throws IOException {
        List<Operation> routes = routes();
        routes.add(new Operation(Method.POST, "/v1/users/{ref}/dance", "users:write"));
        assertThatThrownBy(() -> OpenApi.of(routes, null, "1"))
                .hasMessage("there are no words for the route POST /v1/users/{ref}/dance");
    }

    @Test
    void norOfWordsWithoutARoute() throws IOException {
        List<Operation> routes = routes();
        assertThat(routes.removeIf(route -> route.template().equals("/v1/journal/head")))
                .isTrue();
        assertThatThrownBy(() -> OpenApi.of(routes, null, "1"))
                .hasMessage("there are words for no route: GET /v1/journal/head");
    }

    /// A host is named only where somebody has said which one it is.
    @Test
    void theServerIsWhereTheDocumentIsUnlessSomebodySaysWhereItIs() throws IOException {
        assertThat(server(null)).isEqualTo("/");
        assertThat(server(URI.create("https://example.org/muster"))).isEqualTo("https://example.org/muster");
    }

    private static String server(URI publicUrl) throws IOException {
        return OpenApi.text(OpenApi.of(routes(), publicUrl, "1").path("servers").path(0), "url");
    }
}
