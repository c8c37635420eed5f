package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.http.HttpApi;
import dev.muster.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages in `docs/dialects` list exactly the calls of the vendors' APIs.
final class SupportedCallsTest {
    /// Matches a row of the table, which has a method and one or more paths.
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]+)` \\| ((?:`[^`]+`(?:, )?)+) \\|");

    private static final Pattern PATH = Pattern.compile("`([^`]+)`");

    @TempDir
    private Path folder;

    @Test
    void eachPageListsTheCallsOfItsDialect() throws IOException {
        List<HttpApi> apis = new ArrayList<>();
        try (TestServer _ = new TestServer(folder, InstantSource.system(), 20, (core, gate, keyGenerator) -> {
            apis.addAll(new Dialects(core, gate, keyGenerator, InstantSource.system(), null, "/api/v1").httpApis());
            return apis;
        })) {
            for (String page : List.of("signet", "allthenticate", "epixel", "smileid")) {
                Set<String> calls = apis.stream()
                        .filter(api -> api.name().startsWith(page))
                        .flatMap(api -> api.routes().stream())
                        .map(SupportedCallsTest::call)
                        .collect(Collectors.toCollection(TreeSet::new));
                assertThat(listed(page)).as(page).isNotEmpty().isEqualTo(calls);
            }
        }
    }

    /// Returns the method and the path without a trailing slash, which makes no difference in these APIs.
    private static String call(Route route) {
        return route.method() + " " + withoutSlash(route.template());
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Set<String> listed(String page) throws IOException {
        Set<String> calls = new TreeSet<>();
        for (Matcher row = ROW.matcher(Files.readString(Path.of("docs/dialects", page + ".md"))); row.find(); ) {
            for (Matcher path = PATH.matcher(row.group(2)); path.find(); ) {
                calls.add(row.group(1) + " " + withoutSlash(path.group(1)));
            }
        }
        return calls;
    }
}
