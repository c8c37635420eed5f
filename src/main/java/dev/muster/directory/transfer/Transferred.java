package dev.muster.directory.transfer;

/// What an export or import has copied.
///
/// @param rows the number of rows
public record Transferred(String partnerId, long rows) {}
