package dev.muster.api.evidence;

import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.keys.PlatformThread;
import dev.muster.http.Reply;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends the picture of a user's face from a job's evidence. Finding it inflates `info.json` on a platform
/// thread, so the number of concurrent searches is limited.
public final class EvidencePictures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Semaphore searches;

    /// @param atOnce the maximum number of concurrent searches
    public EvidencePictures(int atOnce) {
        this.searches = new Semaphore(atOnce);
    }

    /// Returns a reply that streams the picture. Refuses: `NotFound` if the evidence has no picture, `Busy` if too
    /// many searches are running.
    public Result<Reply> of(EvidenceFiles.Opened evidence) {
        if (!searches.tryAcquire()) {
            return Result.refused(new Refusal.Busy(RETRY_AFTER));
        }
        try {
            SelfieImage image = PlatformThread.call("picture", () -> find(evidence));
            return image == null
                    ? Result.refused(new Refusal.NotFound("image", ""))
                    : Result.ok(Reply.stream(200, image.type(), image::writeTo));
        } finally {
            searches.release();
        }
    }

    private static @Nullable SelfieImage find(EvidenceFiles.Opened evidence) {
        try {
            return SelfieImage.of(evidence);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
