package dev.muster.bench;

import static dev.muster.bench.Check.atLeast;
import static dev.muster.bench.Check.atMost;
import static dev.muster.bench.Row.Unit.MEGABYTES;
import static dev.muster.bench.Row.Unit.MILLIS;
import static dev.muster.bench.Row.Unit.P75_MILLIS;
import static dev.muster.bench.Row.Unit.P99_MILLIS;
import static dev.muster.bench.Row.Unit.PER_SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The table of targets, with their measurements and requirements.
final class Targets {
    private static final List<String> NOTHING = List.of();
    private static final List<Check> FREE = List.of();

    private static final List<Row> ROWS = rows();

    private Targets() {}

    static List<Row> all() {
        return ROWS;
    }

    /// Returns the rows with these ids; all rows if `ids` is empty.
    static List<Row> only(List<String> ids) {
        for (String id : ids) {
            if (ROWS.stream().noneMatch(row -> row.id().equals(id))) {
                throw new IllegalArgumentException("there is no row " + id + "; bench/run --rows lists them");
            }
        }
        return ROWS.stream()
                .filter(row -> ids.isEmpty() || ids.contains(row.id()))
                .toList();
    }

    /// Returns the names of all measurements that these rows need.
    static Set<String> samples(List<Row> rows) {
        Set<String> names = new TreeSet<>();
        for (Row row : rows) {
            names.addAll(row.samples());
            names.addAll(row.beside());
        }
        return names;
    }

    /// Returns the names of the peer's measurements that these rows need.
    static Set<String> peerSamples(List<Row> rows) {
        Set<String> names = new TreeSet<>();
        rows.forEach(row -> names.addAll(row.peer()));
        return names;
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(same("ping", "ping, the limit of HTTP", "ping", atLeast(55_000, "/s", f -> f.rate("ping"))));
        for (String size : List.of("", "-1m")) {
            String where = size.isEmpty() ? ", 10,000 users" : ", 1 million users";
            rows.add(read("get" + size, "get one user" + where, "ping" + size, "keycloak-get"));
            rows.add(read("standing" + size, "standing of one user" + where, "ping" + size, "keycloak-get"));
        }
        rows.add(write("register", "register, 32 connections", 7_000, "keycloak-create"));
        rows.add(write("hold", "place and release a hold, 32 connections", 9_000, "keycloak-toggle"));
        rows.add(many("register", "register, 128 connections", "keycloak-create"));
        rows.add(many("hold", "place and release a hold, 128 connections", "keycloak-toggle"));
        rows.add(registerAmongMany());
        for (String sample : List.of("register-128-1m", "hold-32-1m", "hold-128-1m")) {
            rows.add(row(
                    sample,
                    PER_SECOND,
                    (sample.startsWith("hold") ? "place and release a hold, " : "register, ")
                            + (sample.contains("128") ? "128" : "32") + " connections, realm of 1 million",
                    List.of(sample),
                    NOTHING,
                    FREE,
                    FREE));
        }
        rows.addAll(pages());
        rows.add(same(
                "standings",
                "standings of 1,000 users in one request, realm of 1 million",
                "standings",
                atLeast(70_000, "standings/s", f -> f.rate("standings"))));
        for (String text : Run.SEARCHES) {
            rows.add(search(text));
        }
        rows.add(realms("register"));
        rows.add(realms("get"));
        rows.add(row(
                "heavy",
                P99_MILLIS,
                "ping while four heavy searches run",
                List.of("ping-beside-searches"),
                List.of("ping-few"),
                List.of(atMost(20, "ms p99", f -> f.p99("ping-beside-searches"))),
                List.of(atMost(20, "ms p99", f -> f.p99("ping-beside-searches")))));
        rows.add(beside("import-hold", "hold in one realm while another imports at full speed", "hold"));
        rows.add(beside("import-get", "get in one realm while another imports at full speed", "get"));
        rows.addAll(console());
        rows.addAll(events());
        Check start = atMost(1.5, "of a bare server's start", f -> f.ratio("start", "bare-start", Sample::p50Millis));
        rows.add(new Row(
                "start",
                "start to first answer on existing data",
                MILLIS,
                List.of("start", "bare-start"),
                NOTHING,
                List.of("keycloak-start"),
                List.of(start),
                List.of(start)));
        Check memory = atMost(
                350, "MB", f -> f.own().spread("memory", Sample::megabytes).greatest());
        rows.add(row(
                "memory",
                MEGABYTES,
                "largest resident memory of the server in all of this",
                List.of("memory"),
                NOTHING,
                List.of(memory),
                List.of(memory)));
        rows.add(row(
                "wal",
                MEGABYTES,
                "largest write-ahead log in all of this (30 minutes of it: ./verify --long)",
                List.of("wal"),
                NOTHING,
                List.of(atMost(
                        128, "MB", f -> f.own().spread("wal", Sample::megabytes).greatest())),
                FREE));
        return List.copyOf(rows);
    }

