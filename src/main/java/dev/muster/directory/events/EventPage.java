package dev.muster.directory.events;

import java.util.List;

/// A page of events.
///
/// @param next the entry to continue after; always there, also on an empty page
/// @param head the last entry of the journal. The page is the last one for now if it equals `next`
public record EventPage(List<PublishedEvent> events, long next, long head) {}
