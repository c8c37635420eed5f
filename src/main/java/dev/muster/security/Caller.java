package dev.muster.security;

import dev.muster.model.Actor;
import dev.muster.model.Realm;

/// Who asks, proven, and in which realm; for root that is the system's own.
public record Caller(Realm realm, Actor actor) {}
