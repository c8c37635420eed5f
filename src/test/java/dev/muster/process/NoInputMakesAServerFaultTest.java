package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// No input causes a 500. Requests from the golden transcripts are mutated, for every route of every dialect and with
/// every kind of credential. First, each mutation is applied to every other route, and with `muster.long` to each
/// route; then mutations are chosen at random. Each
/// response has the format of its dialect, and each response of Muster's own API matches the OpenAPI document. One
/// realm belongs to none of the callers: no response contains any of its data, and it remains unchanged. Other clients,
/// which register users at the same time, are all served.
class NoInputMakesAServerFaultTest {
    private static final int SHORT = 1_000;
    private static final int LONG = 100_000;

    /// Each route gets one of so many mutations, and each of its fields one of so many texts.
    private static final int MUTATIONS_SHARE = isLong() ? 1 : 2;

    private static final int TEXTS_SHARE = isLong() ? 1 : 4;
    private static final int MAX_MUTATIONS = 4;
    private static final int TIMES_UNSPOILT = 9;
    private static final List<String> UNSTORABLE =
            List.of("\"a\\u0000b\"", "\"half \\ud800\"", "[\"\\udc00\"]", "{\"\\u0000\":1}");

    /// Routes that never succeed here, because they need an operator's token, the production realm, a passkey, an
    /// identity provider, or the secret of a link.
    private static final Set<String> NEVER_SERVED = Set.of(
            "rest: PUT /v1/me/password",
            "rest: PUT /v1/sso",
            "rest: DELETE /v1/sso/{id}",
            "rest: DELETE /v1/operators/{username}/passkeys/{passkeyId}",
            "rest: GET /v1/jobs/{jobId}/callback",
            "rest: POST /v1/jobs/{jobId}/callback",
            "console: GET /console/invitation/{token}",
            "console: GET /console/sso/callback",
            "console: GET /console/{partner}/{environment}/resume/{form}");

    private static boolean isLong() {
        return Boolean.getBoolean("muster.long");
    }

