package dev.muster.model;

import java.time.Instant;
import java.util.UUID;

final class GroupJudge {
    GroupJudge(Picture realm, Fingerprint.Maker prints, Actor actor, Instant now) {}

    Result<Change> judge(Command.OnGroups command, UUID freshId) {
        throw new UnsupportedOperationException(command.toString() + freshId);
    }
}
