package dev.muster.model.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CodesTest {
    private enum Twice implements Coded {
        ONE,
        OTHER;

        @Override
        public int code() {
            return 3;
        }
    }

    @Test
    void twoConstantsCannotHaveOneCode() {
        assertThatThrownBy(() -> new Codes<>(Twice.values()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("OTHER and ONE have the same code");
    }

    @Test
    void anUnknownCodeHasNoConstant() {
        assertThat(Status.CODES.of(-1)).isNull();
        assertThat(Status.CODES.of(Status.CODES.size())).isNull();
        assertThat(new Codes<>(new Twice[] {Twice.ONE}).of(2)).isNull();
        assertThat(new Codes<>(new Twice[] {Twice.ONE}).of(3)).isEqualTo(Twice.ONE);
    }

    /// Lists of users compare statuses to find out whether a user with a given status can have a hold of a given
    /// kind.
    @Test
    void statusesAreInTheOrderOfTheirHoldKinds() {
        assertThat(Status.values())
                .containsExactly(Stream.concat(Stream.of(HoldKind.values()).map(Status::of), Stream.of(Status.ACTIVE))
                        .toArray(Status[]::new));
    }
}
