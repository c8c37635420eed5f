package dev.muster.api.rest;

import static dev.muster.api.rest.RestServer.JSON;

import org.junit.jupiter.api.Test;

/// Records pages of events, byte for byte.
final class EventPagesTest extends RestTest {
    @Test
    void events() {
        made("/v1/users", "{\"externalId\":\"c-1\",\"email\":\"ann@example.org\",\"name\":\"Ann\"}");
        done(
                "PUT /v1/users/external:c-1/holds/suspended",
                "{\"reason\":\"chargeback\",\"note\":\"of May\",\"until\":\"2099-01-01T00:00:00Z\"}",
                JSON);
        done("PATCH /v1/users/external:c-1", "{\"name\":\"Anna\"}", PATCH);
        t.remark("From the beginning. The second entry turned a standing, so it has two events.");
        t.ask("GET /v1/events", admin);
        t.remark("Page by page: a page has one more if its last entry has two.");
        t.ask("GET /v1/events?limit=1&after=1", admin);
        t.ask("GET /v1/events?limit=1&after=2", admin);
        t.remark("By type, and from now on. There is always a next.");
        t.ask("GET /v1/events?type=user.standing.changed,key.*", admin);
        t.ask("GET /v1/events?type=job.*", admin);
        t.ask("GET /v1/events?after=head&wait=0", admin);
        t.remark("In full, and after an erasure.");
        t.ask("GET /v1/events?payload=full&after=2&limit=1", admin);
        t.quietly("POST /v1/users/number:1/erase", "{}", admin, JSON);
        t.ask("GET /v1/events?payload=full&after=2", admin);
        t.remark("Faulty requests.");
        t.ask("GET /v1/events?after=x&limit=0&type=user.dance&payload=fat&wait=31&subject=user", admin);
        t.ask("GET /v1/events?after=6", admin);
        t.ask("GET /v1/events/stream?after=6&limit=1", admin);
        t.ask("GET /v1/events/stream", admin, "Last-Event-ID: x");
        t.remark("A key that may read events, but not the journal.");
        String key = key("warehouse", "\"scopes\":[\"events:read\"],\"rank\":\"REGULAR\"");
        t.ask("GET /v1/events?type=user.registered", key);
        t.ask("GET /v1/events?payload=full", key);
        t.ask("GET /v1/events/stream?payload=full", key);
        t.ask("GET /v1/events", key("desk", "\"scopes\":[\"users:read\"],\"rank\":\"REGULAR\""));
        t.ask("GET /v1/events", RestServer.ROOT);
        t.remark("Only the head of a stream.");
        t.ask("HEAD /v1/events/stream", admin);
        t.check(GOLDEN.resolve("events.txt"));
    }
}
