package dev.muster.model;

import java.time.Instant;
import java.util.UUID;

final class JobJudge {
    JobJudge(Picture realm, Environment environment, Fingerprint.Maker prints, Actor actor, Instant now) {}

    Result<Change> judge(Command.OnJobs command, UUID freshId) {
        throw new UnsupportedOperationException(command.toString() + freshId);
    }
}
