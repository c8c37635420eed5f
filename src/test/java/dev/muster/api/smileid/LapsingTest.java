package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.model.tenant.Environment;
import dev.muster.security.KeyGenerator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests the expiry of reservations and keys, on a database whose clock can be moved.
final class LapsingTest extends SmileIdTest {
    @Test
    void reservations() {
        transcript.remark("For almost an hour there is a place for the zip.");
        Transcript.Answer kept = asksToUpload("ann", "job-1", 4, "");
        Transcript.Answer lapsed = asksToUpload("bob", "job-2", 4, "");
        advance(Duration.ofHours(1).minusMillis(1));
        puts(kept);
        transcript.remark("Then it is gone, and the job id is free.");
        advance(Duration.ofMillis(1));
        puts(lapsed);
        puts(asksToUpload("cid", "job-2", 4, ""));
        check("lapsing.txt");
    }

    @Test
    void anExpiredKeySignsNothing() {
        KeyGenerator.GeneratedKey brief = server.mint().generate(tenancy.test(), Environment.TEST);
        server.execute(tenancy.test(), admin, null, createKey(brief, true, now().plusMillis(7)));
        assertThat(asksWith(brief).status()).isEqualTo(200);
        advance(Duration.ofMillis(7));
        assertThat(asksWith(brief).body())
                .isEqualTo("{\"error\":\"You are not authorized to do that\",\"code\":\"2205\"}");
    }

    private Transcript.Answer asksWith(KeyGenerator.GeneratedKey key) {
        return transcript.tell(STATUS, status("ann", "job", "", signedWith("signature", key.apiSecret())), JSON);
    }
}