    private static boolean failed;
    private static Path folder;
    private static Fuzzed muster;
    private static Neighbours neighbours;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("muster-fuzzed");
        muster = new Fuzzed(folder);
        neighbours = muster.neighbours();
        sendEachUnchanged();
    }

    /// Sends unmutated requests to each route, so that each is reached independently of chance.
    private static void sendEachUnchanged() throws IOException {
        Random random = new Random(1);
        for (Fuzzed.Place permit : muster.places()) {
            for (int i = 0; i < TIMES_UNSPOILT; i++) {
                judge(new Try(permit, Fuzzed.Credential.FULL, random.nextLong(), List.of()));
            }
        }
    }

    @AfterContainer
    static void close() throws IOException {
        try {
            neighbours.close();
            assertThat(muster.isWhole()).isTrue();
            muster.strangersAreAsTheyWere();
            if (!failed) {
                everyRouteWasReached(muster.answered());
            }
        } finally {
            muster.close();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    /// A request and the mutations to apply to it.
    ///
    /// @param seed the seed of all random choices
    record Try(Fuzzed.Place place, Fuzzed.Credential who, long seed, List<Mutation> mutations) {}

    /// Neighbouring routes get different mutations.
    @Example
    void eachMutationIsAnswered() throws IOException {
        Random random = new Random(2);
        Mutation[] mutations = Mutation.values();
        List<Fuzzed.Place> places = muster.places();
        for (int place = 0; place < places.size(); place++) {
            for (int i = place % MUTATIONS_SHARE; i < mutations.length; i += MUTATIONS_SHARE) {
                judge(new Try(places.get(place), Fuzzed.Credential.FULL, random.nextLong(), List.of(mutations[i])));
            }
        }
    }

    /// U+0000 and unpaired surrogates cannot be stored, so every field of every route refuses them.
    @Example
    void noFieldTakesTextThatCannotBeStored() throws IOException {
        Random random = new Random(3);
        int sent = 0;
        int tried = 0;
        for (Fuzzed.Place permit : muster.places()) {
            // All requests to a route use the same seed, so that they differ only in the changed field.
            long seed = random.nextLong();
            Draft unchanged = muster.draft(permit, new Random(seed));
            if (muster.takesBody(permit) && unchanged.isJson() && unchanged.tree() instanceof Map<?, ?> fields) {
                for (Object field : fields.keySet()) {
                    for (int i = tried++ % TEXTS_SHARE; i < UNSTORABLE.size(); i += TEXTS_SHARE) {
                        String text = UNSTORABLE.get(i);
                        int status = status(permit, seed, fields, field, text);
                        // Muster's own API refuses unknown fields. The vendors' dialects ignore them, whatever they
                        // contain. If an object in the field is not refused either, the dialect ignores the field.
                        boolean isVendors = !permit.httpApi().name().equals("rest");
                        if (status >= 400 || !isVendors || refusesObject(permit, seed, fields, field)) {
                            assertThat(status)
                                    .as("%s of %s: %s", field, permit, text)
                                    .isBetween(400, 499);
                        }
                        sent++;
                    }
                }
            }
        }
        assertThat(sent).isGreaterThan(250 / TEXTS_SHARE);
    }

    /// Whether the request is refused because this field contains an object. The unchanged request is sent too,
    /// because it may be refused as well, for example if the previous request removed the user.
    private static boolean refusesObject(Fuzzed.Place permit, long seed, Map<?, ?> fields, Object field)
            throws IOException {
        return status(permit, seed, fields, field, "{\"a\":[1]}") >= 400
                && muster.judged(permit, Fuzzed.Credential.FULL, draft(permit, seed, fields)) < 400;
    }

    private static int status(Fuzzed.Place permit, long seed, Map<?, ?> fields, Object field, String value)
            throws IOException {
        Map<Object, Object> changed = new LinkedHashMap<>(fields);
        changed.put(field, new Draft.Raw(value));
        return muster.judged(permit, Fuzzed.Credential.FULL, draft(permit, seed, changed));
    }

    private static Draft draft(Fuzzed.Place permit, long seed, Map<?, ?> fields) {
        Draft draft = muster.draft(permit, new Random(seed));
        draft.tree(fields);
        return draft;
    }

    /// Sends the same requests in every run, unlike the long test.
    @Property(tries = SHORT, seed = "1", edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void everyAnswerIsInTheDialectsOwnShape(@ForAll("tries") Try one) throws IOException {
        judge(one);
    }

    @Tag("long")
    @Property(tries = LONG, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void noInputMakesAServerFaultInALongRun(@ForAll("tries") Try one) throws IOException {
        judge(one);
    }

    /// Sends a request and checks the response. After the first failure, jqwik only shrinks the failing request.
    private static void judge(Try one) throws IOException {
        Random random = new Random(one.seed);
        Draft draft = muster.draft(one.place, random);
        for (Mutation mutation : one.mutations) {
            mutation.apply(draft, one.place.route().template(), random);
        }
        try {
            muster.judged(one.place, one.who, draft);
        } catch (IOException | AssertionError e) {
            failed = true;
            throw e;
        }
    }

    @Provide
    Arbitrary<Try> tries() {
        Arbitrary<Fuzzed.Credential> who = Arbitraries.frequency(
                Tuple.of(14, Fuzzed.Credential.FULL),
                Tuple.of(1, Fuzzed.Credential.NONE),
                Tuple.of(1, Fuzzed.Credential.WRONG),
                Tuple.of(1, Fuzzed.Credential.GARBAGE),
                Tuple.of(1, Fuzzed.Credential.VIEWER),
                Tuple.of(1, Fuzzed.Credential.MANAGER),
                Tuple.of(1, Fuzzed.Credential.OPERATOR),
                Tuple.of(1, Fuzzed.Credential.ANOTHER_REALM),
                Tuple.of(1, Fuzzed.Credential.ROOT));
        return Combinators.combine(
                        Arbitraries.of(muster.places()),
                        who,
                        // Seeds are not shrunk: another seed gives a different request, not a simpler one.
                        Arbitraries.longs().withoutEdgeCases().dontShrink(),
                        Arbitraries.of(Mutation.values()).list().ofMaxSize(MAX_MUTATIONS))
                .as(Try::new);
    }

    /// Asserts that every route was reached. A route that responded only with 401 or 403 was not really tested.
    private static void everyRouteWasReached(Map<String, Set<Integer>> all) {
        Map<String, Set<Integer>> answered = new TreeMap<>(all);
        // Requests to these routes are sent without a session, so that the session remains for later requests.
        answered.keySet().removeIf(Fuzzed::endsSession);
        assertThat(answered)
                .allSatisfy((place, statuses) -> assertThat(statuses)
                        .as(place)
                        .anyMatch(status ->
                                isServed(status) || status == 400 || status == 404 || status == 409 || status == 422));
        // The console's own tests cover successful forms.
        List<Set<Integer>> shown = answered.entrySet().stream()
                .filter(place -> !place.getKey().startsWith("console: POST"))
                .filter(place -> !NEVER_SERVED.contains(place.getKey()))
                // Variants with a trailing slash are not counted.
                .filter(place -> !place.getKey().endsWith("/"))
                .map(Map.Entry::getValue)
                .toList();
        long served = shown.stream()
                .filter(statuses -> statuses.stream().anyMatch(NoInputMakesAServerFaultTest::isServed))
                .count();
        // Some routes need values that are not in any transcript, such as a link or token of this server.
        assertThat(shown.size() - served).as("%s", answered).isLessThan(12);
    }

    /// Whether the request succeeded. The console responds to a successful form with a redirect.
    private static boolean isServed(int status) {
        return status < 300 || status == 303;
    }
}
