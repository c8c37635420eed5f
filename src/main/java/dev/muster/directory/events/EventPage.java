package dev.muster.directory.events;

import java.util.List;

/// A page of events.
///
/// @param next the entry after which to continue; set even if the page is empty
/// @param head the last entry of the journal. If it equals `next`, there are no further events yet
public record EventPage(List<PublishedEvent> events, long next, long head) {}
