package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.json.Json;
import dev.muster.model.value.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The fields of a request are read and all errors are collected. Unknown fields are ignored, unless the handler
/// refuses them.
final class FieldReaderTest {
    private static FieldReader fields(String json) {
        FieldReader fields = new FieldReader(null, Map.of(), FieldReader.Phrases.DEFAULT);
        fields.read(((Json.Result.Value) Json.read(json.getBytes(StandardCharsets.UTF_8))).value());
        return fields;
    }

    @Test
    void fieldsAreReadAndAllFaultsCollected() {
        FieldReader fields = fields("""
                {"name":"Anna","flag":"yes","count":1.5,"big":1e300,"null":null,"nul":"a\\u0000b","half":"\\ud800",
                 "inner":{"text":7,"extra":1},"list":["a",1,"\\udc00"],"cards":[{"number":"1"},{"number":1},2],
                 "deep":{"a":[{"b":"\\u0000"}]},"unknown":1}
                """);
        assertThat(fields.text("name")).isEqualTo("Anna");
        assertThat(fields.text("missing")).isEmpty();
        assertThat(fields.text("null")).isEmpty();
        assertThat(fields.has("null")).isTrue();
        assertThat(fields.isNull("null")).isTrue();
        assertThat(fields.has("missing")).isFalse();
        assertThat(fields.isNull("missing")).isFalse();
        assertThat(fields.optionalText("missing")).isNull();
        assertThat(fields.flag("flag")).isFalse();
        assertThat(fields.integer("count", 0, 9)).isZero();
        assertThat(fields.optionalInteger("big", 0, 9)).isNull();
        assertThat(fields.optionalText("nul")).isNull();
        assertThat(fields.optionalText("half")).isNull();
        FieldReader inner = fields.object("inner");
        assertThat(inner.optionalText("text")).isNull();
        inner.refuseUnknown();
        assertThat(fields.texts("list")).containsExactly("a");
        fields.objects("cards").forEach(card -> card.text("number"));
        assertThat(fields.opaque("deep")).isNull();
        fields.refuseUnknown();
        assertThat(fields.faults())
                .extracting(fault -> fault.field() + " " + fault.code())
                .containsExactly(
                        "missing required",
                        "null null",
                        "flag type",
                        "count range",
                        "big range",
                        "nul characters",
                        "half characters",
                        "inner.text type",
                        "inner.extra unknown",
                        "list[1] type",
                        "list[2] characters",
                        "cards[2] type",
                        "cards[1].number type",
                        "deep characters",
                        "unknown unknown");
    }

    @Test
    void unknownFieldsAreIgnoredUnlessRefused() {
        FieldReader fields = fields("{\"a\":\"x\",\"b\":1}");
        assertThat(fields.text("a")).isEqualTo("x");
        assertThat(fields.faults()).isEmpty();
        FieldReader array = fields("{}");
        array.read(List.of());
        assertThat(array.faults()).extracting(FieldError::code).containsExactly("type");
        assertThat(fields("{\"n\":1.0,\"m\":1e2}").integer("n", 1, 1)).isEqualTo(1);
        assertThat(fields("{\"n\":1.0,\"m\":1e2}").integer("m", 1, 100)).isEqualTo(100);
    }
}
