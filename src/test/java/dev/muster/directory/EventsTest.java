package dev.muster.directory;

import static dev.muster.directory.Running.ADMIN;
import static dev.muster.directory.Running.REALM;
import static dev.muster.directory.Running.no;
import static dev.muster.directory.Running.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.EventPage;
import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Card;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.PersonalFields;
import dev.muster.model.user.Tag;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tests the content of events and how they are divided into pages.
final class EventsTest extends OnBothRunning {
    private static final JsonMapper JSON = new JsonMapper();

    /// A substring of every personal value of the test user.
    private static final String MARKER = "zzmarker";

    private static Command suspend(Instant until) {
        return new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, MARKER + " reason", MARKER + " note", until);
    }

    private UUID markedUser() {
        Validator checks = new Validator();
        UUID user = ok(running.execute(
                        null,
                        new Command.Register(
                                checks.email(MARKER + "@example.com"),
                                checks.identifier(Identifier.Kind.EXTERNAL_ID, MARKER + "-external"),
                                checks.identifier(Identifier.Kind.USERNAME, MARKER + "-name"),
                                MARKER + " Name",
                                MARKER + " Given",
                                MARKER + " Family",
                                Tag.USER,
                                "{\"a\":\"" + MARKER + "\"}")))
                .user()
                .id();
        ok(running.execute(user, new Command.ConfirmEmail(MARKER, MARKER)));
        ok(running.execute(user, new Command.ReplaceWorkstations(List.of(MARKER + "-pc"))));
        ok(running.execute(user, new Command.ReplaceCards(List.of(new Card("4711" + MARKER, MARKER)), false)));
        ok(running.execute(user, suspend(null)));
        return user;
    }

    private List<PublishedEvent> all(Payload payload) {
        return running.core.eventReader().read(REALM, 0, 1_000, payload);
    }

    private static JsonNode json(PublishedEvent event) {
        return JSON.readTree(text(event));
    }

    private static String text(PublishedEvent event) {
        return new String(event.json(), StandardCharsets.UTF_8);
    }

    private EventPage page(EventQuery query, int limit) {
        return ok(running.core.events().page(ADMIN, REALM, query, limit));
    }

    private static EventQuery query(Long after, String types) {
        return new EventQuery(after, EventTypes.of(types), Payload.THIN);
    }

    private static List<String> types(List<PublishedEvent> events) {
        return events.stream().map(PublishedEvent::type).toList();
    }

    @Test
    void aThinEventSaysExactlyThis() {
        UUID user = running.register("ana@example.com");
        Instant until = Instant.parse("2099-01-01T00:00:00Z");
        ok(running.execute(user, suspend(until)));
        List<PublishedEvent> events = all(Payload.THIN);
        PublishedEvent placed = events.get(events.size() - 2);
        PublishedEvent turned = events.getLast();
        assertThat(text(placed))
                .isEqualTo("{\"id\":\"evt_1001_3\",\"type\":\"user.hold.placed\",\"timestamp\":\""
                        + Timestamps.text(placed.at())
                        + "\",\"data\":{\"seq\":3,\"environment\":\"test\",\"subject\":{\"type\":\"user\",\"id\":\""
                        + user
                        + "\",\"number\":1},\"actor\":{\"kind\":\"apiKey\",\"id\":\"" + Running.KEY
                        + "\"},\"dialect\":\"test\",\"requestId\":\"request-1\",\"version\":2,\"standing\":{\"before\":"
                        + "{\"decision\":\"allow\",\"status\":\"active\"},\"after\":{\"decision\":\"deny\",\"status\":"
                        + "\"suspended\",\"until\":\"2099-01-01T00:00:00.000Z\"}},\"erased\":false}}");
        assertThat(text(turned))
                .isEqualTo(text(placed)
                        .replace("evt_1001_3", "evt_1001_3_s")
                        .replace("user.hold.placed", "user.standing.changed")
                        .replace("},\"erased\"", "},\"cause\":\"user.hold.placed\",\"erased\""));
        assertThat(placed.id()).isEqualTo("evt_1001_3");
        assertThat(turned.id()).isEqualTo("evt_1001_3_s");
        assertThat(turned.seq()).isEqualTo(3);
    }

    @Test
    void aFullEventAlsoHasWhatIsPersonal() {
        markedUser();
        PublishedEvent placed = all(Payload.FULL).stream()
                .filter(event -> event.type().equals("user.hold.placed"))
                .findFirst()
                .orElseThrow();
        JsonNode data = json(placed).path("data");
        assertThat(data.path("identifiers").toString())
                .isEqualTo("{\"email\":\"zzmarker@example.com\",\"externalId\":\"zzmarker-external\","
                        + "\"username\":\"zzmarker-name\"}");
        assertThat(data.path("reason").asString()).isEqualTo("zzmarker reason");
        assertThat(data.path("note").asString()).isEqualTo("zzmarker note");
        assertThat(data.path("onBehalfOf").asString()).isEqualTo("caller@example.com");
        assertThat(data.path("changes")
                        .path("holds.suspended.main")
                        .path(1)
                        .path("reason")
                        .asString())
                .isEqualTo("zzmarker reason");
        PublishedEvent turned = all(Payload.FULL).getLast();
        assertThat(turned.type()).isEqualTo(EventTypes.STANDING_CHANGED);
        assertThat(json(turned).path("data").has("changes")).isFalse();
        assertThat(json(turned).path("data").path("reason").asString()).isEqualTo("zzmarker reason");
    }

    @Test
    void thinEventsHaveNothingPersonal() {
        markedUser();
        StringBuilder full = new StringBuilder();
        all(Payload.FULL).forEach(event -> full.append(text(event)));
        // Ensures that the check below covers every field.
        for (String field : PersonalFields.names()) {
            assertThat(full).as(field).contains("\"" + field + "\":[");
        }
        for (PublishedEvent event : all(Payload.THIN)) {
            assertThat(text(event).toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain(MARKER)
                    .doesNotContain("caller@example.com");
            for (String field : PersonalFields.names()) {
                assertThat(text(event)).doesNotContain("\"" + field + "\"");
            }
        }
    }

    @Test
    void afterAnErasureNothingPersonalIsLeftAndTheIdsStay() {
        UUID user = markedUser();
        List<String> before = ids(all(Payload.FULL), user);
        ok(running.execute(user, new Command.Erase(MARKER, MARKER)));
        for (Payload payload : Payload.values()) {
            List<PublishedEvent> events = all(payload);
            assertThat(types(events)).endsWith("user.erased", EventTypes.STANDING_CHANGED);
            for (PublishedEvent event : events) {
                assertThat(text(event).toLowerCase(java.util.Locale.ROOT)).doesNotContain(MARKER);
                boolean ofUser = event.subject().id().equals(user);
                assertThat(json(event).path("data").path("erased").asBoolean()).isEqualTo(ofUser);
            }
            assertThat(json(events.getLast()).path("data").path("standing").toString())
                    .isEqualTo("{\"after\":{\"decision\":\"deny\",\"status\":\"removed\"}}");
            // The user's earlier standing is no longer known, so the events about its changes have disappeared.
            assertThat(before).containsAll(ids(events.subList(0, events.size() - 2), user));
        }
    }

    private static List<String> ids(List<PublishedEvent> events, UUID user) {
        return events.stream()
                .filter(event -> event.subject().id().equals(user))
                .map(PublishedEvent::id)
                .toList();
    }

    @Test
    void anErasedUserWhoWasRemovedBeforeDoesNotTurn() throws InterruptedException {
        UUID user = running.register("ana@example.com");
        ok(running.execute(user, new Command.Remove(null, null)));
        pass(Duration.ofMillis(20));
        ok(running.execute(user, new Command.Erase(null, null)));
        assertThat(types(all(Payload.THIN))).endsWith("user.removed", "user.erased");
    }

    @Test
    void theBytesAreTheSameEachTime() throws InterruptedException {
        UUID user = markedUser();
        UUID other = running.register("other@example.com");
        ok(running.execute(other, suspend(null)));
        for (Payload payload : Payload.values()) {
            Map<String, String> first = new LinkedHashMap<>();
            all(payload).forEach(event -> first.put(event.id(), text(event)));
            // Change the same users again, restart, and read in other slices.
            ok(running.execute(user, new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, "later", null)));
            ok(running.execute(user, suspend(Instant.parse("2099-01-01T00:00:00Z"))));
            ok(running.execute(other, new Command.Remove("later", null)));
            ok(running.execute(other, new Command.Restore("later", null)));
            restart();
            Map<String, String> again = new LinkedHashMap<>();
            for (long after = 0; ; ) {
                List<PublishedEvent> some = running.core.eventReader().read(REALM, after, 3, payload);
                if (some.isEmpty()) {
                    break;
                }
                some.forEach(event -> again.put(event.id(), text(event)));
                after = some.getLast().seq();
            }
            assertThat(again).containsAllEntriesOf(first);
        }
    }

    /// The test writes more entries than one read returns, and more than fit on a page of a user's history.
    @Test
    void aUserWithManyLaterEntriesIsRewoundToo() {
        UUID user = running.register("ana@example.com");
        ok(running.execute(user, suspend(null)));
        String placed = text(all(Payload.FULL).get(2));
        for (int i = 0; i < 300; i++) {
            ok(running.execute(user, new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, null, null)));
            ok(running.execute(user, suspend(null)));
        }
        List<PublishedEvent> first = running.core.eventReader().read(REALM, 1, 2, Payload.FULL);
        assertThat(types(first)).containsExactly("user.registered", "user.hold.placed", EventTypes.STANDING_CHANGED);
        assertThat(text(first.get(1))).isEqualTo(placed);
    }

    @Test
    void theEndOfAHoldTurnsTheStandingAtItsTime() throws InterruptedException {
        UUID user = running.register("ana@example.com");
        Instant until = running.clock.instant().plusSeconds(2).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        ok(running.execute(user, suspend(until)));
        pass(Duration.ofSeconds(3));
        eventually(() -> types(all(Payload.THIN)).contains("user.hold.ended"));
        PublishedEvent turned = all(Payload.THIN).getLast();
        assertThat(turned.type()).isEqualTo(EventTypes.STANDING_CHANGED);
        JsonNode data = json(turned).path("data");
        assertThat(json(turned).path("timestamp").asString()).isEqualTo(Timestamps.text(until));
        assertThat(data.path("standing").toString())
                .isEqualTo("{\"before\":{\"decision\":\"deny\",\"status\":\"suspended\",\"until\":\""
                        + Timestamps.text(until) + "\"},\"after\":{\"decision\":\"allow\",\"status\":\"active\"}}");
        assertThat(data.path("version").asLong()).isEqualTo(2);
        assertThat(data.path("actor").toString()).isEqualTo("{\"kind\":\"system\",\"id\":null}");
    }

    @Test
    void everyPageSaysWhereToContinue() {
        List<String> whole = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            UUID user = running.register("user" + i + "@example.com");
            ok(running.execute(user, suspend(null)));
        }
        all(Payload.THIN).forEach(event -> whole.add(event.id()));
        long head = running.core.eventReader().head(REALM);
        for (int limit = 1; limit <= 17; limit++) {
            List<String> paged = new ArrayList<>();
            long after = 0;
            while (true) {
                EventPage page = page(query(after, null), limit);
                assertThat(page.head()).isEqualTo(head);
                // A page has one event more than the limit if its last entry has two events.
                assertThat(page.events()).hasSizeBetween(page.next() == head ? 0 : limit, limit + 1);
                page.events().forEach(event -> paged.add(event.id()));
                if (page.events().isEmpty()) {
                    assertThat(page.next()).isEqualTo(head);
                    break;
                }
                assertThat(page.next()).isEqualTo(page.events().getLast().seq());
                after = page.next();
            }
            assertThat(paged).isEqualTo(whole);
        }
        assertThat(page(query(null, null), 10)).isEqualTo(new EventPage(List.of(), head, head));
    }

    @Test
    void aFilteredPageMovesOnThoughNothingMatches() {
        UUID user = running.register("ana@example.com");
        ok(running.execute(user, suspend(null)));
        long head = running.core.eventReader().head(REALM);
        assertThat(page(query(0L, "job.*"), 10)).isEqualTo(new EventPage(List.of(), head, head));
        EventPage turned = page(query(0L, "user.standing.changed,key.created"), 10);
        assertThat(types(turned.events())).containsExactly("key.created", "user.standing.changed");
        assertThat(types(page(query(0L, "user.hold.*"), 10).events())).containsExactly("user.hold.placed");
        assertThat(types(page(query(0L, "user.*"), 10).events()))
                .containsExactly("user.registered", "user.hold.placed", "user.standing.changed");
    }

    @Test
    void aPositionBeyondTheEndIsRefused() {
        long head = running.core.eventReader().head(REALM);
        assertThat(page(query(head, null), 10).events()).isEmpty();
        Refusal refusal = no(running.core.events().page(ADMIN, REALM, query(head + 1, null), 10));
        assertThat(refusal).isInstanceOf(Refusal.Invalid.class);
        assertThat(no(running.core.events().subscribe(ADMIN, REALM, query(head + 1, null), () -> {})))
                .isEqualTo(refusal);
    }

    @Test
    void aLongPageEndsAfterAMebibyte() {
        String metadata = "{\"a\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 24; i++) {
            ok(running.execute(
                    null,
                    new Command.Register(
                            new Validator().email("user" + i + "@example.com"),
                            null,
                            null,
                            null,
                            null,
                            null,
                            Tag.USER,
                            metadata)));
        }
        EventQuery query = new EventQuery(0L, EventTypes.ALL, Payload.FULL);
        EventPage first = page(query, 1_000);
        long bytes =
                first.events().stream().mapToLong(event -> event.json().length).sum();
        assertThat(bytes).isBetween(1L << 20, (1L << 20) + 70_000);
        EventPage second = page(query.after(first.next()), 1_000);
        assertThat(second.events().getFirst().seq()).isEqualTo(first.next() + 1);
        assertThat(second.next()).isEqualTo(second.head());
    }

    private static Actor with(Scope... scopes) {
        return new Actor(new ActorRef(ActorRef.Kind.API_KEY, Running.KEY), "some", Set.of(scopes), Rank.REGULAR, 0);
    }

    @Test
    void readingEventsNeedsItsScopeAndTheWholeOfThemTheJournals() {
        EventQuery thin = query(0L, null);
        EventQuery full = new EventQuery(0L, EventTypes.ALL, Payload.FULL);
        Actor reader = with(Scope.EVENTS_READ);
        assertThat(no(running.core.events().page(with(Scope.USERS_READ), REALM, thin, 1)))
                .isEqualTo(new Refusal.Forbidden("events:read"));
        assertThat(ok(running.core.events().page(reader, REALM, thin, 1)).events())
                .isNotEmpty();
        Refusal noJournal = new Refusal.Forbidden("journal:read");
        assertThat(no(running.core.events().page(reader, REALM, full, 1))).isEqualTo(noJournal);
        assertThat(no(running.core.events().subscribe(reader, REALM, full, () -> {})))
                .isEqualTo(noJournal);
        assertThat(no(running.core.events().listen(reader, REALM, full))).isEqualTo(noJournal);
        Actor ofJournal = with(Scope.JOURNAL_READ);
        assertThat(ok(running.core.events().page(ofJournal, REALM, full, 1)).events())
                .isNotEmpty();
        // An operator who acts through a key has only the permissions that both have. `journal:read` implies
        // `events:read`.
        Actor operator = new Actor(
                new ActorRef(ActorRef.Kind.OPERATOR, new UUID(1, 1)),
                "ann",
                Set.of(Scope.JOURNAL_READ),
                Rank.REGULAR,
                0);
        assertThat(operator.through(reader).scopes()).containsExactly(Scope.EVENTS_READ);
    }

    @Test
    void anotherRealmsEventsAreItsOwn() {
        running.register("ana@example.com");
        List<PublishedEvent> others = running.core.eventReader().read(Running.OTHER_REALM, 0, 1_000, Payload.FULL);
        assertThat(types(others)).containsExactly("key.created");
        assertThat(others.getFirst().id()).isEqualTo("evt_1002_1");
        assertThat(json(others.getFirst()).path("data").path("environment").asString())
                .isEqualTo("production");
    }

    /// An entry whose sealed part was truncated in the database still results in an event.
    @Test
    void anEntryThatCannotBeReadIsAnEventAllTheSame() throws Exception {
        UUID user = running.register("ana@example.com");
        ok(running.execute(user, suspend(null)));
        ok(running.execute(user, new Command.Remove(null, null)));
        long bad = running.core.eventReader().head(REALM) - 1;
        database.execute(
                "update journal set entry = substr(entry, 1, 40) where realm = " + REALM + " and seq = " + bad);
        EventReader.Slice slice = running.core.eventReader().read(REALM, 0, 100, EventTypes.ALL, Payload.FULL);
        assertThat(types(slice.events()))
                .containsExactly(
                        "key.created",
                        "user.registered",
                        "user.hold.placed",
                        "user.removed",
                        EventTypes.STANDING_CHANGED);
    }
}
