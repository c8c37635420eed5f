package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class JobResultTest {
    @Test
    void theTableHasEveryJobType() {
        assertThat(SmileTables.TYPES)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100)
                        .filter(type -> JobType.of(type) != null)
                        .boxed()
                        .toList());
    }

    /// Every result has all actions, because clients read them without checking that they are present.
    @Test
    void everyResultHasAllActions() {
        for (int type : SmileTables.TYPES) {
            for (Outcome outcome : Outcome.values()) {
                assertThat(JobResult.of(new JobType(type), outcome).actions().keySet())
                        .as("type %s", type)
                        .contains(
                                "Human_Review_Compare",
                                "Human_Review_Liveness_Check",
                                "Human_Review_Update_Selfie",
                                "Liveness_Check",
                                "Register_Selfie",
                                "Return_Personal_Info",
                                "Selfie_To_ID_Authority_Compare",
                                "Selfie_To_ID_Card_Compare",
                                "Selfie_To_Registered_Selfie_Compare",
                                "Update_Registered_Selfie_On_File",
                                "Verify_ID_Number");
            }
        }
    }
}
