package dev.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserRefsTest {
    private static final String ID = "0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11";

    @Test
    void aUserIsNamedByIdByNumberOrByAnIdentifier() {
        assertThat(UserRefs.parse(ID)).isEqualTo(UserRef.id(UUID.fromString(ID)));
        assertThat(UserRefs.parse(ID.toUpperCase(Locale.ROOT))).isEqualTo(UserRef.id(UUID.fromString(ID)));
        assertThat(UserRefs.parse("number:42")).isEqualTo(UserRef.number(42));
        assertThat(UserRefs.parse("external:" + ID)).isEqualTo(UserRef.identifier(Identifier.Kind.EXTERNAL_ID, ID));
        assertThat(UserRefs.parse("external:a:b")).isEqualTo(UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "a:b"));
        assertThat(UserRefs.parse("email:Ann@Example.org"))
                .isEqualTo(UserRef.identifier(Identifier.Kind.EMAIL, "ann@example.org"));
        assertThat(UserRefs.parse("username: Ann ")).isEqualTo(UserRef.identifier(Identifier.Kind.USERNAME, "ann"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "42",
                "ann@example.org",
                "1-1-1-1-1",
                "external:",
                "external: ",
                "External:a",
                "id:" + ID,
                "number:-1",
                "number:1.0",
                "number:+1",
                "number:9999999999999999999",
                ":"
            })
    void anythingElseNamesNobody(String text) {
        assertThat(UserRefs.parse(text)).isNull();
    }
}
