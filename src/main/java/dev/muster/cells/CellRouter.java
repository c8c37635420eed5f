package dev.muster.cells;

import dev.muster.api.Dialect;
import dev.muster.api.RequestTenant;
import dev.muster.cells.Cells.Target;
import dev.muster.http.Fault;
import dev.muster.http.Handler;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Routes each request to the cell of its tenant. The server's routes are those of the first cell, and each cell has a
/// complete set of them, so a request is passed to the handler of the same route. While there is only the first cell,
/// that costs one comparison.
///
/// Errors that are not about a tenant, such as those of unknown paths, are the same in every cell, and are rendered by
/// the first.
public final class CellRouter {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Cells cells;
    private final List<Dialect> first;

    /// @param first the dialects of the first cell
    public CellRouter(Cells cells, List<Dialect> first) {
        this.cells = cells;
        this.first = List.copyOf(first);
    }

    /// The APIs of the server, in the order of the dialects.
    public List<HttpApi> httpApis() {
        return IntStream.range(0, first.size()).mapToObj(this::httpApi).toList();
    }

    private HttpApi httpApi(int api) {
        HttpApi own = first.get(api).httpApi();
        List<Route> routes = IntStream.range(0, own.routes().size())
                .mapToObj(route -> own.routes().get(route).by(handler(api, route)))
                .toList();
        HttpApi.Watch watch = own.watch();
        return new HttpApi(own.name(), own.base(), routes, own.renderer(), watch == null ? null : watch(api, watch));
    }

    private Handler handler(int api, int route) {
        Handler own = first.get(api).httpApi().routes().get(route).handler();
        RequestTenant.Finder tenant = first.get(api).tenant();
        return request -> handle(request, tenant, own, api, route);
    }

    private Reply handle(Request request, RequestTenant.Finder tenant, Handler own, int api, int route)
            throws Exception {
        if (!cells.areAny()) {
            return own.handle(request);
        }
        OpenCell other = other(request, tenant);
        Handler handler = other == null
                ? own
                : other.httpApis().get(api).routes().get(route).handler();
        return handler.handle(request);
    }

    private HttpApi.Watch watch(int api, HttpApi.Watch own) {
        RequestTenant.Finder tenant = first.get(api).tenant();
        return request -> {
            OpenCell other = cells.areAny() ? other(request, tenant) : null;
            HttpApi.Watch watch =
                    other == null ? own : other.httpApis().get(api).watch();
            if (watch != null) {
                watch.inspect(request);
            }
        };
    }

    /// The cell of a request; null if it is the first.
    ///
    /// @throws HttpException with Overloaded if the cell cannot answer
    private @Nullable OpenCell other(Request request, RequestTenant.Finder tenant) {
        return switch (cells.find(tenant.of(request))) {
            case Target.First _ -> null;
            case Target.Other(var cell) -> cell;
            case Target.Unavailable _ -> throw new HttpException(new Fault.Overloaded(RETRY_AFTER));
        };
    }
}
