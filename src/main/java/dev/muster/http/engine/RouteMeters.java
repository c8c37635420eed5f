package dev.muster.http.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The timers of one route, one for each status class, created at first use.
final class RouteMeters {

    /// The name of the metric that counts and times answered requests by `face`, `method`, `template` and `status`
    /// (`2xx`).
    static final String NAME = "http.requests";

    private static final int STATUS_CLASSES = 6;

    private final MeterRegistry registry;
    private final String face;
    private final String method;
    private final String template;
    private final String logged;
    private final AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(STATUS_CLASSES);

    RouteMeters(MeterRegistry registry, String face, String method, String template) {
        this.registry = registry;
        this.face = face;
        this.method = method;
        this.template = template;
        // Nothing here needs escaping: names, methods and templates come from the code.
        this.logged =
                "Z\",\"level\":\"INFO\",\"logger\":\"" + AccessLog.LOGGER + "\",\"message\":\"request\",\"face\":\""
                        + face + "\",\"method\":\"" + method + "\",\"template\":\"" + template + "\",\"status\":";
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    /// The part of an access log line between the time and the status, which is the same for all requests.
    String logged() {
        return logged;
    }

    void record(int status, long nanos) {
        int statusClass = status / 100;
        Timer timer = timers.get(statusClass);
        if (timer == null) {
            // If two threads race here, the registry returns the same timer to both.
            timer = Timer.builder(NAME)
                    .tags("face", face, "method", method, "template", template, "status", statusClass + "xx")
                    .register(registry);
            timers.set(statusClass, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
