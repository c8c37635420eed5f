package dev.muster.directory.transfer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A tenant that was moved.
///
/// @param rows the number of rows that were copied at first; 0 if an earlier run had copied them
/// @param refused how long writes were refused; null if an earlier run had begun to refuse them
public record Moved(String partnerId, long rows, @Nullable Duration refused) {}