    private static Row row(
            String id,
            Row.Unit unit,
            String title,
            List<String> samples,
            List<String> beside,
            List<Check> onSqlite,
            List<Check> onPostgres) {
        return new Row(id, title, unit, samples, beside, NOTHING, onSqlite, onPostgres);
    }

    private static Row same(String id, String title, String sample, Check check) {
        return row(id, PER_SECOND, title, List.of(sample), NOTHING, List.of(check), List.of(check));
    }

    private static Row read(String id, String title, String ping, String peer) {
        return new Row(
                id,
                title,
                PER_SECOND,
                List.of(id),
                List.of(ping),
                List.of(peer),
                List.of(atLeast(0.55, "of ping", f -> f.ratio(id, ping))),
                List.of(
                        atLeast(0.3, "of ping", f -> f.ratio(id, ping)),
                        atLeast(10, "times Keycloak's get", f -> f.timesThePeer(id, peer))));
    }

    private static Row write(String work, String title, int min, String peer) {
        String id = work + "-32";
        String lane = "lane-" + id;
        Check ofLane = atLeast(0.65, "of the lane alone", f -> f.ratio(id, lane));
        return new Row(
                id,
                title,
                PER_SECOND,
                List.of(id, lane),
                NOTHING,
                Stream.of("keycloak-create", peer).distinct().toList(),
                List.of(ofLane, atLeast(min, "/s", f -> f.rate(id)), atMost(40, "ms p99", f -> f.p99(id))),
                List.of(ofLane, atLeast(15, "times Keycloak's create", f -> f.timesThePeer(id, "keycloak-create"))));
    }

    private static Row many(String work, String title, String peer) {
        String id = work + "-128";
        Check enough = atLeast(9_000, "/s", f -> f.rate(id));
        return new Row(
                id,
                title,
                PER_SECOND,
                List.of(id, "lane-" + id),
                NOTHING,
                List.of(peer),
                List.of(enough),
                List.of(enough));
    }

    private static Row registerAmongMany() {
        String id = "register-32-1m";
        return row(
                id,
                PER_SECOND,
                "register, 32 connections, realm of 1 million",
                List.of(id),
                List.of("register-32"),
                List.of(atLeast(4_500, "/s", f -> f.rate(id)), atMost(100, "ms p99", f -> f.p99(id))),
                List.of(atMost(1.5, "times the cost in a small realm", f -> f.ratio("register-32", id))));
    }

    private static List<Row> pages() {
        List<Row> rows = new ArrayList<>();
        for (String where : List.of("first", "middle", "last")) {
            String id = "page-" + where;
            List<Check> checks = new ArrayList<>();
            checks.add(atLeast(0.3, "of ping", f -> f.ratio(id, "ping-1m")));
            if (where.equals("last")) {
                checks.add(atMost(1.2, "times the cost of the first page", f -> f.ratio("page-first", id)));
            }
            List<Check> onPostgres = List.of(
                    atLeast(50, "times Keycloak's page at 3,000 users", f -> f.timesThePeer(id, "keycloak-page")));
            rows.add(new Row(
                    id,
                    "a page of 20 with exact total, " + where + " offset, realm of 1 million",
                    PER_SECOND,
                    List.of(id),
                    List.of("ping-1m", "page-first"),
                    List.of("keycloak-page"),
                    List.copyOf(checks),
                    onPostgres));
        }
        return rows;
    }

