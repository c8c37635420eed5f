package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.events.Payload;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Decision;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The enums in the document list exactly the values of the enums in the code.
final class DocumentedChoicesTest {
    private static final Path DOCUMENT = Path.of("src/main/resources/dev/muster/api/rest/openapi.json");

    private static <E> Stream<String> words(E[] constants, Function<E, String> word) {
        return Stream.of(constants).map(word);
    }

    @Test
    void everyConstantIsAChoice() throws IOException {
        JsonNode shapes = new JsonMapper().readTree(Files.readString(DOCUMENT)).at("/components/schemas");
        BiConsumer<String, Stream<String>> check = (shape, words) -> assertThat(
                        shapes.path(shape).path("enum").valueStream().map(JsonNode::stringValue))
                .as(shape)
                .containsExactlyInAnyOrderElementsOf(words.toList());
        check.accept("Status", words(Status.values(), Status::wireName));
        check.accept("HoldKind", words(HoldKind.values(), HoldKind::wireName));
        check.accept(
                "PlaceableHoldKind",
                Stream.of(HoldKind.values()).filter(HoldKind::placeable).map(HoldKind::wireName));
        check.accept("Decision", words(Decision.values(), Decision::wireName));
        check.accept("Tag", words(Tag.values(), Tag::name));
        check.accept("Rank", words(Rank.values(), Rank::name));
        check.accept("Role", words(Role.values(), Role::wireName));
        check.accept("Scope", words(Scope.values(), Scope::wireName));
        check.accept("Outcome", words(Outcome.values(), Outcome::wireName));
        check.accept("ActorKind", words(ActorRef.Kind.values(), ActorRef.Kind::wireName));
        check.accept("SubjectType", words(Event.Subject.Type.values(), Event.Subject.Type::wireName));
        check.accept("EventPayload", words(Payload.values(), Payload::wireName));
        check.accept("EnvironmentName", words(Environment.values(), Environment::wireName));
    }
}
