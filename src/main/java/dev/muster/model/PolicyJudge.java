package dev.muster.model;

import java.time.Instant;
import java.util.UUID;

final class PolicyJudge {
    PolicyJudge(Picture realm, Fingerprint.Maker prints, Actor actor, Instant now) {}

    Result<Change> judge(Command.OnPolicies command, UUID freshId) {
        throw new UnsupportedOperationException(command.toString() + freshId);
    }
}
