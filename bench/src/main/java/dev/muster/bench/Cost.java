package dev.muster.bench;

/// The processor time of one request.
///
/// @param server the microseconds used by Muster
/// @param database the microseconds used by PostgreSQL
record Cost(double server, double database) {}
