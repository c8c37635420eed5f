package dev.muster.api;

import dev.muster.http.HttpApi;

/// An API of a dialect, and how its requests name their tenant.
public record Dialect(HttpApi httpApi, RequestTenant.Finder tenant) {}