    private static Row search(String text) {
        String large = "search-" + text;
        String small = large + "-small";
        Check quick = atMost(30, "ms p99 in either", f -> Found.most(f.p99(large), f.p99(small)));
        return row(
                large,
                P99_MILLIS,
                (text.equals("several") ? "search for several frequent words" : "search for a text that is " + text)
                        + ", first page: realm of 1 million; of 10,000 beside it",
                List.of(large, small),
                NOTHING,
                List.of(quick),
                List.of(quick));
    }

    private static List<Row> console() {
        return Stream.concat(
                        ConsolePages.PAGES.stream()
                                .map(page ->
                                        console("console-" + page, "the console's page " + page + ", whole response")),
                        ConsolePages.PAGES.stream().map(Targets::paint))
                .toList();
    }

    private static Row paint(String page) {
        String id = "paint-" + page;
        Check quick = atMost(100, "ms p75", f -> f.p75(id));
        return row(
                id,
                P75_MILLIS,
                "first contentful paint of " + page + ", realm of 1 million",
                List.of(id),
                NOTHING,
                List.of(quick),
                List.of(quick));
    }

    private static Row console(String id, String title) {
        Check quick = atMost(100, "ms p99", f -> f.p99(id));
        return row(
                id, P99_MILLIS, title + ", realm of 1 million", List.of(id), NOTHING, List.of(quick), List.of(quick));
    }

    private static List<Row> events() {
        Check near = atLeast(0.98, "of that without webhooks", f -> f.ratio("events-beside", "events-none"));
        Check followed = atLeast(0.8, "of that without webhooks", f -> f.ratio("events-followed", "events-none"));
        Check deliveries = atLeast(3_000, "/s", f -> f.rate("events-deliveries"));
        Check soon = atMost(50, "ms p99", f -> f.p99("events-stream"));
        Check sooner = atMost(1_500, "ms p99", f -> f.p99("events-stream-other"));
        Check idle = atMost(
                50, "MB", f -> f.own().spread("events-idle", Sample::megabytes).greatest());
        return List.of(
                row(
                        "events-register",
                        PER_SECOND,
                        "register, 32 connections, beside another realm's webhook; without webhooks",
                        List.of("events-beside", "events-none"),
                        NOTHING,
                        List.of(near),
                        List.of(near)),
                row(
                        "events-followed",
                        PER_SECOND,
                        "register, 32 connections, while a webhook follows; without webhooks",
                        List.of("events-followed", "events-none"),
                        NOTHING,
                        List.of(followed),
                        List.of(followed)),
                same("events-deliveries", "deliveries to one webhook", "events-deliveries", deliveries),
                row(
                        "events-stream",
                        P99_MILLIS,
                        "from sending a change until a stream of an idle server shows it",
                        List.of("events-stream"),
                        NOTHING,
                        List.of(soon),
                        List.of(soon)),
                row(
                        "events-stream-other",
                        P99_MILLIS,
                        "the same with the stream of another server",
                        List.of("events-stream-other"),
                        NOTHING,
                        FREE,
                        List.of(sooner)),
                row(
                        "events-idle",
                        MEGABYTES,
                        "memory of 1,000 idle streams",
                        List.of("events-idle"),
                        NOTHING,
                        List.of(idle),
                        List.of(idle)));
    }

    private static Row realms(String work) {
        String many = "realms-" + work;
        String one = "one-" + work;
        Check near = atMost(1.5, "times the cost in 1 realm", f -> f.ratio(one, many));
        return row(
                many,
                PER_SECOND,
                work + " in 10,000 realms; in 1",
                List.of(many, one),
                NOTHING,
                List.of(near),
                List.of(near));
    }

    private static Row beside(String id, String title, String work) {
        String busy = work + "-beside-import";
        String alone = work + "-alone";
        Check near = atMost(3, "times the p99 without", f -> f.ratio(busy, alone, Sample::p99Millis));
        return row(id, P99_MILLIS, title + "; without", List.of(busy, alone), NOTHING, List.of(near), List.of(near));
    }
}
