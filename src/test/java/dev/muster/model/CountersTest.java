package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.model.user.Status;
import org.junit.jupiter.api.Test;

final class CountersTest {
    /// The counters of a realm with 1,000 users (one of them a SUPER) and 40 jobs, in the format used before
    /// counters had names.
    private static final String UNNAMED = "0,0,0,0,0,0,1000,0,0,0,0,0,0,1000,0,999,0,1,1,40,0,0,2,3,4";

    private static final String NAMED = "status.active=1000,tag.USER=1000,rank.REGULAR=999,rank.SUPER=1,supers=1,"
            + "jobs=40,groups=2,policies=3,keys=4";

    @Test
    void numbersWithoutNamesAreReadByTheirOldPlaces() {
        Counters counters = Counters.parse(UNNAMED);
        assertThat(counters.status(Status.ACTIVE)).isEqualTo(1000);
        assertThat(counters.supersInService()).isOne();
        assertThat(counters.jobs()).isEqualTo(40);
        assertThat(counters.keys()).isEqualTo(4);
        assertThat(counters.text()).isEqualTo(NAMED);
        assertThat(Counters.parse(NAMED)).isEqualTo(counters).hasSameHashCodeAs(counters);
    }

    @Test
    void fewerNumbersWithoutNamesAreZeroAtTheEnd() {
        assertThat(Counters.parse("0,0,0,0,0,0,5").text()).isEqualTo("status.active=5");
        assertThat(Counters.parse("")).isEqualTo(Counters.ZERO);
        assertThat(Counters.ZERO.text()).isEmpty();
    }

    /// Counters written by a newer version are kept, because both versions may run during an upgrade.
    @Test
    void countersOfANewerVersionAreKept() {
        Counters counters = Counters.parse("status.unheard=3,jobs=40,tasks=7");
        assertThat(counters.withAnotherJob().text()).isEqualTo("jobs=41,status.unheard=3,tasks=7");
        assertThat(counters).isNotEqualTo(Counters.parse("jobs=40"));
    }

    @Test
    void malformedCountersAreRefused() {
        for (String text : new String[] {UNNAMED + ",1", "jobs", "jobs=", "jobs=x", "1,,2", ",", "jobs=1,"}) {
            assertThatThrownBy(() -> Counters.parse(text)).as(text).isInstanceOf(NumberFormatException.class);
        }
    }
}
