package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which spellings are the same identifier, and which are not.
class IdentifierTest {
    @ParameterizedTest
    @CsvSource({
        "ADA, ada",
        "\u00c9va, \u00e9va",
        // The decomposed form folds to the composed one.
        "e\u0301va, \u00e9va",
        // A dotless i has the same upper case as i; a capital I with a dot keeps its dot.
        "\u0131, i",
        "\u0130, i\u0307",
        "Stra\u00dfe, strasse",
        "STRA\u1e9eE, strasse",
        // A final sigma has its own form.
        "\u039f\u0394\u039f\u03a3, \u03bf\u03b4\u03bf\u03c2",
        "\u03bf\u03b4\u03bf\u03c3, \u03bf\u03b4\u03bf\u03c2",
        // The Kelvin sign folds to k, the long s to s.
        "\u212a, k",
        "\u017f, s",
        // A ligature folds to its letters.
        "\ufb03, ffi",
    })
    void folding(String text, String folded) {
        assertThat(Identifier.fold(Identifier.Kind.USERNAME, text)).isEqualTo(folded);
        assertThat(Identifier.fold(Identifier.Kind.EMAIL, text)).isEqualTo(folded);
    }

    @Test
    void anExternalIdKeepsItsCase() {
        assertThat(Identifier.fold(Identifier.Kind.EXTERNAL_ID, "Ada")).isEqualTo("Ada");
        assertThat(Identifier.fold(Identifier.Kind.EXTERNAL_ID, "E\u0301va")).isEqualTo("\u00c9va");
    }

    @Test
    void lettersThatOnlyLookAlikeAreOthers() {
        assertThat(Identifier.fold(Identifier.Kind.USERNAME, "\u0430da")).isNotEqualTo("ada");
    }

    @Test
    void aBarKeepsAddressAndExternalIdAndNoUserName() {
        assertThat(Identifier.Kind.EMAIL.barrable()).isTrue();
        assertThat(Identifier.Kind.EXTERNAL_ID.barrable()).isTrue();
        assertThat(Identifier.Kind.USERNAME.barrable()).isFalse();
    }

    @Test
    void aReferenceIsTrimmedAndFolded() {
        assertThat(UserRef.identifier(Identifier.Kind.EMAIL, " ADA@x.org "))
                .isEqualTo(new UserRef.ByIdentifier(TestRealm.email("ada@x.org").key()));
        assertThat(UserRef.identifier(Identifier.Kind.EMAIL, "ADA@x.org").text())
                .isEqualTo("ada@x.org");
    }
}
