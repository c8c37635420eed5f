package dev.muster.security;

import dev.muster.model.Actor;
import dev.muster.model.Realm;

/// Who sent a request, once a credential has proven it.
public record Caller(Realm realm, Actor actor) {}
