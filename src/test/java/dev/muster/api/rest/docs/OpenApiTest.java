package dev.muster.api.rest.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.Golden;
import dev.muster.http.Method;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import gg.jte.resolve.DirectoryCodeResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Generates the OpenAPI document and its page from the routes and their descriptions, and checks that the committed
/// files are up to date.
final class OpenApiTest {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/muster/api/rest");

    /// Returns the routes that `RouteTableTest` compares with the server's, except those below `/docs/`.
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
    void aRouteWithoutTextsIsAnError() throws IOException {
        List<Operation> routes = routes();
        routes.add(new Operation(Method.POST, "/v1/users/{ref}/dance", "users:write"));
        assertThatThrownBy(() -> OpenApi.of(routes))
                .hasMessage("there are no words for the route POST /v1/users/{ref}/dance");
    }

    @Test
    void textsWithoutARouteAreAnError() throws IOException {
        List<Operation> routes = routes();
        assertThat(routes.removeIf(route -> route.template().equals("/v1/journal/head")))
                .isTrue();
        assertThatThrownBy(() -> OpenApi.of(routes)).hasMessage("there are words for no route: GET /v1/journal/head");
    }

    /// To update the files, first let `RouteTableTest` write the routes.
    @Test
    void theCommittedDocumentAndPageAreWhatTheRoutesMake(@TempDir Path classes) throws IOException {
        ObjectNode document = OpenApi.of(routes());
        Golden.check(
                RESOURCES.resolve("openapi.json"),
                new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n");

        TemplateEngine templates = TemplateEngine.create(
                new DirectoryCodeResolver(Path.of("src/test/jte")),
                classes,
                ContentType.Html,
                getClass().getClassLoader());
        templates.setTrimControlStructures(true);
        StringOutput page = new StringOutput();
        templates.render("docs/page.jte", Reference.of(document), page);
        Golden.check(RESOURCES.resolve("docs/page.html"), page.toString());
    }
}
